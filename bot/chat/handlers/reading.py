"""Reading: a lesson section by section, in one message that turns its pages.

A learner who reads a lesson moves its bookmark. One who looks a section up from an answer does
not: they come back from there to the answer, and to their place in the lesson.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.answers import shortened
from bot.chat.callback_data import (
    LAST_PART,
    Again,
    Contents,
    Finish,
    Leaf,
    OpenLesson,
    QuizLesson,
    Read,
    Show,
    short,
)
from bot.chat.handlers.courses import not_ready, shown
from bot.chat.handlers.lessons import lessons_button
from bot.chat.pages import pages
from bot.chat.replies import Button, Edit, EditButtons, Photo, Reply, Text
from bot.chat.styled import Styled, bold, expandable, italic, join, plain
from bot.chat.texts import en as texts
from bot.storage import met, places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.chat.catalogue import LessonEntry, SectionEntry
    from bot.chat.context import Context
    from bot.chat.incoming import Incoming
    from bot.chat.pages import Page
    from bot.chat.replies import Buttons
    from bot.storage.database import Transaction
    from retrieval.courses import Image

    To = Callable[[SectionEntry, int], str]

__all__ = ["finish", "leaf", "read", "show"]


async def read(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """Turn to a page and put the bookmark there."""
    data = incoming.pressed(Read)
    entry = _entry(context, data.section)
    if entry is None:
        return [_gone(context)]
    parts = pages(entry.section)
    part = min(data.part, len(parts) - 1)
    await places.keep(
        tx,
        incoming.who,
        course=entry.course.id,
        lesson=entry.lesson.id,
        section=entry.section.id,
        part=part,
        now=context.now,
    )
    await met.note(
        tx,
        incoming.who,
        course=entry.course.id,
        lesson=entry.lesson.id,
        section=entry.section.id,
        now=context.now,
    )
    buttons = _reading_buttons(entry, part, len(parts))
    return _turned(incoming, context, entry, parts, part, buttons)


async def finish(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """The end of a lesson: take the bookmark out and offer the next lesson."""
    name = incoming.pressed(Finish).lesson
    entry = context.catalogue.lesson(name) if context.catalogue else None
    if entry is None:
        return [_gone(context)]
    await places.finish(
        tx, incoming.who, course=entry.course.id, lesson=entry.lesson.id, now=context.now
    )
    following = entry.next
    said = join("\n\n", (_finished(entry), _sources(entry)))
    asks = Button(texts.QUIZ_ON_LESSON, str(QuizLesson(short(entry.id))))
    rows = [asks] if entry.lesson.questions else []
    rows += [_next_lesson(following)] if following else []
    return [shown(incoming, said, (*((button,) for button in rows), (lessons_button(),)))]


async def show(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """The section an answer came from, in a message of its own."""
    data = incoming.pressed(Show)
    entry = _entry(context, data.section)
    if entry is None:
        return [_gone(context)]
    parts = pages(entry.section)
    buttons = _looking_buttons(entry, 0, len(parts), data.turn)
    text = Text(_page_text(entry, parts, 0), buttons)
    return [*_photos(context, entry, parts[0].pictures), text]


async def leaf(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """Another page, when a section was opened from an answer."""
    data = incoming.pressed(Leaf)
    entry = _entry(context, data.section)
    if entry is None:
        return [_gone(context)]
    parts = pages(entry.section)
    part = min(data.part, len(parts) - 1)
    buttons = _looking_buttons(entry, part, len(parts), data.turn)
    return _turned(incoming, context, entry, parts, part, buttons)


def _entry(context: Context, name: str) -> SectionEntry | None:
    return context.catalogue.section(name) if context.catalogue else None


def _gone(context: Context) -> Reply:
    if context.catalogue is None:
        return Text(plain(not_ready(context.shelf)))
    return Text(plain(texts.SECTION_GONE), ((lessons_button(),),))


def _turned(
    incoming: Incoming,
    context: Context,
    entry: SectionEntry,
    parts: tuple[Page, ...],
    part: int,
    buttons: Buttons,
) -> list[Reply]:
    """The page in the same message. With pictures it comes as a new one, below them."""
    text = _page_text(entry, parts, part)
    photos = _photos(context, entry, parts[part].pictures)
    if incoming.message is None:
        return [*photos, Text(text, buttons)]
    if not photos:
        return [Edit(incoming.message, text, buttons)]
    return [EditButtons(incoming.message), *photos, Text(text, buttons)]


def _photos(context: Context, entry: SectionEntry, pictures: Iterable[Image]) -> list[Reply]:
    found = [(context.shelf.picture(entry.course.id, each.path), each.alt) for each in pictures]
    return [Photo(path, plain(alt)) for path, alt in found if path]


def _page_text(entry: SectionEntry, parts: tuple[Page, ...], part: int) -> Styled:
    head = join(
        "\n",
        (
            italic(texts.lesson(entry.lesson.number, entry.lesson.title)),
            bold(" › ".join(entry.section.path)),
        ),
    )
    number = entry.number
    position = texts.position(number, len(entry.lesson.reading)) if number else ""
    which = texts.part(part + 1, len(parts)) if len(parts) > 1 else ""
    return join("\n\n", (head, parts[part].text, italic(join(" · ", (position, which)))))


def _reading_buttons(entry: SectionEntry, part: int, parts: int) -> Buttons:
    def to(section: SectionEntry, part: int) -> str:
        return str(Read(short(section.id), part))

    lesson = short(entry.of.id)
    onward = _forward(entry, part, parts, to) or [Button(texts.FINISH, str(Finish(lesson)))]
    contents = Button(texts.CONTENTS, str(Contents(lesson)))
    return ((*_back(entry, part, to), contents, *onward),)


def _looking_buttons(entry: SectionEntry, part: int, parts: int, turn: int) -> Buttons:
    def to(section: SectionEntry, part: int) -> str:
        return str(Leaf(short(section.id), part, turn))

    turning = (*_back(entry, part, to), *_forward(entry, part, parts, to))
    away = (
        (Button(texts.BACK_TO_ANSWER, str(Again(turn))),),
        (Button(texts.READ_LESSON, str(OpenLesson(short(entry.of.id)))),),
    )
    return (turning, *away) if turning else away


def _back(entry: SectionEntry, part: int, to: To) -> list[Button]:
    """To the page before: the last one of the section before, at the beginning of a section."""
    if part > 0:
        return [Button(texts.BACK, to(entry, part - 1))]
    before = entry.beside(-1)
    return [Button(texts.BACK, to(before, LAST_PART))] if before else []


def _forward(entry: SectionEntry, part: int, parts: int, to: To) -> list[Button]:
    if part + 1 < parts:
        return [Button(texts.NEXT, to(entry, part + 1))]
    after = entry.beside(1)
    return [Button(texts.NEXT, to(after, 0))] if after else []


def _finished(entry: LessonEntry) -> Styled:
    following = entry.next
    last = "" if following else texts.COURSE_FINISHED
    said = join("\n", (_title(entry), texts.LESSON_FINISHED, last))
    if following is None:
        return said
    return join("\n\n", (said, join("\n", (_title(following), following.lesson.summary))))


def _title(entry: LessonEntry) -> Styled:
    return bold(texts.lesson(entry.lesson.number, entry.lesson.title))


def _sources(entry: LessonEntry) -> Styled:
    lines = [f"• {source}" for source in entry.lesson.sources]
    return join("\n", (bold(texts.SOURCES), expandable(join("\n", lines)))) if lines else Styled()


def _next_lesson(entry: LessonEntry) -> Button:
    label = shortened(texts.next_lesson(entry.lesson.title))
    return Button(label, str(OpenLesson(short(entry.id))))
