"""The inbox at work: takes stored updates, several chats at a time, and sees each to its end."""

from __future__ import annotations

import asyncio
import logging
import traceback
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.chat.crew import Crew
from bot.chat.desk import LetterLost, Unreadable
from bot.chat.notices import EVERY, show_notice
from bot.chat.replies import Text, to_json
from bot.chat.styled import plain
from bot.chat.texts import en as texts
from bot.errors import NotYet, StorageError
from bot.storage import inbox, outbox, owners, pacing
from bot.storage.inbox import DEATHS, SUSPECT, TRIES

if TYPE_CHECKING:
    from datetime import datetime

    from bot.chat.desk import Desk
    from bot.chat.replica import Replica
    from bot.chat.shelf import Shelf
    from bot.storage.inbox import Letter

__all__ = ["Inbox"]

_log = logging.getLogger(__name__)

AT_ONCE = 16
"""Chats worked on at a time by one process."""

POLL_SECONDS = 0.5
"""How long a letter that another process stored may lie unseen."""

BACKOFF = timedelta(milliseconds=200)
"""Before a letter that went wrong is tried again; doubled each time."""


class Inbox:
    """Claims letters and has the desk serve them."""

    def __init__(self, replica: Replica, desk: Desk, shelf: Shelf) -> None:
        self._replica = replica
        self._desk = desk
        self._shelf = shelf
        self._crew = Crew(AT_ONCE)
        self._alone = False  # whether what is in hand may kill the process

    def news(self) -> None:
        """Something is there."""
        self._crew.ring()

    async def run(self) -> None:
        """Work until cancelled. What is in hand then goes on: see `drain`."""
        while True:
            self._crew.quiet()
            await self._replica.patiently(self._take)
            await self._crew.wait(POLL_SECONDS)

    async def show_waiting(self) -> None:
        """While questions wait for the course to be opened, show those chats that one is typing."""
        last: dict[int, datetime] = {}
        while not self._shelf.settled:
            for chat in await self._replica.patiently(self._waiting):
                now = self._replica.clock()
                if chat not in last or now - last[chat] >= timedelta(seconds=EVERY):
                    last[chat] = now
                    await show_notice(self._replica, chat)
            await asyncio.sleep(POLL_SECONDS)
        self.news()

    async def drain(self, seconds: float) -> None:
        """Let what is in hand end; what has not ended after so many seconds is cancelled."""
        await self._crew.drain(seconds)

    async def _take(self) -> None:
        if not self._crew.free or (self._alone and not self._crew.idle):
            return
        replica, now = self._replica, self._replica.clock()
        async with replica.database.write() as tx:
            await owners.present(tx, replica.id, replica.owner, now)
            await pacing.lock(tx, replica.id, now)
            letters = await inbox.claim(
                tx,
                replica.id,
                replica.owner,
                now,
                limit=self._crew.free,
                questions=self._shelf.settled,
                idle=self._crew.idle,
            )
        self._alone = any(letter.tries > SUSPECT for letter in letters)
        for letter in letters:
            self._crew.set_to(self._see_to(letter))

    async def _see_to(self, letter: Letter) -> None:
        """Serve it, and decide what becomes of it when that goes wrong."""
        begun = self._replica.clock()
        if letter.tries > DEATHS:
            died = "the process died while it was handled, each time"
            await self._bury(letter, died, texts.FAILED)
            return
        [outcome] = await asyncio.gather(self._desk.serve(letter), return_exceptions=True)
        if isinstance(outcome, BaseException):
            await self._went_wrong(letter, outcome)
            outcome = type(outcome).__name__
        took = (self._replica.clock() - begun) / timedelta(milliseconds=1)
        _log.info(
            "update=%d chat=%s outcome=%s try=%d ms=%.0f",
            letter.update, self._replica.alias(letter.chat), outcome, letter.tries, took,
        )  # fmt: skip

    async def _went_wrong(self, letter: Letter, error: BaseException) -> None:
        match error:
            case LetterLost():
                return
            case Unreadable():
                await self._bury(letter, f"unreadable: {error}")
            case NotYet():
                await self._put_back(letter, counted=True)
            case StorageError():
                _log.error("Update %d waits for the store. %s", letter.update, error)
                await self._put_back(letter, counted=False)
            case Exception():
                # The trace without the error's own words: they may be the learner's.
                frames = "".join(traceback.format_tb(error.__traceback__))
                name = type(error).__name__
                _log.error("Update %d failed with %s.\n%s", letter.update, name, frames)
                if letter.tries < TRIES:
                    await self._put_back(letter, counted=True)
                else:
                    await self._bury(letter, f"{name}: {_said(error)}\n{frames}", texts.FAILED)
            case _:
                raise error

    async def _put_back(self, letter: Letter, *, counted: bool) -> None:
        replica = self._replica

        async def put_back() -> None:
            until = replica.clock() + BACKOFF * 2**letter.tries
            async with replica.database.write() as tx:
                await inbox.put_back(tx, letter, replica.owner, until, counted=counted)

        await replica.patiently(put_back)

    async def _bury(self, letter: Letter, error: str, said: str | None = None) -> None:
        """Make it a dead letter, and say sorry where somebody waits for an answer."""
        replica = self._replica
        _log.error("Update %d is a dead letter now; viva doctor shows why.", letter.update)

        async def bury() -> None:
            now = replica.clock()
            async with replica.database.write() as tx:
                buried = await inbox.bury(tx, letter, replica.owner, error, now)
                if buried and said and letter.chat is not None:
                    sorry = to_json(Text(plain(said)))
                    await outbox.add(tx, replica.id, letter.chat, [sorry], now)

        await replica.patiently(bury)

    async def _waiting(self) -> list[int]:
        async with self._replica.database.read() as tx:
            return await inbox.waiting_questions(tx, self._replica.id, AT_ONCE)


def _said(error: Exception) -> str:
    """The error's own words; PostgreSQL's DETAIL shows values, which may be the learner's."""
    return str(error).partition("DETAIL:")[0].strip()
