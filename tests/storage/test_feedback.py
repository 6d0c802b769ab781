from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.storage import feedback, learners, turns
from bot.storage.feedback import Feedback, Kind
from bot.storage.learners import LearnerId
from bot.storage.turns import Turn

if TYPE_CHECKING:
    from bot.storage.database import Database

ADA = LearnerId(1, 10)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ENTRY = Feedback(Kind.NOT_HELPFUL, "how many eggs?", "garden/bees/colony", NOON)


async def test_the_same_is_kept_once_a_turn(database: Database) -> None:
    async with database.write() as tx:
        await learners.meet(tx, ADA, chat=10, language=None)
        number = await turns.add(tx, ADA, Turn("how many eggs?", "answer", "7", NOON))
        assert await feedback.add(tx, ADA, number, ENTRY)
        assert not await feedback.add(tx, ADA, number, ENTRY)
        assert await feedback.add(tx, ADA, number, replace(ENTRY, kind=Kind.UNANSWERED))
        assert [entry.kind for entry in await feedback.everything(tx)] == [
            Kind.NOT_HELPFUL,
            Kind.UNANSWERED,
        ]


async def test_it_is_ordered_by_place(database: Database) -> None:
    async with database.write() as tx:
        await learners.meet(tx, ADA, chat=10, language=None)
        for place in ("garden/tea/plant", "garden/bees/dance", "garden/bees/colony"):
            number = await turns.add(tx, ADA, Turn("?", "answer", "7", NOON))
            await feedback.add(tx, ADA, number, replace(ENTRY, place=place))
        found = [entry.place for entry in await feedback.everything(tx)]
    assert found == ["garden/bees/colony", "garden/bees/dance", "garden/tea/plant"]
