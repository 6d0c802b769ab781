from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.storage import learners, turns
from bot.storage.learners import LearnerId
from bot.storage.turns import KeptPassage, Turn

if TYPE_CHECKING:
    from bot.storage.database import Database

ADA, BOB = LearnerId(1, 10), LearnerId(1, 11)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TURN = Turn(
    question="how many eggs?",
    level="answer",
    generation="7",
    asked_at=NOON,
    course="garden",
    answer="Two thousand a day.",
    cited="garden/bees/colony",
    passages=(KeptPassage("garden/bees/colony", "Two thousand a day. 🐝", ((0, 19),)),),
)


async def _learners(database: Database) -> None:
    async with database.write() as tx:
        for who in (ADA, BOB, LearnerId(2, 10)):
            await learners.meet(tx, who, chat=10, language=None)


async def test_a_turn_comes_back_as_it_was_kept(database: Database) -> None:
    await _learners(database)
    async with database.write() as tx:
        number = await turns.add(tx, ADA, TURN)
        assert await turns.find(tx, ADA, number) == replace(TURN, id=number)


async def test_a_turn_is_nobody_elses(database: Database) -> None:
    await _learners(database)
    async with database.write() as tx:
        number = await turns.add(tx, ADA, TURN)
        assert await turns.find(tx, BOB, number) is None
        assert await turns.find(tx, LearnerId(2, 10), number) is None
        assert await turns.find(tx, ADA, 2**62) is None


async def test_the_recent_ones_come_oldest_first(database: Database) -> None:
    await _learners(database)
    async with database.write() as tx:
        for minute in range(5):
            asked = NOON + timedelta(minutes=minute)
            await turns.add(tx, ADA, replace(TURN, question=str(minute), asked_at=asked))
        await turns.add(tx, BOB, replace(TURN, question="Bob's"))
        found = await turns.recent(tx, ADA, since=NOON + timedelta(minutes=1), limit=3)
        assert [turn.question for turn in found] == ["2", "3", "4"]
        late = await turns.recent(tx, ADA, since=NOON + timedelta(minutes=4), limit=3)
        assert [turn.question for turn in late] == ["4"]


def test_a_turn_does_not_show_the_question() -> None:
    assert "eggs" not in repr(TURN)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(question=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
async def test_any_words_come_back(database: Database, question: str) -> None:
    await _learners(database)
    async with database.write() as tx:
        number = await turns.add(tx, ADA, replace(TURN, question=question))
        found = await turns.find(tx, ADA, number)
    assert found is not None
    assert found.question == question
