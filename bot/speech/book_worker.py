"""The process that binds a book, so that its packets and the library stay out of the bot's.

python -m bot.speech.book_worker
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bot.speech.audio import bind
from bot.speech.worker import Head, Reply, serve

if TYPE_CHECKING:
    from collections.abc import Callable


def load() -> Callable[[Head, bytes], Reply]:
    """Nothing has to be loaded."""

    def work(head: Head, body: bytes) -> Reply:
        chapters = [
            (title, [Path(piece) for piece in pieces]) for title, pieces in head["chapters"]
        ]
        return {"seconds": bind(head["title"], chapters, Path(head["out"]))}, b""

    return work


if __name__ == "__main__":
    serve(load)
