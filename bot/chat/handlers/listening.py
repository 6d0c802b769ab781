"""Listening: lessons and answers read aloud, and /listen, which leads on with nothing to tap.

*Listen* on a lesson sends all that is left of it, one note a section with nothing between them, so
that Telegram plays them on; the learner says where they stopped. Who listens only is read one
section at a time: what they were read is met, and their place moves on.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.chat.aloud import voice_note
from bot.chat.answers import answer_aloud
from bot.chat.callback_data import (
    Book,
    Hear,
    HeardAll,
    HeardTo,
    Listen,
    ListenOn,
    QuizLesson,
    short,
)
from bot.chat.handlers.courses import current_course, not_ready
from bot.chat.handlers.lessons import lessons_button
from bot.chat.narrating import SECTION, SHORT, section_argument, section_notes
from bot.chat.quiz import ask_next
from bot.chat.replies import Acknowledge, Button, Made, Poll, Reply, Text
from bot.chat.rounds import DAY
from bot.chat.styled import plain
from bot.chat.texts import en as texts
from bot.storage import askings, books, met, outbox, places, turns
from bot.storage.outbox import Lane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.catalogue import Catalogue, LessonEntry, SectionEntry
    from bot.chat.context import Context, Handle
    from bot.chat.incoming import Incoming
    from bot.chat.replies import Buttons
    from bot.storage.database import Transaction
    from bot.storage.learners import LearnerId

__all__ = [
    "again",
    "book",
    "go_on",
    "hear",
    "heard_all",
    "heard_to",
    "listen",
    "listen_lesson",
    "listen_on",
    "read_on",
    "stop_reading",
    "was_read_to",
]


LATELY = timedelta(hours=12)
"""How long the last answer can be asked for again."""


async def listen(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """/listen: today's questions if there are any, else the next section."""
    return await go_on(incoming, tx, context)


