"""Audio books that learners wait for: each once, first come, first served, sent by one process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.storage import books, learners, privacy
from bot.storage.books import Wanted
from bot.storage.learners import LearnerId

if TYPE_CHECKING:
    from bot.storage.database import Database

ADA, BEN, OTHER_BOTS = LearnerId(1, 10), LearnerId(1, 11), LearnerId(2, 10)
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def met(database: Database, *who: LearnerId) -> None:
    async with database.write() as tx:
        for learner in who:
            await learners.meet(tx, learner, chat=learner.learner, language=None)


async def test_who_waits_for_a_book_waits_once(database: Database) -> None:
    await met(database, ADA)
    async with database.write() as tx:
        assert await books.want(tx, ADA, "garden", NOON)
        assert not await books.want(tx, ADA, "garden", NOON + MINUTE)
        assert await books.want(tx, ADA, "kitchen", NOON + MINUTE)


async def test_whoever_has_waited_longest_is_served_first_and_only_once(
    database: Database,
) -> None:
    await met(database, ADA, BEN, OTHER_BOTS)
    async with database.write() as tx:
        await books.want(tx, OTHER_BOTS, "garden", NOON - MINUTE)
        await books.want(tx, ADA, "garden", NOON + MINUTE)
        await books.want(tx, BEN, "garden", NOON)
        first = await books.longest_wanted(tx, 1)
        assert first == Wanted(BEN, "garden")
        assert await books.sent(tx, first)
        assert not await books.sent(tx, first)  # another process has sent it meanwhile
        assert await books.longest_wanted(tx, 1) == Wanted(ADA, "garden")
        assert await books.want(tx, BEN, "garden", NOON)  # they may ask for it again


async def test_who_deletes_everything_waits_for_nothing(database: Database) -> None:
    await met(database, ADA)
    async with database.write() as tx:
        await books.want(tx, ADA, "garden", NOON)
        await privacy.forget(tx, ADA, 10)
        assert await books.longest_wanted(tx, 1) is None
