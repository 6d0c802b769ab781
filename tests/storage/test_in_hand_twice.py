"""A process that was paused past its lease may have the same message in hand twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.storage import outbox
from bot.storage.pacing import Rates

if TYPE_CHECKING:
    from bot.storage.database import Database
    from bot.storage.outbox import Outgoing

BOT, CHAT, OWNER = 1, 7, 100
NOW = datetime(2026, 1, 1, tzinfo=UTC)
RATES = Rates(overall=1000, kept=500, chat=1000, burst=100)


async def claimed(database: Database, now: datetime) -> list[Outgoing]:
    async with database.write() as tx:
        claim = await outbox.claim(tx, BOT, OWNER, now, limit=9, rates=RATES)
    return list(claim.messages)


async def test_only_one_of_the_two_sends_it(database: Database) -> None:
    async with database.write() as tx:
        await outbox.add(tx, BOT, CHAT, [{"text": "once"}], NOW)
    [old] = await claimed(database, NOW)
    async with database.write() as tx:
        await outbox.release(tx, [OWNER], NOW)  # by another process, when the lease was over
    [new] = await claimed(database, NOW)
    async with database.write() as tx:
        assert await outbox.begin(tx, old, OWNER, NOW)
        assert not await outbox.begin(tx, new, OWNER, NOW)
    assert await claimed(database, NOW + timedelta(seconds=1)) == []
    async with database.write() as tx:
        await outbox.sent(tx, old, OWNER, NOW, 5)
    assert await claimed(database, NOW + timedelta(days=1)) == []
