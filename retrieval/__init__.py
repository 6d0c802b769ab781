"""Lesson files to passages to answers. No people, no Telegram, no time of day.

library = Library.build(Path("lessons"), Path("index"))
library.answer("why were gaming cards so important?")
"""

from __future__ import annotations

from retrieval.answering import Answer, NoAnswer, Passage, Turn
from retrieval.errors import (
    ImportFailed,
    IndexDamaged,
    IndexMissing,
    IndexUnwritable,
    LessonsError,
    Problem,
    RetrievalError,
    UnknownCourse,
    UnknownLesson,
)
from retrieval.library import Library

__all__ = [
    "Answer",
    "ImportFailed",
    "IndexDamaged",
    "IndexMissing",
    "IndexUnwritable",
    "LessonsError",
    "Library",
    "NoAnswer",
    "Passage",
    "Problem",
    "RetrievalError",
    "Turn",
    "UnknownCourse",
    "UnknownLesson",
]
