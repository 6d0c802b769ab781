"""Privacy: what is given to a learner and what is taken away, by the tables there are."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Boolean, Date, DateTime, Float, Integer, insert, select
from sqlalchemy.sql.sqltypes import BigInteger

from bot.storage import privacy
from bot.storage.learners import LearnerId
from bot.storage.tables import Instant, metadata

if TYPE_CHECKING:
    from sqlalchemy import Column

    from bot.storage.database import Database

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
ADA, BOB = LearnerId(1, 777_001), LearnerId(1, 888_002)
PERSONAL = ("learner_id", "chat_id")


def value(column: Column[Any], who: LearnerId, number: int) -> Any:
    """Something that fits the column, and tells whose it is."""
    if column.name == "bot_id":
        return who.bot
    if column.name in PERSONAL:
        return who.learner
    kind = column.type
    if isinstance(kind, Instant | DateTime):
        return NOW
    if isinstance(kind, JSON):
        return {"said": f"words of {who.learner}"}
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, Date):
        return NOW.date()
    if isinstance(kind, Integer | BigInteger | Float):
        return number
    return f"words of {who.learner}"


async def fill(database: Database) -> None:
    """A row of each learner in every table that has to do with learners."""
    async with database.write() as tx:
        for number, who in enumerate((ADA, BOB), 1):
            for table in metadata.sorted_tables:
                row = {column.name: value(column, who, number) for column in table.columns}
                if any(name in row for name in PERSONAL):
                    await tx.execute(insert(table).values(row))


async def cells(database: Database) -> list[str]:
    """All that stands anywhere, as text."""
    async with database.read() as tx:
        return [
            json.dumps(dict(row), default=str)
            for table in metadata.sorted_tables
            for row in (await tx.execute(select(table))).mappings().all()
        ]


async def test_nothing_of_a_forgotten_learner_is_left_in_any_table(database: Database) -> None:
    await fill(database)
    before = await cells(database)
    assert sum(str(ADA.learner) in cell for cell in before) >= 8
    async with database.write() as tx:
        await privacy.forget(tx, ADA, ADA.learner)
    after = await cells(database)
    assert [cell for cell in after if str(ADA.learner) in cell] == []
    of_bob = [cell for cell in before if str(BOB.learner) in cell]
    assert sorted(cell for cell in after if str(BOB.learner) in cell) == sorted(of_bob)


async def test_a_learner_is_given_all_of_theirs_and_nothing_of_others(database: Database) -> None:
    await fill(database)
    async with database.read() as tx:
        kept = await privacy.everything_of(tx, ADA, ADA.learner)
    personal = {t.name for t in metadata.sorted_tables if any(c in t.c for c in PERSONAL)}
    assert set(kept) == personal
    text = json.dumps(kept)
    assert str(BOB.learner) not in text
    assert f"words of {ADA.learner}" in text
