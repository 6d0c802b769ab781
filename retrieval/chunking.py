"""Sections cut into chunks: whole sentences, about 120 words, never across a section.

Measured on two course corpora, the size matters little between 80 and 200 words; 120 words with one
sentence of overlap was best by a hair, and the encoder reads no further than 256 word pieces
(about 190 words), hence the hard cap.
"""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from syntok import segmenter

from retrieval.courses import BLOCK_BREAK, CodeBlock, SectionKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from retrieval.courses import Course, Section

__all__ = [
    "CAP_WORDS",
    "TARGET_WORDS",
    "Chunk",
    "Span",
    "chunk_courses",
    "chunk_section",
    "sentences",
]

TARGET_WORDS = 120
CAP_WORDS = 180

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of one section, the unit that is embedded, ranked and shown.

    `start` and `end` are character offsets in `Section.text`, the sentence spans offsets in `text`;
    sentences leave program text out, unless there is nothing else. `id` is made of the place and
    the words, so an edit elsewhere leaves it as it was.
    """

    course: str
    lesson: str
    section: str
    kind: SectionKind
    title: str
    text: str
    start: int
    end: int
    sentences: tuple[Span, ...]

    @property
    def place(self) -> str:
        """Where it stands: "course/lesson/section"."""
        return f"{self.course}/{self.lesson}/{self.section}"

    @property
    def id(self) -> str:
        """Twelve hexadecimal digits."""
        return hashlib.sha256(f"{self.place}\n{self.text}".encode()).hexdigest()[:12]


def sentences(text: str) -> list[Span]:
    """The sentences of a text as character spans; a line end always ends a sentence.

    A sentence longer than CAP_WORDS (a table row, a run-on) is cut at word ends.
    """
    return [
        piece
        for line in _lines(text)
        for sentence in _sentences_of_line(text, line)
        for piece in _cut_long(text, sentence)
    ]


def chunk_courses(courses: Iterable[Course]) -> list[Chunk]:
    """All chunks of all courses, in reading order."""
    return [
        chunk
        for course in courses
        for lesson in course.lessons
        for section in lesson.sections
        for chunk in chunk_section(course.id, lesson.id, lesson.title, section)
    ]


def chunk_section(course: str, lesson: str, lesson_title: str, section: Section) -> list[Chunk]:
    """A section's chunks, in order, each beginning with the last sentence of the one before."""
    text = section.text
    title = " · ".join((lesson_title, *section.path))
    code = _code(section)
    chunks = []
    for group in _pack(sentences(text), text):
        start, end = group[0][0], group[-1][1]
        prose = [span for span in group if not any(a <= span[0] < b for a, b in code)]
        inner = tuple((a - start, b - start) for a, b in prose or group)
        place = (course, lesson, section.id, section.kind, title)
        chunks.append(Chunk(*place, text[start:end], start, end, inner))
    return chunks


def _code(section: Section) -> list[Span]:
    """Where the program text of a section stands: it is found and shown, but is no sentence."""
    spans, start = [], 0
    for block in section.blocks:
        if isinstance(block, CodeBlock):
            spans.append((start, start + len(block.text)))
        start += len(block.text) + len(BLOCK_BREAK)
    return spans


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            yield start, start + len(line.rstrip())
        start += len(line)


def _sentences_of_line(text: str, line: Span) -> Iterator[Span]:
    start, end = line
    for paragraph in segmenter.process(text[start:end]):
        for tokens in paragraph:
            first, last = tokens[0], tokens[-1]
            yield start + first.offset, start + last.offset + len(last.value)


def _cut_long(text: str, sentence: Span) -> Iterator[Span]:
    start, end = sentence
    while _words(text, (start, end)) > CAP_WORDS:
        cut = start
        for word in text[start:end].split()[:CAP_WORDS]:
            cut = text.index(word, cut) + len(word)
        yield start, cut
        start = cut + len(text[cut:end]) - len(text[cut:end].lstrip())
    yield start, end


def _pack(spans: Sequence[Span], text: str) -> list[list[Span]]:
    """Groups of sentences of about equal length, each led by the last sentence before it."""
    groups = _divide(spans, text)
    led = [_lead(before[-1], group, text) for before, group in itertools.pairwise(groups)]
    return groups[:1] + led


def _divide(spans: Sequence[Span], text: str) -> list[list[Span]]:
    """A sentence goes to the part of the section in which its middle lies."""
    total = sum(_words(text, span) for span in spans)
    target = total if total <= CAP_WORDS else total / round(total / TARGET_WORDS)
    groups: list[list[Span]] = []
    before = size = 0
    for span in spans:
        words = _words(text, span)
        if not groups or before + words / 2 > target * len(groups) or size + words > CAP_WORDS:
            groups.append([])
            size = 0
        groups[-1].append(span)
        size += words
        before += words
    return groups


def _lead(last: Span, group: list[Span], text: str) -> list[Span]:
    """The group after the sentence before it, unless that would make it too long."""
    words = _words(text, last)
    together = words + sum(_words(text, span) for span in group)
    return [last, *group] if words <= TARGET_WORDS // 3 and together <= CAP_WORDS else group


def _words(text: str, span: Span) -> int:
    return len(text[span[0] : span[1]].split())
