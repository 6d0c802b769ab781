"""Places: how far a learner has read in each lesson."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, and_, insert, select, update

from bot.storage.learners import LearnerId, owned_by
from bot.storage.tables import places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from bot.storage.database import Transaction

__all__ = ["Place", "finish", "keep", "latest", "of_course"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands in a lesson. `part` counts the pages of a long section from 0.

    `section` is None once the lesson is read to its end and not opened again; `finished_at` is
    when its end was first reached.
    """

    course: str
    lesson: str
    section: str | None
    part: int
    kept_at: datetime
    finished_at: datetime | None = None


async def keep(
    tx: Transaction,
    who: LearnerId,
    *,
    course: str,
    lesson: str,
    section: str,
    part: int,
    now: datetime,
) -> None:
    """Put the bookmark of this lesson here."""
    values = {"section": section, "part": part, "kept_at": now}
    await _put(tx, who, course, lesson, values)


async def finish(
    tx: Transaction, who: LearnerId, *, course: str, lesson: str, now: datetime
) -> None:
    """Note that the lesson was read to its end, and take the bookmark out."""
    values = {"section": None, "part": 0, "kept_at": now, "finished_at": now}
    await _put(tx, who, course, lesson, values)


async def of_course(tx: Transaction, who: LearnerId, course: str) -> Mapping[str, Place]:
    """The learner's places in a course, by lesson."""
    query = select(places).where(owned_by(places, who), places.c.course == course)
    return {row.lesson: _place(row) for row in (await tx.execute(query)).all()}


async def latest(tx: Transaction, who: LearnerId) -> Sequence[Place]:
    """The learner's open bookmarks, the one they last moved first."""
    query = (
        select(places)
        .where(owned_by(places, who), places.c.section.is_not(None))
        .order_by(places.c.kept_at.desc())
    )
    return [_place(row) for row in (await tx.execute(query)).all()]


async def _put(
    tx: Transaction, who: LearnerId, course: str, lesson: str, values: Mapping[str, object]
) -> None:
    known = await tx.execute(update(places).where(_at(who, course, lesson)).values(values))
    if not known.rowcount:
        row = {"bot_id": who.bot, "learner_id": who.learner, "course": course, "lesson": lesson}
        await tx.execute(insert(places).values(row | dict(values)))


def _at(who: LearnerId, course: str, lesson: str) -> ColumnElement[bool]:
    return and_(owned_by(places, who), places.c.course == course, places.c.lesson == lesson)


def _place(row: Row[Any]) -> Place:
    return Place(
        row.course, row.lesson, row.section, row.part, row.kept_at, finished_at=row.finished_at
    )
