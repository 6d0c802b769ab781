"""The first building of an index, in a process of its own.

    python -m bot.chat.building <lessons> <index>

What the building of eight lessons takes beside the model, some 80 MiB, the tutor would keep for
good, even after what was freed is given back (`python -m benchmarks.voice --only memory`). The
process writes lines of JSON: [done, total] texts, and at the end null or what is wrong.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from retrieval import Library, RetrievalError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["build_apart"]

_ROOT: Final = Path(__file__).parents[2]
"""Where the package lies: the process runs the code of the bot that started it, no other."""


def build_apart(lessons: Path, index: Path, progress: Callable[[int, int], None]) -> Library:
    """Like `Library.build`, for where there is no index yet. What `progress` raises ends it too.

    Raises LessonsError like it, and RetrievalError with what the process says is wrong, or that it
    was ended from outside.
    """
    if not Library.is_current(lessons, index):  # a fault of the lessons is told without a process
        _run([str(lessons.resolve()), str(index.resolve())], progress)
    return Library.open(index)


def _run(folders: list[str], progress: Callable[[int, int], None]) -> None:
    process = subprocess.Popen(  # noqa: S603 - this Python and this file
        [sys.executable, "-m", "bot.chat.building", *folders],
        stdout=subprocess.PIPE,
        cwd=_ROOT,
        process_group=0,  # Ctrl-C is for the bot, which then ends it
    )
    wrong: Any = "The process that builds the index was ended from outside. It is begun again."
    with process:
        try:
            for line in process.stdout or ():
                match json.loads(line):
                    case [done, total]:
                        progress(done, total)
                    case said:
                        wrong = said
        finally:
            process.kill()
    if wrong:
        raise RetrievalError(wrong)


def _say(line: Any) -> None:
    print(json.dumps(line), flush=True)


def _build(lessons: Path, index: Path) -> None:
    try:
        Library.build(lessons, index, lambda done, total: _say([done, total]))
    except (RetrievalError, OSError) as error:
        _say(str(error))
    else:
        _say(None)


if __name__ == "__main__":
    _build(*map(Path, sys.argv[1:]))
