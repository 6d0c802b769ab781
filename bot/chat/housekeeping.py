"""Housekeeping: says that this process lives, frees what dead ones had in hand, forgets the old."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.storage import inbox, outbox, owners, pacing

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.chat.replica import Replica

__all__ = ["BODIES", "Housekeeping"]

_log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
RENEW_EVERY = timedelta(seconds=5)
SWEEP_EVERY = timedelta(minutes=10)

BODIES = timedelta(days=7)
"""How long it is kept what an update or a message said, for whoever has to find a fault."""


class Housekeeping:
    """`news` is called when work was freed. `lease`: how long a paused process keeps its own."""

    def __init__(
        self, replica: Replica, news: Callable[[], None], lease: timedelta = owners.LEASE
    ) -> None:
        self._replica = replica
        self._news = news
        self._lease = lease
        self._renew_every = min(RENEW_EVERY, lease / 4)
        self._renewed = self._swept = datetime.min.replace(tzinfo=UTC)

    async def run(self) -> None:
        """Look every second until cancelled."""
        while True:
            await self._replica.patiently(self.look)
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Once around the house."""
        replica, now = self._replica, self._replica.clock()
        if now - self._renewed >= self._renew_every:
            async with replica.database.write() as tx:
                await owners.renew(tx, replica.id, replica.owner, now)
            self._renewed = now
        dead = await owners.gone(replica.database, now, self._lease)
        dead = [owner for owner in dead if owner != replica.owner]
        if dead:
            async with replica.database.write() as tx:
                await owners.let_go(tx, dead, now)
            _log.warning("%d process(es) died; what they had in hand is free.", len(dead))
            self._news()
        if now - self._swept >= SWEEP_EVERY:
            await self._sweep(now)
            self._swept = now

    async def _sweep(self, now: datetime) -> None:
        async with self._replica.database.write() as tx:
            await inbox.sweep(tx, now, BODIES)
            await outbox.sweep(tx, now, BODIES)
            await pacing.sweep(tx, now)
