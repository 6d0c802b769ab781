"""Figures: what an operator wants to know of a bot's inbox and outbox at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Select, func, select

from bot.storage.outbox import State
from bot.storage.tables import bots, dead_letters, inbox, outbox, owners, preferences

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from bot.storage.database import Transaction

__all__ = ["Figures", "of"]


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts, and the moments of the oldest; None where there is none.

    `busiest`: how many daily messages are due at one moment.
    """

    open_updates: int
    oldest_update: datetime | None
    dead_letters: int
    open_messages: int
    oldest_message: datetime | None
    uncertain: int
    failed: int
    refusals: int
    polled_at: datetime | None
    replicas: int
    busiest: int


async def of(tx: Transaction, bot: int) -> Figures:
    """As they stand now."""
    updates, oldest_update = await _open(tx, inbox.c.received_at, bot)
    messages, oldest_message = await _open(tx, outbox.c.made_at, bot)
    row = (await tx.execute(select(bots).where(bots.c.bot_id == bot))).one_or_none()
    ended = select(func.count()).where(outbox.c.bot_id == bot, outbox.c.done_at.is_not(None))
    return Figures(
        open_updates=updates,
        oldest_update=oldest_update,
        dead_letters=await _count(tx, select(func.count()).where(dead_letters.c.bot_id == bot)),
        open_messages=messages,
        oldest_message=oldest_message,
        uncertain=await _count(tx, ended.where(outbox.c.state == State.UNCERTAIN.value)),
        failed=await _count(tx, ended.where(outbox.c.state == State.FAILED.value)),
        refusals=row.refusals if row else 0,
        polled_at=row.polled_at if row else None,
        busiest=await _busiest(tx, bot),
        replicas=await _count(tx, select(func.count()).where(owners.c.bot_id == bot)),
    )


async def _busiest(tx: Transaction, bot: int) -> int:
    """How many learners want their daily message at the commonest wall time of one zone."""
    count = func.count().label("learners")
    query = (
        select(count)
        .where(preferences.c.bot_id == bot, preferences.c.next_at.is_not(None))
        .group_by(preferences.c.zone, preferences.c.minute)
        .order_by(count.desc())
        .limit(1)
    )
    return int((await tx.execute(query)).scalar_one_or_none() or 0)


async def _open(tx: Transaction, moment: Any, bot: int) -> tuple[int, datetime | None]:
    table = moment.table
    query = select(func.count(), func.min(moment)).where(
        table.c.bot_id == bot, table.c.done_at.is_(None)
    )
    count, oldest = (await tx.execute(query)).one()
    return count, oldest


async def _count(tx: Transaction, query: Select[int]) -> int:
    return int((await tx.execute(query)).scalar_one())
