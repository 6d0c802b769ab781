from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.storage import learners, places
from bot.storage.learners import LearnerId
from bot.storage.places import Place

if TYPE_CHECKING:
    from bot.storage.database import Database, Transaction

ADA = LearnerId(1, 10)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def _keep(tx: Transaction, lesson: str, section: str, minute: int) -> None:
    now = NOON + timedelta(minutes=minute)
    await places.keep(tx, ADA, course="garden", lesson=lesson, section=section, part=1, now=now)


async def test_each_lesson_has_one_place_and_the_last_one_moved_is_first(
    database: Database,
) -> None:
    async with database.write() as tx:
        await learners.meet(tx, ADA, chat=10, language=None)
        await _keep(tx, "bees", "colony", 0)
        await _keep(tx, "tea", "plant", 1)
        await _keep(tx, "bees", "dance", 2)
        latest = await places.latest(tx, ADA)
        assert [(place.lesson, place.section) for place in latest] == [
            ("bees", "dance"),
            ("tea", "plant"),
        ]
        kept = await places.of_course(tx, ADA, "garden")
        assert kept["bees"] == Place("garden", "bees", "dance", 1, NOON + timedelta(minutes=2))
        assert await places.of_course(tx, ADA, "other") == {}


async def test_a_finished_lesson_stays_read_and_can_be_opened_again(database: Database) -> None:
    async with database.write() as tx:
        await learners.meet(tx, ADA, chat=10, language=None)
        await _keep(tx, "bees", "colony", 0)
        await places.finish(tx, ADA, course="garden", lesson="bees", now=NOON)
        assert await places.latest(tx, ADA) == []
        await _keep(tx, "bees", "colony", 5)
        place = (await places.of_course(tx, ADA, "garden"))["bees"]
        assert (place.section, place.finished_at) == ("colony", NOON)
