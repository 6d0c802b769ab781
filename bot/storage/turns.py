"""Turns: what a learner asked and what was answered.

A turn keeps the passages it showed, so that its buttons mean the same tomorrow, on another
machine and after the lessons were changed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, insert, select

from bot.storage.learners import LearnerId, owned_by
from bot.storage.tables import turns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.storage.database import Transaction

__all__ = ["KeptPassage", "Turn", "add", "find", "recent"]


@dataclass(frozen=True, slots=True)
class KeptPassage:
    """A passage as it was shown. `place` is "course/lesson/section"."""

    place: str
    text: str
    highlights: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its outcome. `level` is "answer", "closest" or "none".

    `cited` is the place of the first passage, unless nothing was found. `id` is 0 until kept.
    """

    question: str = field(repr=False)
    level: str
    generation: str
    asked_at: datetime
    course: str | None = None
    answer: str | None = None
    cited: str | None = None
    passages: tuple[KeptPassage, ...] = ()
    id: int = 0


async def add(tx: Transaction, who: LearnerId, turn: Turn) -> int:
    """Keep the turn; returns its id."""
    row = {
        "bot_id": who.bot,
        "learner_id": who.learner,
        "asked_at": turn.asked_at,
        "course": turn.course,
        "question": turn.question,
        "level": turn.level,
        "answer": turn.answer,
        "cited": turn.cited,
        "passages": [asdict(passage) for passage in turn.passages],
        "generation": turn.generation,
    }
    return int((await tx.execute(insert(turns).values(row).returning(turns.c.id))).scalar_one())


async def find(tx: Transaction, who: LearnerId, turn_id: int) -> Turn | None:
    """The learner's own turn of that id, or None."""
    query = select(turns).where(owned_by(turns, who), turns.c.id == turn_id)
    row = (await tx.execute(query)).one_or_none()
    return None if row is None else _turn(row)


async def recent(tx: Transaction, who: LearnerId, *, since: datetime, limit: int) -> Sequence[Turn]:
    """The learner's last turns since then, oldest first."""
    query = (
        select(turns)
        .where(owned_by(turns, who), turns.c.asked_at >= since)
        .order_by(turns.c.id.desc())
        .limit(limit)
    )
    return [_turn(row) for row in reversed((await tx.execute(query)).all())]


def _turn(row: Row[Any]) -> Turn:
    return Turn(
        id=row.id,
        question=row.question,
        level=row.level,
        generation=row.generation,
        asked_at=row.asked_at,
        course=row.course,
        answer=row.answer,
        cited=row.cited,
        passages=tuple(_passage(kept) for kept in row.passages),
    )


def _passage(kept: dict[str, Any]) -> KeptPassage:
    highlights = tuple((start, end) for start, end in kept["highlights"])
    return KeptPassage(kept["place"], kept["text"], highlights)
