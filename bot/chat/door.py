"""The door: who may come in, and how fast they may talk."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.chat.context import Quick, Route
from bot.chat.handlers.start import start
from bot.chat.replies import Acknowledge, Reply, Text
from bot.chat.styled import plain
from bot.chat.texts import en as texts
from bot.storage import inbox, learners

if TYPE_CHECKING:
    from bot.chat.context import Context
    from bot.chat.incoming import Incoming
    from bot.storage.database import Transaction
    from bot.storage.learners import Learner

__all__ = ["Door"]

MINUTE = timedelta(minutes=1)

PATIENCE = 40
"""Updates of one learner in a minute that are all answered. Nobody reads answers faster."""


@dataclass(frozen=True, slots=True)
class Door:
    """`allowed` and `code` as in VIVA_ALLOW; with neither, everyone may come in."""

    allowed: frozenset[int] = frozenset()
    code: str | None = field(default=None, repr=False)
    patience: int = PATIENCE

    async def instead(self, tx: Transaction, incoming: Incoming, now: datetime) -> Route | None:
        """What to do in place of what the learner asked for; None when nothing is in the way."""
        if not incoming.private or incoming.membership:
            return None
        learner = await learners.find(tx, incoming.who)
        recent = await inbox.received_since(tx, incoming.who.bot, incoming.chat, now - MINUTE)
        if recent > self.patience:
            return Quick(_slow_down)
        if self._is_open_to(learner, incoming):
            return None
        return Quick(_admit) if self._invited(incoming) else Quick(_closed)

    def _is_open_to(self, learner: Learner | None, incoming: Incoming) -> bool:
        if not self.allowed and self.code is None:
            return True
        if incoming.who.learner in self.allowed:
            return True
        return learner is not None and learner.admitted_at is not None

    def _invited(self, incoming: Incoming) -> bool:
        said = incoming.text if incoming.command in ("start", None) else ""
        return self.code is not None and hmac.compare_digest(said.encode(), self.code.encode())


async def _admit(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """They know the code: they are in for good."""
    await learners.admit(tx, incoming.who, context.now)
    return await start(incoming, tx, context)


async def _closed(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """The tutor is private."""
    return await _seldom(incoming, tx, context, said=texts.CLOSED)


async def _slow_down(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """Faster than anyone reads: said once a minute, the rest is let be."""
    return await _seldom(incoming, tx, context, said=texts.SLOW_DOWN)


async def _seldom(
    incoming: Incoming, tx: Transaction, context: Context, *, said: str
) -> list[Reply]:
    """Say it, unless something was said like this in the last minute."""
    if not await learners.warn(tx, incoming.who, context.now, MINUTE):
        return []
    if incoming.query is not None:
        return [Acknowledge(said)]
    return [Text(plain(said))]
