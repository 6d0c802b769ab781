"""Feedback: what the author of a course should know of the questions learners ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from bot.storage.tables import feedback

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.storage.database import Transaction
    from bot.storage.learners import LearnerId

__all__ = ["Feedback", "Kind", "add", "everything"]


class Kind(StrEnum):
    """Why it was kept. The last three are about quiz questions."""

    NOT_HELPFUL = "not_helpful"
    UNANSWERED = "unanswered"
    REGRADED = "regraded"
    REPORTED = "reported"
    LEECH = "leech"


@dataclass(frozen=True, slots=True)
class Feedback:
    """One question that went wrong. `place` ("course/lesson/section") is what was shown first."""

    kind: Kind
    question: str = field(repr=False)
    place: str | None
    given_at: datetime


async def add(tx: Transaction, who: LearnerId, turn_id: int | None, entry: Feedback) -> bool:
    """Keep it. False when the same was said of this turn before.

    What is said of a quiz question, and not of an answer, has no turn.
    """
    if turn_id is not None and await _said(tx, turn_id, entry.kind):
        return False
    row = {
        "bot_id": who.bot,
        "learner_id": who.learner,
        "turn_id": turn_id,
        "kind": entry.kind.value,
        "question": entry.question,
        "place": entry.place,
        "given_at": entry.given_at,
    }
    await tx.execute(insert(feedback).values(row))
    return True


async def _said(tx: Transaction, turn_id: int, kind: Kind) -> bool:
    same = select(feedback.c.id).where(feedback.c.turn_id == turn_id, feedback.c.kind == kind.value)
    return (await tx.execute(same)).first() is not None


async def everything(tx: Transaction) -> Sequence[Feedback]:
    """All feedback given to any bot of this store, ordered by place, then by time."""
    query = select(feedback).order_by(feedback.c.place, feedback.c.given_at, feedback.c.id)
    rows = (await tx.execute(query)).all()
    return [Feedback(Kind(row.kind), row.question, row.place, row.given_at) for row in rows]
