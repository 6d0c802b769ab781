"""The pace: typing notices give way, a 429 holds everybody up, buckets are forgotten."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.storage import pacing
from bot.storage.database import Database
from bot.storage.tables import chats

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import URL

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
BOT = 1
SECOND = timedelta(seconds=1)


async def test_several_processes_share_one_pace(where: Path | URL, database: Database) -> None:
    others = [Database(where) for _ in range(3)]

    async def reserve(through: Database) -> datetime:
        async with through.write() as tx:
            return await pacing.reserve(tx, BOT, NOW)

    taken = await asyncio.gather(*(reserve(each) for each in [database, *others] * 10))
    for each in others:
        await each.close()
    assert sorted(taken) == [NOW + n * SECOND / 25 for n in range(40)]


async def test_a_group_is_written_to_twenty_times_a_minute(database: Database) -> None:
    async with database.write() as tx:
        pace = await pacing.lock(tx, BOT, NOW, of=[-5])
        moments = []
        for _ in range(30):
            moments.append(pace.due_in(-5))
            pace.take(moments[-1], chat=-5)
    minute = [moment for moment in moments if moment < NOW + timedelta(minutes=1)]
    assert len(minute) <= 22  # twenty, and the burst at the beginning


async def test_a_typing_notice_never_takes_the_place_of_a_message(database: Database) -> None:
    async def notice(now: datetime) -> bool:
        async with database.write() as tx:
            return await pacing.notice(tx, BOT, 10, now)

    assert await notice(NOW)
    assert await notice(NOW + SECOND / 10)
    assert not await notice(NOW + SECOND / 5)  # the last one of the burst is the answer's
    async with database.write() as tx:
        pace = await pacing.lock(tx, BOT, NOW + SECOND / 5, of=[10])
        assert pace.due_in(10) == NOW + SECOND / 5


async def test_a_typing_notice_is_dropped_when_others_wait(database: Database) -> None:
    async with database.write() as tx:
        await pacing.reserve(tx, BOT, NOW)
        assert not await pacing.notice(tx, BOT, 10, NOW)


async def test_the_longest_pause_that_was_asked_for_holds(database: Database) -> None:
    async with database.write() as tx:
        await pacing.hold(tx, BOT, NOW + 10 * SECOND)
        await pacing.hold(tx, BOT, NOW + 3 * SECOND)
        assert await pacing.reserve(tx, BOT, NOW) == NOW + 10 * SECOND


async def test_empty_buckets_are_forgotten(database: Database) -> None:
    async with database.write() as tx:
        assert await pacing.notice(tx, BOT, 10, NOW)
        await pacing.sweep(tx, NOW + timedelta(hours=1))
        assert (await tx.execute(select(func.count()).select_from(chats))).scalar_one() == 0
