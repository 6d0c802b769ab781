"""Deliveries: the daily messages, each decided once for a learner and study day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from bot.storage.database import upsert
from bot.storage.learners import LearnerId, owned_by
from bot.storage.tables import deliveries
from bot.storage.tables import learners as known
from bot.study.backing_off import Tone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from bot.storage.database import Transaction

__all__ = [
    "QUIET",
    "Delivery",
    "days_of",
    "decide",
    "find",
    "newest",
    "quiet_since",
    "set_asking",
    "set_quiet",
]


LAST_NOTE = Tone.LAST_NOTE.value
QUIET = "quiet"
"""The tone of a message that asked nothing, for nothing was due."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """The message of a study day. `tone` is what may be said: see `study.backing_off`."""

    day: date
    due_at: datetime
    tone: str
    asking: int | None = None


async def decide(
    tx: Transaction, decided: Sequence[tuple[LearnerId, Delivery]]
) -> set[tuple[LearnerId, date]]:
    """Decide on the messages of a study day. Returned are those that were not decided on before:
    the others are not ours to send.
    """
    rows = [
        {
            "bot_id": who.bot,
            "learner_id": who.learner,
            "day": delivery.day,
            "due_at": delivery.due_at,
            "tone": delivery.tone,
        }
        for who, delivery in decided
    ]
    if not rows:
        return set()
    made = await tx.execute(
        upsert(tx, deliveries)
        .on_conflict_do_nothing()
        .returning(deliveries.c.bot_id, deliveries.c.learner_id, deliveries.c.day),
        rows,
    )
    return {(LearnerId(row.bot_id, row.learner_id), row.day) for row in made.all()}


async def days_of(
    tx: Transaction, bot: int, learners: Sequence[int], since: date
) -> Mapping[int, list[date]]:
    """The study days with a message that waits for an answer, by learner, oldest first.

    Given are those since that day and since about the time the learner was last seen. A quiet
    day's message asks nothing, so nobody can leave it unanswered.
    """
    unseen = known.c.seen_at.is_(None) | (deliveries.c.due_at > known.c.seen_at)
    query = (
        select(deliveries.c.learner_id, deliveries.c.day)
        .join(
            known,
            (known.c.bot_id == deliveries.c.bot_id)
            & (known.c.learner_id == deliveries.c.learner_id),
        )
        .where(
            deliveries.c.bot_id == bot,
            deliveries.c.learner_id.in_(learners),
            deliveries.c.day >= since,
            deliveries.c.asking_id.is_not(None) | (deliveries.c.tone == LAST_NOTE),
            unseen,
        )
        .order_by(deliveries.c.day)
    )
    found: dict[int, list[date]] = {}
    for row in (await tx.execute(query)).all():
        found.setdefault(row.learner_id, []).append(row.day)
    return found


async def find(tx: Transaction, who: LearnerId, day: date) -> Delivery | None:
    """The message of that study day, or None."""
    query = select(deliveries).where(owned_by(deliveries, who), deliveries.c.day == day)
    row = (await tx.execute(query)).one_or_none()
    return None if row is None else Delivery(row.day, row.due_at, row.tone, row.asking_id)


async def newest(tx: Transaction, who: LearnerId) -> Delivery | None:
    """The message of the newest study day that has one."""
    query = select(deliveries).where(owned_by(deliveries, who))
    row = (await tx.execute(query.order_by(deliveries.c.day.desc()).limit(1))).one_or_none()
    return None if row is None else Delivery(row.day, row.due_at, row.tone, row.asking_id)


async def quiet_since(tx: Transaction, who: LearnerId, day: date | None) -> int:
    """How many messages after that study day asked nothing."""
    query = select(func.count()).where(owned_by(deliveries, who), deliveries.c.tone == QUIET)
    if day is not None:
        query = query.where(deliveries.c.day > day)
    return int((await tx.execute(query)).scalar_one())


async def set_quiet(tx: Transaction, who: LearnerId, day: date) -> None:
    """The message asks nothing."""
    await tx.execute(
        update(deliveries)
        .where(owned_by(deliveries, who), deliveries.c.day == day)
        .values(tone=QUIET)
    )


async def set_asking(tx: Transaction, who: LearnerId, day: date, asking: int) -> None:
    """The question that the message asks: a second copy asks the same one."""
    await tx.execute(
        update(deliveries)
        .where(owned_by(deliveries, who), deliveries.c.day == day)
        .values(asking_id=asking)
    )
