"""Preferences: when a learner wants their daily questions, and how many."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, bindparam, select, update

from bot.storage.database import upsert
from bot.storage.learners import LearnerId, owned_by
from bot.storage.tables import bots, learners, preferences
from bot.study.plan import Pace
from bot.study.scheduler import DEFAULT_PARAMETERS, DEFAULT_RETENTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.storage.database import Transaction

__all__ = [
    "Hearing",
    "Preferences",
    "Scheduled",
    "change",
    "due",
    "find",
    "first_due",
    "move_on",
    "offset",
    "set_offset",
]


class Hearing(StrEnum):
    """How replies come: as text, with a voice note after it, or made to be heard alone.

    The text comes first in all of them.
    """

    TEXT = "text"
    BOTH = "both"
    VOICE = "voice"


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a learner has chosen; defaults where they have not.

    `zone` and `at` are None until they were chosen: then no daily message goes out. `offered`:
    they need not be asked whether they want one. `awaits_city`: they were asked where they are.
    `newest_day` is the newest study day so far, which
    never goes back; `next_at` and `next_day` are those of the next daily message. `speed` is that
    of the voice, 1.0 its own.
    """

    zone: ZoneInfo | None = None
    at: time | None = None
    retention: float = DEFAULT_RETENTION
    pace: Pace = field(default_factory=Pace)
    parameters: tuple[float, ...] = tuple(DEFAULT_PARAMETERS)
    streak_hidden: bool = False
    offered: bool = True
    paused: bool = False
    newest_day: date | None = None
    next_at: datetime | None = None
    next_day: date | None = None
    awaits_city: bool = False
    fitted_at: int = 0
    hearing: Hearing = Hearing.TEXT
    speed: float = 1.0

    @property
    def daily(self) -> bool:
        """Whether daily messages are wanted."""
        return self.zone is not None and self.at is not None and not self.paused


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A learner whose daily message is due, and the chat it goes to."""

    who: LearnerId
    chat: int
    preferences: Preferences
    seen_at: datetime | None


async def find(tx: Transaction, who: LearnerId) -> Preferences:
    """What the learner has chosen."""
    row = (await tx.execute(select(preferences).where(owned_by(preferences, who)))).one_or_none()
    return Preferences() if row is None else _preferences(row)


async def change(tx: Transaction, who: LearnerId, **values: Any) -> None:
    """Put these columns; the learner must be known."""
    keys = {"bot_id": who.bot, "learner_id": who.learner}
    first = {"offered": True, **values}
    statement = upsert(tx, preferences).values(keys | first)
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=[preferences.c.bot_id, preferences.c.learner_id], set_=values or first
        )
    )


async def due(tx: Transaction, bot: int, now: datetime, limit: int) -> Sequence[Scheduled]:
    """Learners whose next daily message is due, the longest waiting first.

    On PostgreSQL their rows are locked: whoever else looks meanwhile gets others, and who is being
    served at this moment comes the next time.
    """
    query = (
        select(preferences, learners.c.chat_id, learners.c.seen_at)
        .join(
            learners,
            (learners.c.bot_id == preferences.c.bot_id)
            & (learners.c.learner_id == preferences.c.learner_id),
        )
        .where(
            preferences.c.bot_id == bot,
            preferences.c.next_at <= now,
            preferences.c.paused.is_(False),
            learners.c.blocked_at.is_(None),
        )
        .order_by(preferences.c.next_at)
        .limit(limit)
        .with_for_update(of=preferences, skip_locked=True)
    )
    rows = (await tx.execute(query)).all()
    return [
        Scheduled(
            LearnerId(row.bot_id, row.learner_id), row.chat_id, _preferences(row), row.seen_at
        )
        for row in rows
    ]


async def first_due(tx: Transaction, bot: int) -> Preferences | None:
    """What the learner has chosen whose daily message is due before all others."""
    query = (
        select(preferences)
        .where(
            preferences.c.bot_id == bot,
            preferences.c.paused.is_(False),
            preferences.c.next_at.is_not(None),
        )
        .order_by(preferences.c.next_at)
        .limit(1)
    )
    row = (await tx.execute(query)).one_or_none()
    return None if row is None else _preferences(row)


async def move_on(
    tx: Transaction, moved: Sequence[tuple[LearnerId, datetime | None, date | None]]
) -> None:
    """Put the next daily message of each of these learners."""
    statement = (
        update(preferences)
        .where(
            preferences.c.bot_id == bindparam("of_bot"),
            preferences.c.learner_id == bindparam("of_learner"),
        )
        .values(next_at=bindparam("at"), next_day=bindparam("on"))
    )
    rows = [
        {"of_bot": who.bot, "of_learner": who.learner, "at": at, "on": on} for who, at, on in moved
    ]
    if rows:
        await tx.execute(statement, rows)


async def offset(tx: Transaction, bot: int) -> timedelta:
    """How far the learners' clock was moved ahead of the machine's, for a trial."""
    found = (await tx.execute(select(bots.c.clock_offset).where(bots.c.bot_id == bot))).scalar()
    return timedelta(seconds=found or 0)


async def set_offset(tx: Transaction, bot: int, ahead: timedelta) -> None:
    """Move the learners' clock. The bot's row must be there."""
    seconds = int(ahead.total_seconds())
    await tx.execute(update(bots).where(bots.c.bot_id == bot).values(clock_offset=seconds))


def _preferences(row: Row[Any]) -> Preferences:
    pace = Pace(
        Pace().new if row.new_a_day is None else row.new_a_day,
        Pace().cap if row.cap is None else row.cap,
    )
    return Preferences(
        zone=ZoneInfo(row.zone) if row.zone else None,
        at=None if row.minute is None else time(*divmod(row.minute, 60)),
        retention=row.retention or DEFAULT_RETENTION,
        pace=pace,
        parameters=tuple(row.parameters or DEFAULT_PARAMETERS),
        streak_hidden=row.streak_hidden,
        offered=row.offered,
        paused=row.paused,
        newest_day=row.newest_day,
        next_at=row.next_at,
        next_day=row.next_day,
        awaits_city=row.awaits_city,
        fitted_at=row.fitted_at,
        hearing=Hearing(row.voice or Hearing.TEXT),
        speed=row.speed or 1.0,
    )
