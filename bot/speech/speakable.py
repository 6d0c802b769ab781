"""What is to be heard: sections, lessons, and any plain words as scripts."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.speech.script import Line
from bot.speech.spoken import spoken, without_furniture
from retrieval.chunking import sentences
from retrieval.courses import CodeBlock, Course, Image, ListBlock, SectionKind, Table, plain
from retrieval.pronunciation import as_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bot.speech.script import Script
    from retrieval.courses import Block, Lesson, ListItem, Section
    from retrieval.pronunciation import Pronunciation

__all__ = ["of_lesson", "of_section", "of_words"]

AFTER_HEADING = 0.8
AFTER_PARAGRAPH = 0.5
AFTER_ITEM = 0.35
AFTER_SENTENCE = 0.3
AFTER_CLAUSE = 0.15
"""Silences in seconds."""

LONGEST_LINE = 300
"""Characters that are spoken in one breath; a longer sentence is parted at a mark."""

CODE_HERE = "There is a code example here."
PICTURE = "Picture"

_NO_COURSE: Final = Course("", "")
_SHORT_VERSION = (SectionKind.SUMMARY, SectionKind.KEY_INSIGHTS)
_SOURCE: Final = re.compile(r"\s*\(([^()\d]*[^\W\d_][^()\d]* (?:1[5-9]|20)\d\d)\)[.]?$")
"""At the end of a sentence: "(Metz, Wired, 2021)."."""

_SIBILANTS = "szʃʒʧʤ"
_VOICELESS = "ptkfθ"


def of_section(section: Section, course: Course) -> Script:
    """A section with its heading.

    Sources in brackets are said, since who listens should lose nothing that the page says; but
    as a sentence of their own: "Microsoft and DeepMind, Metz, Wired" would have one bidder too
    many. Numbers of footnotes are not said.
    """
    heading = _line(section.heading, course, AFTER_HEADING)
    blocks = (line for block in section.blocks for line in _block(block, course))
    return (*heading, *blocks)


def of_lesson(
    lesson: Lesson, course: Course, *, short: bool = False
) -> tuple[tuple[str, Script], ...]:
    """A lesson section by section, each with its heading as it is shown.

    The title is said before the first. `short` is the summary and the key insights.
    """
    sections = [s for s in lesson.sections if not short or s.kind in _SHORT_VERSION]
    title = (
        *_line(_number(lesson), course, AFTER_SENTENCE),
        *_line(lesson.title, course, AFTER_HEADING),
    )
    if not sections:
        return ((lesson.title, title),)
    first, *others = ((section.heading, of_section(section, course)) for section in sections)
    return ((first[0], (*title, *first[1])), *others)


def of_words(text: str, course: Course | None = None) -> Script:
    """Any plain text; every line end is the end of a sentence, and an empty line that of a
    paragraph.
    """
    paragraphs = re.split(r"\n\s*\n", text)
    return tuple(line for each in paragraphs for line in _sentences(each, course or _NO_COURSE))


def _number(lesson: Lesson) -> str:
    return f"Lesson {lesson.number}"


def _block(block: Block, course: Course) -> Iterable[Line]:
    match block:
        case ListBlock(items=items):
            lines = [line for item in items for line in _item(item, course)]
            return _then(AFTER_PARAGRAPH, lines)
        case Table():
            lines = [line for row in _rows(block) for line in _line(row, course, AFTER_ITEM)]
            return _then(AFTER_PARAGRAPH, lines)
        case CodeBlock():
            return _line(CODE_HERE if _is_english(course) else "", course, AFTER_PARAGRAPH)
        case Image(alt=alt):
            return _line(
                f"{PICTURE}: {alt}" if _is_english(course) else alt, course, AFTER_PARAGRAPH
            )
        case _:
            return _sentences(block.text, course)


def _item(item: ListItem, course: Course) -> list[Line]:
    number = "" if item.number is None else f"{item.number}: "
    return _then(AFTER_ITEM, _sentences(f"{number}{plain(item.runs)}", course))


def _rows(table: Table) -> Iterator[str]:
    """ "Tea: green; degrees: 75", a row each."""
    for row in table.rows:
        named = zip(table.header, row, strict=True)
        yield "; ".join(f"{name}: {cell}" if name else cell for name, cell in named if cell)


def _then(pause: float, lines: Sequence[Line]) -> list[Line]:
    """The lines with that silence behind the last."""
    return [*lines[:-1], *(replace(line, pause=pause) for line in lines[-1:])]


def _sentences(text: str, course: Course) -> list[Line]:
    """The sentences of a paragraph."""
    whole = [part for a, b in sentences(text) for part in _without_source(text[a:b])]
    lines = [line for each in whole for line in _line(each, course, AFTER_SENTENCE)]
    return _then(AFTER_PARAGRAPH, lines)


def _without_source(sentence: str) -> tuple[str, ...]:
    """A sentence, and the source it names in brackets at its end."""
    found = _SOURCE.search(sentence)
    return (sentence[: found.start()], found[1]) if found else (sentence,)


def _line(text: str, course: Course, pause: float) -> list[Line]:
    """One sentence or heading: a line, or several when no breath is that long; none for none."""
    respelled = _respelled(text, course)
    said = spoken(respelled) if _is_english(course) else without_furniture(respelled)
    if not any(map(str.isalnum, said)):
        return []
    clauses = _clauses(said.rstrip(",;: "))
    if clauses[-1][-1] not in ".?!":
        clauses[-1] += "."
    pauses = [*(AFTER_CLAUSE for _ in clauses[1:]), pause]
    return [
        Line(clause, silence, _sounds(clause, course))
        for clause, silence in zip(clauses, pauses, strict=True)
    ]


def _clauses(said: str) -> list[str]:
    """A sentence parted where it is too long: at the last semicolon or colon in reach, or comma."""
    clauses = []
    while len(said) > LONGEST_LINE:
        reach = said[:LONGEST_LINE]
        cut = max(reach.rfind("; "), reach.rfind(": ")) + 1 or reach.rfind(", ") + 1
        if not cut:
            break
        clauses.append(said[:cut])
        said = said[cut:].lstrip()
    return [*clauses, said]


def _is_english(course: Course) -> bool:
    return course.language.partition("-")[0] == "en"


def _respelled(text: str, course: Course) -> str:
    """The text with the words of the course as they are said, all in one go."""
    say, written = _words_to_respell(course.pronunciations)
    if not say:
        return text
    return written.sub(lambda m: f"{say[m['word']]}{m['ending']}", text)


def _sounds(clause: str, course: Course) -> tuple[tuple[str, str], ...]:
    """The words of a line whose sounds the course gives, as they stand there."""
    sounds, words = _words_with_sounds(course.pronunciations, english=_is_english(course))
    if not sounds:
        return ()
    found = {}
    for match in words.finditer(clause):
        base = sounds[match["word"]]
        found[match[0]] = f"{base}{_sound_of_s(base)}" if match["ending"] else base
    return tuple(found.items())


@lru_cache(maxsize=8)  # a course has hundreds of words, and a lesson hundreds of lines
def _words_to_respell(
    pronunciations: tuple[Pronunciation, ...],
) -> tuple[Mapping[str, str], re.Pattern[str]]:
    """How each word is respelled, and the pattern that finds them."""
    say = {each.written: each.say for each in pronunciations}
    return say, re.compile(as_word(*say))


@lru_cache(maxsize=8)
def _words_with_sounds(
    pronunciations: tuple[Pronunciation, ...], *, english: bool
) -> tuple[Mapping[str, str], re.Pattern[str]]:
    """The sounds of each word as it stands in a line, and the pattern that finds them."""
    said = spoken if english else without_furniture
    sounds = {said(each.say): each.sounds for each in pronunciations if each.sounds}
    return sounds, re.compile(as_word(*sounds))


def _sound_of_s(sounds: str) -> str:
    """How an s is said behind these sounds, in the alphabet of the first voice."""
    if sounds.endswith(tuple(_SIBILANTS)):
        return "ᵻz"
    return "s" if sounds.endswith(tuple(_VOICELESS)) else "z"
