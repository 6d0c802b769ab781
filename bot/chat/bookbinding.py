"""Bookbinding: courses as audio books, made beside the talk for those who asked for one."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from bot.chat.making import CannotBeMade, MadeFile
from bot.chat.replies import Made, Text, to_json
from bot.chat.styled import plain
from bot.chat.texts import en as texts
from bot.errors import CannotSpeak
from bot.speech import speakable
from bot.storage import books, outbox
from bot.storage.outbox import Lane

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from bot.chat.replica import Replica
    from bot.chat.replies import Message
    from bot.chat.shelf import Shelf
    from bot.speech.book import Bookbinder
    from bot.speech.script import Script
    from bot.storage.books import Wanted
    from retrieval.courses import Course

__all__ = ["BOOK", "Bookbinding", "bound_book", "chapters"]

_log = logging.getLogger(__name__)

BOOK = "book"
"""The maker's name; its argument is "course#part"."""

LOOK_SECONDS = 2.0


class Bookbinding:
    """Makes one book after another. `news` is called when one waits to be sent."""

    def __init__(
        self, replica: Replica, shelf: Shelf, binder: Bookbinder, news: Callable[[], None]
    ) -> None:
        self._replica = replica
        self._shelf = shelf
        self._binder = binder
        self._news = news

    async def run(self) -> None:
        """Look for who waits, until cancelled."""
        await self._shelf.opened()
        while True:
            made = await self._replica.patiently(self.make_one)
            await asyncio.sleep(0 if made else LOOK_SECONDS)

    async def make_one(self) -> bool:
        """Make the book of whoever has waited longest, and queue it. False when nobody waits."""
        replica = self._replica
        async with replica.database.read() as tx:
            wanted = await books.longest_wanted(tx, replica.id)
        if wanted is None:
            return False
        messages = await self._messages(wanted)
        async with replica.database.write() as tx:
            if await books.sent(tx, wanted):
                contents = [to_json(message) for message in messages]
                now = replica.clock()
                chat = wanted.who.learner
                await outbox.add(tx, replica.id, chat, contents, now, lane=Lane.BULK)
        self._news()
        return True

    async def _messages(self, wanted: Wanted) -> Sequence[Message]:
        course = (await self._shelf.opened()).course(wanted.course)
        if course is None:
            return [Text(plain(texts.SECTION_GONE))]
        try:
            parts = await _bound(self._binder, course)
        except CannotSpeak as error:
            _log.warning("The audio book of %s could not be made: %s", course.id, error)
            return [Text(plain(texts.NO_BOOK))]
        return [
            Made(
                BOOK,
                plain(texts.book_part(course.title, number + 1, len(parts))),
                plain(texts.NO_BOOK),
                f"{course.id}#{number}",
            )
            for number in range(len(parts))
        ]


async def bound_book(shelf: Shelf, binder: Bookbinder | None, chat: int, argument: str) -> MadeFile:
    """A part of a book, from the shelf of recordings."""
    name, _, part = argument.partition("#")
    course = (await shelf.opened()).course(name)
    if binder is None or course is None:
        raise CannotBeMade("there is no such course, or no voice")
    try:
        paths = await _bound(binder, course)
        content = await asyncio.to_thread(paths[int(part)].read_bytes)
    except (CannotSpeak, OSError, IndexError) as error:
        raise CannotBeMade(str(error)) from error
    ending = f"-{int(part) + 1}" if len(paths) > 1 else ""
    return MadeFile(f"{course.id}{ending}.m4b", content)


async def _bound(binder: Bookbinder, course: Course) -> list[Path]:
    made_of = await asyncio.to_thread(chapters, course)
    return await binder.book(course.title, made_of, course.language)


def chapters(course: Course) -> list[tuple[str, Script]]:
    """A chapter a section, named by lesson and heading."""
    return [
        (f"{lesson.number} · {heading}", script)
        for lesson in course.lessons
        for heading, script in speakable.of_lesson(lesson, course)
    ]
