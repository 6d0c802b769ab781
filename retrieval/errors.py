"""What can go wrong in retrieval. Each message says what happened and what to do.

RetrievalError
├── LessonsError          the lessons folder cannot be read; carries every Problem found
├── IndexMissing          nothing has been built yet
├── IndexDamaged          a file of the index is cut, changed, foreign or of another version
├── IndexUnwritable       the disk is full, or the folder may not be written
├── UnknownCourse         no course of that id
├── UnknownLesson         no lesson of that id or file name
├── AmbiguousLesson       several courses have a lesson of that name
└── ImportFailed          a document could not be turned into a lesson
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = [
    "AmbiguousLesson",
    "ImportFailed",
    "IndexDamaged",
    "IndexMissing",
    "IndexUnwritable",
    "LessonsError",
    "Problem",
    "RetrievalError",
    "UnknownCourse",
    "UnknownLesson",
]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault in an author's file. `line` counts from 1.

    A fatal one means that the file cannot be read at all, so nothing can be built from it; the
    others are for the author to mend while the course goes on working.
    """

    path: Path
    line: int
    message: str
    fatal: bool = False

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class RetrievalError(Exception):
    """The root of everything this package raises on purpose."""


class LessonsError(RetrievalError):
    """The lessons cannot be read. `problems` holds all that was found, in file order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


class IndexMissing(RetrievalError):
    """There is no index yet: run `viva build`."""


class IndexDamaged(RetrievalError):
    """A file of the index is not what the manifest says. Nothing of it has been loaded."""

    def __init__(self, path: Path, fault: str) -> None:
        self.path = path
        super().__init__(f"{path}: {fault}. Run `viva build` to make the index anew.")


class IndexUnwritable(RetrievalError):
    """The index could not be written; the one before stands."""

    def __init__(self, index: Path, fault: str) -> None:
        super().__init__(
            f"The index in {index} cannot be written ({fault}). Free some space or give this user "
            "write permission, then run `viva build`. The index there was stands as it was."
        )


class UnknownCourse(RetrievalError):
    """No course has that id."""

    def __init__(self, course: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no course '{course}'. Known: {', '.join(known) or 'none'}.")


class UnknownLesson(RetrievalError):
    """No lesson has that id or file name."""

    def __init__(self, lesson: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no lesson '{lesson}'. Known: {', '.join(known) or 'none'}.")


class AmbiguousLesson(RetrievalError):
    """Several courses have a lesson of that name."""

    def __init__(self, lesson: str, found: Sequence[str]) -> None:
        super().__init__(f"'{lesson}' names several lessons: say {' or '.join(found)}.")


class ImportFailed(RetrievalError):
    """A document could not be turned into a lesson."""
