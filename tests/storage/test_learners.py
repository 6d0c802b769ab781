from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from bot.storage import learners
from bot.storage.learners import Learner, LearnerId

if TYPE_CHECKING:
    from bot.storage.database import Database

ADA = LearnerId(1, 10)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def test_meeting_again_brings_up_to_date_and_keeps_the_course(database: Database) -> None:
    async with database.write() as tx:
        await learners.meet(tx, ADA, chat=10, language="en")
        await learners.choose_course(tx, ADA, "garden")
        await learners.meet(tx, ADA, chat=11, language="de")
        assert await learners.find(tx, ADA) == Learner(ADA, 11, "de", "garden")


async def test_who_writes_again_is_not_blocked_any_more(database: Database) -> None:
    berlin = NOON.astimezone(timezone(timedelta(hours=1)))
    async with database.write() as tx:
        await learners.meet(tx, ADA, chat=10, language=None)
        await learners.mark_blocked(tx, ADA, berlin)
        found = await learners.find(tx, ADA)
        assert found is not None
        assert found.blocked_at == NOON
        assert found.blocked_at.tzinfo is UTC
        await learners.meet(tx, ADA, chat=10, language=None)
        found = await learners.find(tx, ADA)
        assert found is not None
        assert found.blocked_at is None


async def test_one_person_at_two_bots_is_two_learners(database: Database) -> None:
    async with database.write() as tx:
        await learners.meet(tx, ADA, chat=10, language=None)
        assert await learners.find(tx, LearnerId(2, 10)) is None
