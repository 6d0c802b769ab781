"""A bar on stderr that shows how far something is that takes a while."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.progress import TimeRemainingColumn as Remaining

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["progress"]


@contextmanager
def progress(doing: str) -> Iterator[Callable[[int, int], None]]:
    """Gives what moves the bar: a function of (done, total)."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Remaining()
    console = Console(stderr=True)
    quiet = not console.is_terminal  # or it would leave an empty line in a log
    with Progress(*columns, console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task(doing, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