async def go_on(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """What comes next for who listens: a question of the day, else the next section."""
    asked = await ask_next(tx, incoming.who, context, DAY)
    if any(isinstance(reply, Text | Poll) and _asks(reply) for reply in asked):
        return asked
    return await read_on(incoming, tx, context)


async def was_read_to(tx: Transaction, who: LearnerId) -> bool:
    """Whether they moved on in a lesson since they were last asked anything."""
    place = next(iter(await places.latest(tx, who)), None)
    asked = await askings.newest(tx, who)
    return place is not None and (asked is None or place.kept_at > asked.asked_at)


async def read_on(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """The next section, read aloud."""
    catalogue = context.catalogue
    if catalogue is None:
        return [Text(plain(not_ready(context.shelf)))]
    if not context.speaks:
        return [Text(plain(texts.NO_VOICE_HERE))]
    entry = await _next_section(tx, incoming.who, catalogue)
    if entry is None:
        return [Text(plain(texts.NOTHING_TO_READ), ((lessons_button(),),))]
    return await _read(tx, incoming.who, context, entry)


async def listen_on(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """The button under a section that was read: the next one."""
    name = incoming.pressed(ListenOn).section
    entry = context.catalogue.section(name) if context.catalogue else None
    if entry is None:
        return [Text(plain(texts.SECTION_GONE), ((lessons_button(),),))]
    return await _read(tx, incoming.who, context, entry)


async def listen_lesson(incoming: Incoming, context: Context) -> Handle:
    """What is left of a lesson, all of it, or its short version."""
    data, catalogue = incoming.pressed(Listen), context.catalogue
    entry = catalogue.lesson(data.lesson) if catalogue else None
    if entry is None:
        return partial(_say, said=texts.SECTION_GONE)
    if not context.speaks:
        return partial(_say, said=texts.NO_VOICE_HERE)
    if data.what == "s":
        return partial(_short_version, entry=entry)
    async with context.database.read() as tx:
        kept = await places.of_course(tx, incoming.who, entry.course.id)
    left = _left(entry, kept.get(entry.lesson.id) if data.what == "r" else None)
    notes = await asyncio.to_thread(lambda: [(each, section_notes(each)) for each in left])
    return partial(_whole, entry=entry, notes=notes)


async def heard_to(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """They stop at this section: what came before it is met, and their place is here."""
    name = incoming.pressed(HeardTo).section
    entry = context.catalogue.section(name) if context.catalogue else None
    if entry is None or entry.number is None:
        return [Acknowledge(texts.SECTION_GONE[:200])]
    for section in entry.lesson.reading[: entry.number]:
        await _meet(tx, incoming.who, entry.of.section(section), context)
    await _keep(tx, incoming.who, entry, context)
    await stop_reading(tx, incoming)
    return [Acknowledge(texts.place_kept(entry.section.heading))]


async def stop_reading(tx: Transaction, incoming: Incoming) -> None:
    """The rest of a lesson that is still on its way is not wanted any more."""
    await outbox.withdraw(tx, incoming.who.bot, incoming.chat, Lane.READING)


async def heard_all(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """The lesson was listened to: its questions come next."""
    name = incoming.pressed(HeardAll).lesson
    entry = context.catalogue.lesson(name) if context.catalogue else None
    if entry is None:
        return [Text(plain(texts.SECTION_GONE), ((lessons_button(),),))]
    for section in entry.lesson.reading:
        await _meet(tx, incoming.who, entry.section(section), context)
    await places.finish(
        tx, incoming.who, course=entry.course.id, lesson=entry.lesson.id, now=context.now
    )
    return [Text(plain(texts.LESSON_FINISHED), after_lesson(entry))]


async def hear(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """An answer, said."""
    turn = await turns.find(tx, incoming.who, incoming.pressed(Hear).turn)
    if turn is None or context.catalogue is None:
        return [Text(plain(texts.ANSWER_GONE))]
    if not context.speaks:
        return [Acknowledge(texts.NO_VOICE_HERE)]
    return [voice_note(answer_aloud(turn, context.catalogue))]


async def again(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """What was said last: the section that was read, or the answer, whichever came later."""
    catalogue = context.catalogue
    newest = await turns.recent(tx, incoming.who, since=context.now - LATELY, limit=1)
    kept = (await places.latest(tx, incoming.who))[:1]
    read = [place for place in kept if not newest or place.kept_at > newest[-1].asked_at]
    if catalogue is None or not context.speaks:
        return [Text(plain(texts.NO_VOICE_HERE))]
    for place in read:
        entry = catalogue.section(f"{place.course}/{place.lesson}/{place.section}")
        if entry is not None:
            return await _read(tx, incoming.who, context, entry)
    if newest:
        return [voice_note(answer_aloud(newest[-1], catalogue))]
    return [Text(plain(texts.NOTHING_TO_REPEAT))]


async def book(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """The whole course as an audio book, sent when it is made."""
    catalogue = context.catalogue
    course = catalogue.course(incoming.pressed(Book).course) if catalogue else None
    if course is None:
        return [Text(plain(texts.SECTION_GONE), ((lessons_button(),),))]
    if not context.speaks:
        return [Text(plain(texts.NO_VOICE_HERE))]
    new = await books.want(tx, incoming.who, course.id, context.now)
    return [Text(plain(texts.BOOK_BEGUN if new else texts.BOOK_UNDER_WAY))]


def after_lesson(entry: LessonEntry) -> Buttons:
    """Its questions, and the next lesson to listen to."""
    quiz = Button(texts.QUIZ_ON_LESSON, str(QuizLesson(short(entry.id))))
    rows = [(quiz,)] if entry.lesson.questions else []
    if entry.next is not None:
        following = Listen(short(entry.next.id), "r")
        rows.append((Button(texts.LISTEN_TO_NEXT, str(following)),))
    return (*rows, (lessons_button(),))


def _asks(reply: Text | Poll) -> bool:
    return reply.asking is not None


async def _whole(
    incoming: Incoming,
    tx: Transaction,
    context: Context,
    *,
    entry: LessonEntry,
    notes: Sequence[tuple[SectionEntry, int]],
) -> list[Reply]:
    """The notes, the first at once; replies to anything else pass the rest of them."""
    await stop_reading(tx, incoming)
    if notes:
        await _keep(tx, incoming.who, notes[0][0], context)
    last = notes[-1][0].id if notes else ""
    made = [
        _note(section, number, of, _stop_buttons(section, last))
        for section, of in notes
        for number in range(of)
    ]
    rest = [replace(note, passed=True) for note in made[1:]]
    return [Acknowledge(texts.HERE_IT_COMES), *made[:1], *rest]


async def _short_version(
    incoming: Incoming, tx: Transaction, context: Context, *, entry: LessonEntry
) -> list[Reply]:
    """Summary and key insights; the place stays where it is."""
    caption = plain(f"{texts.lesson(entry.lesson.number, entry.lesson.title)} · {texts.IN_SHORT}")
    argument = section_argument(f"{entry.id}/{SHORT}", 0)
    instead = plain(texts.NO_VOICE_NOW)
    return [
        Acknowledge(texts.HERE_IT_COMES),
        Made(SECTION, caption, instead, argument, kind="voice"),
    ]


def _note(section: SectionEntry, number: int, of: int, buttons: Buttons) -> Made:
    where = texts.section_heard(
        section.lesson.number,
        section.number or 0,
        len(section.lesson.reading),
        section.section.heading,
    )
    part = f" · {texts.part(number + 1, of)}" if of > 1 else ""
    return Made(
        SECTION,
        plain(where + part),
        plain(texts.not_read_aloud(where)),
        section_argument(section.id, number),
        buttons if number == of - 1 else (),
        kind="voice",
    )


def _stop_buttons(section: SectionEntry, last: str) -> Buttons:
    if section.id == last:
        return ((Button(texts.HEARD_ALL, str(HeardAll(short(section.of.id)))),),)
    return ((Button(texts.I_STOP_HERE, str(HeardTo(short(section.id)))),),)


def _left(entry: LessonEntry, place: places.Place | None) -> list[SectionEntry]:
    """The sections from the kept place on; all of them where there is none."""
    sections = [entry.section(section) for section in entry.lesson.reading]
    at = [n for n, each in enumerate(sections) if place and each.section.id == place.section]
    return sections[at[0] :] if at else sections


async def _next_section(
    tx: Transaction, who: LearnerId, catalogue: Catalogue
) -> SectionEntry | None:
    """The first one not met from the place they kept last on; else of the course."""
    known = await met.places(tx, who)
    course = await current_course(tx, who, catalogue)
    if course is None:
        return None
    kept = [place for place in await places.latest(tx, who) if place.course == course.id]
    start = catalogue.section(f"{course.id}/{kept[0].lesson}/{kept[0].section}") if kept else None
    everything = [
        catalogue.section(f"{course.id}/{lesson.id}/{section.id}")
        for lesson in course.lessons
        for section in lesson.reading
    ]
    order = [entry for entry in everything if entry is not None]
    at = next((n for n, entry in enumerate(order) if start and entry.id == start.id), 0)
    fresh = [
        entry
        for entry in (*order[at:], *order[:at])
        if (course.id, entry.lesson.id, entry.section.id) not in known
    ]
    return fresh[0] if fresh else None


async def _read(
    tx: Transaction, who: LearnerId, context: Context, entry: SectionEntry
) -> list[Reply]:
    """One section; whoever is read it has met it."""
    await _keep(tx, who, entry, context)
    await _meet(tx, who, entry, context)
    following = entry.beside(1)
    if following is None:
        await places.finish(
            tx, who, course=entry.course.id, lesson=entry.lesson.id, now=context.now
        )
        buttons = after_lesson(entry.of)
    else:
        on = ListenOn(short(following.id))
        buttons = ((Button(texts.NEXT_SECTION, str(on)),),)
    notes = await asyncio.to_thread(section_notes, entry)
    return [_note(entry, number, notes, buttons) for number in range(notes)]


async def _keep(tx: Transaction, who: LearnerId, entry: SectionEntry, context: Context) -> None:
    await places.keep(
        tx,
        who,
        course=entry.course.id,
        lesson=entry.lesson.id,
        section=entry.section.id,
        part=0,
        now=context.now,
    )


async def _meet(tx: Transaction, who: LearnerId, entry: SectionEntry, context: Context) -> None:
    await met.note(
        tx,
        who,
        course=entry.course.id,
        lesson=entry.lesson.id,
        section=entry.section.id,
        now=context.now,
    )


async def _say(incoming: Incoming, tx: Transaction, context: Context, *, said: str) -> list[Reply]:
    return [Text(plain(said))]
