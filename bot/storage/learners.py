"""Learners: who has written to a bot, and what they have chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ColumnElement, and_, insert, or_, select, update

from bot.storage.tables import learners

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy import Table

    from bot.storage.database import Transaction

__all__ = [
    "Learner",
    "LearnerId",
    "admit",
    "choose_course",
    "find",
    "lock",
    "mark_blocked",
    "mark_unreachable",
    "meet",
    "owned_by",
    "warn",
]


class LearnerId(NamedTuple):
    """A person as one bot knows them. The same person at another bot is somebody else."""

    bot: int
    learner: int


@dataclass(frozen=True, slots=True)
class Learner:
    """What is kept of a learner. `course` is what they chose, if they did.

    `admitted_at` is when they showed the invitation code, where one is asked for.
    """

    id: LearnerId
    chat: int
    language: str | None = None
    course: str | None = None
    blocked_at: datetime | None = None
    admitted_at: datetime | None = None


def owned_by(table: Table, who: LearnerId) -> ColumnElement[bool]:
    """The rows of `table` that belong to this learner."""
    return and_(table.c.bot_id == who.bot, table.c.learner_id == who.learner)


async def meet(
    tx: Transaction,
    who: LearnerId,
    *,
    chat: int,
    language: str | None,
    now: datetime | None = None,
) -> None:
    """Remember that the learner has written: makes the row, or brings it up to date.

    Whoever writes has not blocked the bot (any more). `now` is the learners' moment.
    """
    fresh = {"chat_id": chat, "language": language, "blocked_at": None, "seen_at": now}
    known = await tx.execute(update(learners).where(owned_by(learners, who)).values(fresh))
    if not known.rowcount:
        row = {"bot_id": who.bot, "learner_id": who.learner, **fresh}
        await tx.execute(insert(learners).values(row))


async def find(tx: Transaction, who: LearnerId) -> Learner | None:
    """The learner, or None when they have never written."""
    row = (await tx.execute(select(learners).where(owned_by(learners, who)))).one_or_none()
    if row is None:
        return None
    return Learner(who, row.chat_id, row.language, row.course, row.blocked_at, row.admitted_at)


async def lock(tx: Transaction, who: LearnerId) -> None:
    """Until the transaction ends nobody else has this learner in hand.

    On SQLite no two transactions write at once anyway. Rows that only refer to the learner can
    still be added.
    """
    query = select(learners.c.learner_id).where(owned_by(learners, who))
    await tx.execute(query.with_for_update(key_share=True))


async def choose_course(tx: Transaction, who: LearnerId, course: str) -> None:
    """Make `course` the one that questions go to."""
    await tx.execute(update(learners).where(owned_by(learners, who)).values(course=course))


async def mark_blocked(tx: Transaction, who: LearnerId, now: datetime) -> None:
    """Note that the learner has blocked the bot. Unknown learners stay unknown."""
    await tx.execute(update(learners).where(owned_by(learners, who)).values(blocked_at=now))


async def mark_unreachable(tx: Transaction, bot: int, chat: int, now: datetime) -> None:
    """Note that nothing can be sent to this chat: blocked, or gone."""
    here = and_(learners.c.bot_id == bot, learners.c.chat_id == chat)
    await tx.execute(update(learners).where(here).values(blocked_at=now))


async def admit(tx: Transaction, who: LearnerId, now: datetime) -> None:
    """Let the learner in for good."""
    await tx.execute(update(learners).where(owned_by(learners, who)).values(admitted_at=now))


async def warn(tx: Transaction, who: LearnerId, now: datetime, pause: timedelta) -> bool:
    """Note that the learner is told to wait. False when they were told so less than `pause` ago."""
    told = await tx.execute(
        update(learners)
        .where(
            owned_by(learners, who),
            or_(learners.c.warned_at.is_(None), learners.c.warned_at <= now - pause),
        )
        .values(warned_at=now)
    )
    return bool(told.rowcount)
