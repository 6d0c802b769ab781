"""The desk: serves one update, from the letter in the inbox to the replies in the outbox.

A button is acknowledged before slow work; slow work is done before the transaction opens; what
was changed, the replies and the letter's "done" are committed together.
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING

from telegram import Update

from bot.chat.aloud import with_voice
from bot.chat.context import Context, Handle, Route, Slow
from bot.chat.handlers.settings import offer_daily
from bot.chat.incoming import Incoming
from bot.chat.notices import notice
from bot.chat.replies import Acknowledge, Made, Message, Reply, messages, to_json
from bot.chat.routes import Routes
from bot.errors import TutorError
from bot.storage import inbox, learners, outbox, pacing, preferences
from bot.storage.outbox import Lane
from bot.storage.preferences import Hearing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.chat.door import Door
    from bot.chat.ears import Ears
    from bot.chat.replica import Replica
    from bot.chat.sending import Sender
    from bot.chat.shelf import Shelf
    from bot.storage.database import Transaction
    from bot.storage.inbox import Letter

__all__ = ["Desk", "LetterLost", "Unreadable"]


class LetterLost(TutorError):
    """Another process has taken the letter meanwhile: what was done here must not count."""


class Unreadable(TutorError):
    """The update is none that Telegram would send."""


class Desk:
    """Brings letters, handlers and the store together. `news` is called when replies wait.

    `ears` understand voice notes; `speaks`: there is a voice to say replies with.
    """

    def __init__(
        self,
        replica: Replica,
        shelf: Shelf,
        door: Door,
        sender: Sender,
        news: Callable[[], None],
        *,
        ears: Ears | None = None,
        speaks: bool = False,
    ) -> None:
        self._replica = replica
        self._shelf = shelf
        self._door = door
        self._sender = sender
        self._news = news
        self._ears = ears
        self._speaks = speaks
        self._routes = Routes()

    async def serve(self, letter: Letter) -> str:
        """Do what it asks for; returns what that was, for the log.

        Raises Unreadable, LetterLost, StorageError, or whatever went wrong in a handler. Then
        nothing of it is kept.
        """
        incoming, route = self._opened(letter)
        if incoming is None or route is None:
            await self._set_aside(letter)
            return "nothing"
        await self._shelf.refresh()
        async with self._replica.database.read() as tx:
            route = await self._door.instead(tx, incoming, self._replica.clock()) or route
            ahead = await preferences.offset(tx, self._replica.id)
            hearing = (await preferences.find(tx, incoming.who)).hearing
        context = Context(
            self._replica.clock() + ahead,
            self._shelf,
            self._replica.database,
            self._replica.dice,
            self._ears,
            self._speaks,
            by_ear=self._speaks and (hearing is Hearing.VOICE or _speaks_to_us(incoming)),
            wants_voice=self._speaks and hearing is not Hearing.TEXT,
        )
        handle = await self._prepared(route, incoming, context)
        await self._commit(letter, incoming, handle, context, quick=not isinstance(route, Slow))
        return route.name

    def _opened(self, letter: Letter) -> tuple[Incoming | None, Route | None]:
        """What came in and where it goes. What Telegram sends is trusted no further than here."""
        try:
            update = Update.de_json(json.loads(letter.body), self._replica.bot)
            incoming = Incoming.of(update, self._replica.id, letter.tries)
            return incoming, self._routes.find(update)
        except (
            TypeError,
            ValueError,
            LookupError,
            AttributeError,
            OverflowError,
            OSError,
        ) as error:
            raise Unreadable(type(error).__name__) from error

    async def _prepared(self, route: Route, incoming: Incoming, context: Context) -> Handle:
        if not isinstance(route, Slow):
            return route.handle
        if incoming.query is not None:
            await self._replica.slot()
            await self._sender.acknowledge(incoming.query)
        async with notice(self._replica, incoming.chat):
            return await route.prepare(incoming, context)

    async def _commit(
        self, letter: Letter, incoming: Incoming, handle: Handle, context: Context, *, quick: bool
    ) -> None:
        """All of it in one transaction; then the press is acknowledged and the replies leave."""
        replica, acknowledged = self._replica, None
        async with replica.database.write() as tx:
            if not await inbox.done(tx, letter, replica.owner, replica.clock()):
                raise LetterLost
            await self._note(tx, incoming, context)
            replies = [*await handle(incoming, tx, context), *await self._offer(tx, incoming)]
            if context.by_ear or context.wants_voice:
                replies = with_voice(replies, by_ear=context.by_ear)
            await self._keep(tx, incoming, replies)
            if quick and incoming.query is not None:
                acknowledged = await pacing.reserve(tx, replica.id, replica.clock(), replica.rates)
        self._news()
        if acknowledged is not None and incoming.query is not None:
            await self._acknowledge(incoming.query, replies, acknowledged)

    async def _note(self, tx: Transaction, incoming: Incoming, context: Context) -> None:
        """What every update tells of its learner."""
        if incoming.private:
            await learners.meet(
                tx,
                incoming.who,
                chat=incoming.chat,
                language=incoming.language,
                now=context.now,
            )
        if incoming.query is not None and incoming.message is not None:
            now = self._replica.clock()
            await outbox.reacted(tx, self._replica.id, incoming.chat, incoming.message, now)

    async def _offer(self, tx: Transaction, incoming: Incoming) -> list[Reply]:
        """Daily questions, once, to learners who were there before there were any."""
        if not incoming.private or incoming.membership:
            return []
        if (await preferences.find(tx, incoming.who)).offered:
            return []
        await preferences.change(tx, incoming.who, offered=True)
        return [offer_daily()]

    async def _keep(self, tx: Transaction, incoming: Incoming, replies: Sequence[Reply]) -> None:
        sent = [
            message
            for reply in replies
            if not isinstance(reply, Acknowledge)
            for message in messages(reply)
        ]
        for lane, here in groupby(sent, _lane):
            contents = [to_json(message) for message in here]
            now = self._replica.clock()
            await outbox.add(tx, self._replica.id, incoming.chat, contents, now, lane=lane)

    async def _acknowledge(self, query: str, replies: Sequence[Reply], when: datetime) -> None:
        said = next((each.text for each in replies if isinstance(each, Acknowledge)), "")
        await self._replica.until(when)
        await self._sender.acknowledge(query, said)

    async def _set_aside(self, letter: Letter) -> None:
        async with self._replica.database.write() as tx:
            await inbox.done(tx, letter, self._replica.owner, self._replica.clock())


def _speaks_to_us(incoming: Incoming) -> bool:
    """Whether they used their voice, or asked to be read to: then they may not be looking."""
    return incoming.recording is not None or incoming.command == "listen"


def _lane(message: Message) -> Lane:
    return Lane.READING if isinstance(message, Made) and message.passed else Lane.REPLY
