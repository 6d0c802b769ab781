"""The values lessons are made of: Course, Lesson, Section and the blocks of a section.

Everything here is frozen and knows no files; `lessons` reads files into these values. Ids are
unique inside their parent: a section's in its lesson, a lesson's in its course.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from retrieval.pronunciation import Pronunciation  # noqa: TC001 so it does at this
from retrieval.questions import Question  # noqa: TC001 pydantic looks at it

__all__ = [
    "BLOCK_BREAK",
    "Block",
    "CodeBlock",
    "Course",
    "Image",
    "Lesson",
    "ListBlock",
    "ListItem",
    "Paragraph",
    "Quote",
    "Run",
    "Section",
    "SectionKind",
    "Table",
    "plain",
]


BLOCK_BREAK = "\n\n"  # between the blocks of a section's text


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style. A paragraph is a tuple of runs."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    link: str | None = None


def plain(runs: tuple[Run, ...]) -> str:
    """The words of the runs, without their styles."""
    return "".join(run.text for run in runs)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of running text."""

    runs: tuple[Run, ...]
    kind: Literal["paragraph"] = "paragraph"

    @property
    def text(self) -> str:
        """The words alone."""
        return plain(self.runs)


@dataclass(frozen=True, slots=True)
class ListItem:
    """One item of a list. `depth` is 0 at the outermost level."""

    runs: tuple[Run, ...]
    depth: int = 0
    number: int | None = None


@dataclass(frozen=True, slots=True)
class ListBlock:
    """A bulleted or numbered list; nested items are kept in order with their depth."""

    items: tuple[ListItem, ...]
    kind: Literal["list"] = "list"

    @property
    def text(self) -> str:
        """One item a line."""
        return "\n".join(plain(item.runs) for item in self.items)


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation set apart."""

    runs: tuple[Run, ...]
    kind: Literal["quote"] = "quote"

    @property
    def text(self) -> str:
        """The words alone."""
        return plain(self.runs)


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every row has as many cells as the header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: Literal["table"] = "table"

    @property
    def text(self) -> str:
        """A line a row, each cell after its column's name, so that a row reads by itself."""
        return "\n".join(self._row(row) for row in self.rows)

    def _row(self, row: tuple[str, ...]) -> str:
        named = zip(self.header, row, strict=True)
        return ", ".join(f"{name}: {cell}" if name else cell for name, cell in named if cell)


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Program text, shown as it is."""

    text: str
    language: str = ""
    kind: Literal["code"] = "code"


@dataclass(frozen=True, slots=True)
class Image:
    """A picture. `path` is relative to the course's folder, with forward slashes."""

    path: str
    alt: str
    kind: Literal["image"] = "image"

    @property
    def text(self) -> str:
        """The alternative text: what the picture says to who cannot see it."""
        return self.alt


Block = Annotated[
    Paragraph | ListBlock | Quote | Table | CodeBlock | Image, Field(discriminator="kind")
]


class SectionKind(StrEnum):
    """What a section is for. Summary and objectives come from the front matter."""

    SUMMARY = "summary"
    OBJECTIVES = "objectives"
    BODY = "body"
    KEY_INSIGHTS = "key-insights"
    WHY_IT_MATTERS = "why-it-matters"


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of a lesson. `path` is the headings that lead to it, its own last."""

    id: str
    path: tuple[str, ...]
    blocks: tuple[Block, ...]
    kind: SectionKind = SectionKind.BODY
    line: int = 1

    @property
    def heading(self) -> str:
        """Its own heading."""
        return self.path[-1]

    @property
    def text(self) -> str:
        """All its words in reading order; a chunk's character span refers to this string."""
        return BLOCK_BREAK.join(block.text for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson: its front matter and its sections in reading order.

    `sections` begins with the summary and the objectives (where given), so that they are found
    and cited like any other part; `reading` leaves those two out. `questions` are those that may
    be shown to learners: neither drafts nor any without an id.
    """

    id: str
    number: int
    title: str
    minutes: int
    summary: str
    objectives: tuple[str, ...]
    sources: tuple[str, ...]
    sections: tuple[Section, ...]
    file: str
    questions: tuple[Question, ...] = ()

    @property
    def reading(self) -> tuple[Section, ...]:
        """The sections a learner reads one after another, without summary and objectives."""
        opening = (SectionKind.SUMMARY, SectionKind.OBJECTIVES)
        return tuple(section for section in self.sections if section.kind not in opening)

    def section(self, section_id: str) -> Section | None:
        """The section of that id, or None when the lesson has no such section (any more)."""
        return next((s for s in self.sections if s.id == section_id), None)

    def question(self, question_id: str) -> Question | None:
        """The question of that id, or None when the lesson has no such question (any more)."""
        return next((q for q in self.questions if q.id == question_id), None)


@dataclass(frozen=True, slots=True)
class Course:
    """A folder of lessons, ordered by number. `folder` is its name, which need not be the id.

    `example` is a question that the course answers, for a learner who does not know how to begin.
    `pronunciations` are the words that a voice would say wrongly, with how they are said.
    """

    id: str
    title: str
    language: str = "en"
    folder: str = ""
    example: str | None = None
    lessons: tuple[Lesson, ...] = ()
    pronunciations: tuple[Pronunciation, ...] = ()

    def lesson(self, lesson_id: str) -> Lesson | None:
        """The lesson of that id, or None."""
        return next((lesson for lesson in self.lessons if lesson.id == lesson_id), None)
