"""Lessons: the list of them, and the first page of each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.chat.answers import shortened
from bot.chat.callback_data import Book, Contents, Lessons, Listen, OpenLesson, Read, short
from bot.chat.handlers.courses import (
    courses_button,
    current_course,
    list_courses,
    not_ready,
    shown,
)
from bot.chat.replies import Button, Reply, Text
from bot.chat.styled import Styled, bold, join, plain
from bot.chat.texts import en as texts
from bot.storage import places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.chat.catalogue import LessonEntry
    from bot.chat.context import Context
    from bot.chat.incoming import Incoming
    from bot.chat.replies import Buttons
    from bot.storage.database import Transaction
    from bot.storage.places import Place
    from retrieval.courses import Course, Lesson

__all__ = ["contents", "lessons_button", "list_lessons", "open_lesson"]

BUTTON_ROWS = 95
"""Telegram takes 100 buttons under a message; a few are needed for the way back."""

SUMMARY_LENGTH = 140
"""Characters of a summary in the list: about three lines of a phone."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+")


async def list_lessons(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """The lessons of the learner's course, with a line on each."""
    catalogue = context.catalogue
    if catalogue is None:
        return [Text(plain(not_ready(context.shelf)))]
    course = await current_course(tx, incoming.who, catalogue)
    if course is None:
        return await list_courses(incoming, tx, context)
    kept = await places.of_course(tx, incoming.who, course.id)
    entries = [_in_list(lesson, kept.get(lesson.id)) for lesson in course.lessons]
    buttons = _lesson_buttons(course)
    if context.speaks:
        book = Button(texts.AUDIO_BOOK, str(Book(short(course.id))))
        buttons = (*buttons, (book,))
    if len(catalogue.courses) > 1:
        buttons = (*buttons, (courses_button(),))
    return [shown(incoming, join("\n\n", (bold(course.title), *entries)), buttons)]


async def open_lesson(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """What the lesson is about, and where to begin or go on."""
    entry = _entry(context, incoming.pressed(OpenLesson).lesson)
    if entry is None:
        return [_gone(context)]
    kept = await places.of_course(tx, incoming.who, entry.course.id)
    buttons = (
        *_begin_buttons(entry, kept),
        *(_listen_buttons(entry, kept) if context.speaks else ()),
        (Button(texts.CONTENTS, str(Contents(short(entry.id)))), lessons_button()),
    )
    return [shown(incoming, _opening(entry.lesson), buttons)]


async def contents(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """The lesson's sections, to choose from."""
    entry = _entry(context, incoming.pressed(Contents).lesson)
    if entry is None:
        return [_gone(context)]
    sections = tuple(
        (Button(shortened(f"{number}. {section.heading}"), _read(entry, number - 1)),)
        for number, section in enumerate(entry.lesson.reading[:BUTTON_ROWS], start=1)
    )
    return [shown(incoming, _title(entry.lesson), (*sections, (lessons_button(),)))]


def lessons_button() -> Button:
    """To the list of lessons."""
    return Button(texts.ALL_LESSONS, str(Lessons()))


def _entry(context: Context, name: str) -> LessonEntry | None:
    return context.catalogue.lesson(name) if context.catalogue else None


def _gone(context: Context) -> Reply:
    said = texts.SECTION_GONE if context.catalogue else not_ready(context.shelf)
    return Text(plain(said))


def _lesson_buttons(course: Course) -> Buttons:
    return tuple(
        (
            Button(
                shortened(f"{lesson.number} · {lesson.title}"),
                str(OpenLesson(short(f"{course.id}/{lesson.id}"))),
            ),
        )
        for lesson in course.lessons[:BUTTON_ROWS]
    )


def _in_list(lesson: Lesson, place: Place | None) -> Styled:
    facts = (texts.minutes(lesson.minutes), _progress(lesson, place))
    head = bold(f"{lesson.number} · {lesson.title}") + "".join(f" · {f}" for f in facts if f)
    line = _SENTENCE.split(lesson.summary, maxsplit=1)[0]
    return join("\n", (head, shortened(line, SUMMARY_LENGTH)))


def _progress(lesson: Lesson, place: Place | None) -> str:
    """ "3 of 9", "read", or nothing."""
    number = _number(lesson, place)
    if number is not None:
        return texts.position(number, len(lesson.reading))
    return texts.READ if place and place.finished_at else ""


def _number(lesson: Lesson, place: Place | None) -> int | None:
    """Which section the bookmark is in, from 1; None when there is no such section."""
    ids = [section.id for section in lesson.reading]
    return ids.index(place.section) + 1 if place and place.section in ids else None


def _title(lesson: Lesson) -> Styled:
    return bold(texts.lesson(lesson.number, lesson.title))


def _opening(lesson: Lesson) -> Styled:
    head = _title(lesson) + f"\n{texts.minutes(lesson.minutes)}"
    objectives = join("\n", [f"• {objective}" for objective in lesson.objectives])
    learn = join("\n", (bold(texts.OBJECTIVES), objectives)) if objectives else ""
    return join("\n\n", (head, lesson.summary, learn))


def _begin_buttons(entry: LessonEntry, kept: Mapping[str, Place]) -> Buttons:
    lesson, place = entry.lesson, kept.get(entry.lesson.id)
    if not lesson.reading:
        return ()
    start = (Button(texts.START_READING, _read(entry, 0)),)
    number = _number(lesson, place)
    if number is None or place is None or (number == 1 and place.part == 0):
        return (start,)
    label = texts.continue_at(number, len(lesson.reading))
    return ((Button(label, _read(entry, number - 1, place.part)),), start)


def _listen_buttons(entry: LessonEntry, kept: Mapping[str, Place]) -> Buttons:
    """Read aloud from the kept place, all of it, or the short version."""
    if not entry.lesson.reading:
        return ()
    lesson, begun = short(entry.id), (_number(entry.lesson, kept.get(entry.lesson.id)) or 1) > 1
    whole = [(Button(texts.LISTEN_FROM_START, str(Listen(lesson, "a"))),)] if begun else []
    row = (
        Button(texts.LISTEN, str(Listen(lesson, "r"))),
        Button(texts.LISTEN_SHORT, str(Listen(lesson, "s"))),
    )
    return (row, *whole)


def _read(entry: LessonEntry, index: int, part: int = 0) -> str:
    section = entry.section(entry.lesson.reading[index])
    return str(Read(short(section.id), part))
