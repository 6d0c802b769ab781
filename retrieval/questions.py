"""Questions as values: stem, options or accepted answers, explanation, and what they rest on.

They know no files; `question_form` reads the text authors write, `question_files` a folder of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.courses import Section

__all__ = ["GAP", "Option", "Question", "QuestionKind", "sentence_span"]

GAP = "_____"
"""What stands in a cloze's stem for the word that is asked."""


class QuestionKind(StrEnum):
    """How a question is answered."""

    CHOICE = "choice"
    TRUE_FALSE = "true-false"
    SHORT = "short"
    NUMBER = "number"
    CLOZE = "cloze"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to choose from. A question may have several right ones."""

    text: str
    right: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A question as its author wrote it.

    `options` are in the author's order; those of ORDER in the right one, and none of them is a key.
    `forms` are the accepted answers of a typed question, the first is the one shown. `section` is
    an id of the lesson, `sentence` stands in it word for word. `id` is empty until it is written.
    """

    id: str
    kind: QuestionKind
    stem: str
    line: int
    options: tuple[Option, ...] = ()
    forms: tuple[str, ...] = ()
    tolerance: float = 0.0
    explanation: str = ""
    section: str = ""
    sentence: str = ""
    draft: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """What answers it: the right options, the accepted forms, or the items in their order."""
        if self.kind is QuestionKind.ORDER:
            return tuple(option.text for option in self.options)
        return self.forms or tuple(option.text for option in self.options if option.right)

    @property
    def distractors(self) -> tuple[str, ...]:
        """The options that do not answer it."""
        if self.kind is QuestionKind.ORDER:
            return ()
        return tuple(option.text for option in self.options if not option.right)


def sentence_span(sentence: str, section: Section) -> tuple[int, int] | None:
    """Where a question's sentence stands in the section's text, or None if it does not."""
    pattern = r"\s+".join(map(re.escape, sentence.split()))
    found = re.search(pattern, section.text) if pattern else None
    return found.span() if found else None
