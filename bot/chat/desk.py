"""The desk: serves one update, from what came in to what goes out.

A button is acknowledged before slow work; slow work is done before the transaction opens; what
was changed is committed before anything is sent.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from telegram import Update

from bot.chat.context import Context, Handle, Route, Slow
from bot.chat.incoming import Incoming
from bot.chat.replies import Acknowledge, Reply, Text
from bot.chat.styled import plain
from bot.chat.texts import en as texts
from bot.chat.typing_notice import typing_notice
from bot.storage import learners

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from telegram import Bot
    from telegram.ext import CallbackContext

    from bot.chat.routes import Callback
    from bot.chat.sending import Sender
    from bot.chat.shelf import Shelf
    from bot.storage.database import Database

__all__ = ["Desk"]

_log = logging.getLogger(__name__)


class Desk:
    """Brings updates, handlers, the store and the sender together."""

    def __init__(
        self,
        bot: Bot,
        database: Database,
        shelf: Shelf,
        sender: Sender,
        clock: Callable[[], datetime],
    ) -> None:
        self._bot = bot
        self._database = database
        self._shelf = shelf
        self._sender = sender
        self._clock = clock

    def serve(self, route: Route) -> Callback:
        """The callback that PTB is given for a route."""

        async def served(update: Update, _: CallbackContext[Any, Any, Any, Any]) -> None:
            incoming = Incoming.of(update, self._bot.id)
            if incoming is not None:
                await self._serve(route, incoming)

        return served

    async def apologise(self, update: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
        """For PTB's error handler: log what went wrong, without the learner's words, and say so."""
        if not isinstance(update, Update):
            return
        _log.error("Update %d could not be handled.", update.update_id, exc_info=context.error)
        incoming = Incoming.of(update, self._bot.id)
        if incoming is not None and incoming.private:
            await self._sender.send(incoming, [Acknowledge(), Text(plain(texts.FAILED))])

    async def _serve(self, route: Route, incoming: Incoming) -> None:
        await self._shelf.refresh()
        context = Context(self._clock(), self._shelf, self._database)
        handle = await self._prepared(route, incoming, context)
        replies = await self._handled(handle, incoming, context)
        if not isinstance(route, Slow) and not any(isinstance(r, Acknowledge) for r in replies):
            replies.insert(0, Acknowledge())
        if not await self._sender.send(incoming, replies):
            async with self._database.write() as tx:
                await learners.mark_blocked(tx, incoming.who, self._clock())

    async def _prepared(self, route: Route, incoming: Incoming, context: Context) -> Handle:
        if not isinstance(route, Slow):
            return route.handle
        await self._sender.acknowledge(incoming)
        async with typing_notice(self._bot, incoming.chat):
            return await route.prepare(incoming, context)

    async def _handled(self, handle: Handle, incoming: Incoming, context: Context) -> list[Reply]:
        async with self._database.write() as tx:
            if incoming.private:
                await learners.meet(
                    tx, incoming.who, chat=incoming.chat, language=incoming.language
                )
            return await handle(incoming, tx, context)
