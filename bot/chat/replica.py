"""A replica: one running process of a bot, as the loops of this room share it."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2s
from typing import TYPE_CHECKING, Any, TypeVar

from bot.errors import StorageError
from bot.storage import pacing
from bot.storage.pacing import RATES, Rates

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Coroutine

    from telegram import Bot

    from bot.storage.database import Database

__all__ = ["Replica"]

_log = logging.getLogger(__name__)

T = TypeVar("T")

STORE_PAUSE = 2.0
"""Seconds to wait when the store fails: it may come back."""


@dataclass(frozen=True, slots=True)
class Replica:
    """`bot` is logged in; `owner` names this process in the store; `clock` is the machine's.

    `secret` keeps the ids in the log from being guessed.
    """

    bot: Bot
    database: Database
    owner: int
    clock: Callable[[], datetime]
    secret: bytes = field(repr=False)
    dice: random.Random
    rates: Rates = RATES

    @property
    def id(self) -> int:
        """The bot's own id: the part of its token before the colon."""
        return int(self.bot.token.partition(":")[0])

    def alias(self, chat: int | None) -> str:
        """A chat as the log names it: always the same, and of no use to anybody else."""
        return blake2s(str(chat).encode(), key=self.secret, digest_size=4).hexdigest()

    async def until(self, moment: datetime) -> None:
        """Sleep till then."""
        await asyncio.sleep(max(0.0, (moment - self.clock()) / timedelta(seconds=1)))

    async def slot(self) -> None:
        """Wait for a slot of the pace, for a call that is no message."""
        async with self.database.write() as tx:
            when = await pacing.reserve(tx, self.id, self.clock(), self.rates)
        await self.until(when)

    async def may_notice(self, chat: int) -> bool:
        """Whether there is room for a typing notice just now."""
        return await _whole(self._take_notice(chat))

    async def _take_notice(self, chat: int) -> bool:
        async with self.database.write() as tx:
            return await pacing.notice(tx, self.id, chat, self.clock(), self.rates)

    async def patiently(self, step: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Do it until the store lets it be done; its result."""
        while True:
            try:
                return await _whole(step())
            except StorageError as error:
                _log.error("The store fails; trying again. %s", error)
                await asyncio.sleep(STORE_PAUSE)


async def _whole(step: Coroutine[Any, Any, T]) -> T:
    """Let a step come to its end even when it is cancelled: a transaction is not cut in two."""
    task = asyncio.ensure_future(step)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
