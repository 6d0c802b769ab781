"""Askings: each time a question was put to a learner, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, func, insert, select, update

from bot.storage.learners import LearnerId, owned_by
from bot.storage.tables import askings
from bot.study.grading import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from bot.storage.database import Transaction

__all__ = [
    "CLOSED",
    "UNDONE",
    "Asking",
    "add",
    "again",
    "answer",
    "answers_by_day",
    "by_message",
    "by_poll",
    "find",
    "last_answered",
    "newest",
    "newest_answered",
    "newest_open",
    "newest_poll",
    "of_day",
    "open_polls",
    "open_typed",
    "set_review",
    "shown",
]

CLOSED, UNDONE = "closed", "undone"
"""Outcomes of what was not answered: a poll left open, and an answer taken back."""
UNANSWERED = (CLOSED, UNDONE)


_LAST_PUT = (askings.c.asked_at.desc(), askings.c.id.desc())
"""A question that is put again is the last one, though its row is older."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A question as it was asked. `round` is what it was part of: see `chat.rounds`.

    `form` is "poll", "buttons" or "typed"; `sequence` the order its options were shown in, as
    numbers of the author's order. `outcome` is None while it is open; `given` is what was answered.
    `scored`: the answer is a review; `review` its number in the log.
    """

    card: int
    day: date
    round: str
    form: str
    scored: bool
    was_new: bool
    sequence: tuple[int, ...]
    asked_at: datetime
    id: int = 0
    message: int | None = None
    poll: str | None = None
    given: str | None = field(default=None, repr=False)
    outcome: str | None = None
    answered_at: datetime | None = None
    review: int | None = None

    @property
    def answered(self) -> bool:
        """Whether there is an answer that counts."""
        return self.outcome is not None and self.outcome not in UNANSWERED


async def add(tx: Transaction, who: LearnerId, asking: Asking) -> int:
    """Keep it; its number."""
    row = {
        "bot_id": who.bot,
        "learner_id": who.learner,
        "card_id": asking.card,
        "day": asking.day,
        "round": asking.round,
        "form": asking.form,
        "scored": asking.scored,
        "was_new": asking.was_new,
        "sequence": list(asking.sequence),
        "asked_at": asking.asked_at,
    }
    found = await tx.execute(insert(askings).values(row).returning(askings.c.id))
    return int(found.scalar_one())


async def find(tx: Transaction, who: LearnerId, number: int) -> Asking | None:
    """The learner's own of that number, or None."""
    query = select(askings).where(owned_by(askings, who), askings.c.id == number)
    row = (await tx.execute(query)).one_or_none()
    return None if row is None else _asking(row)


async def by_poll(tx: Transaction, who: LearnerId, poll: str) -> Asking | None:
    """The one that was asked by this poll."""
    query = select(askings).where(owned_by(askings, who), askings.c.poll_id == poll)
    row = (await tx.execute(query)).one_or_none()
    return None if row is None else _asking(row)


async def by_message(tx: Transaction, who: LearnerId, message: int) -> Asking | None:
    """The one that was asked by this message, if it waits for a typed answer."""
    query = select(askings).where(
        owned_by(askings, who),
        askings.c.message_id == message,
        askings.c.form == "typed",
        askings.c.outcome.is_(None),
    )
    row = (await tx.execute(query)).first()
    return None if row is None else _asking(row)


async def newest_poll(tx: Transaction, who: LearnerId) -> Asking | None:
    """The newest poll that waits for an answer."""
    query = (
        select(askings)
        .where(owned_by(askings, who), askings.c.form == "poll", askings.c.outcome.is_(None))
        .order_by(askings.c.id.desc())
        .limit(1)
    )
    row = (await tx.execute(query)).one_or_none()
    return None if row is None else _asking(row)


async def of_day(tx: Transaction, who: LearnerId, day: date) -> Sequence[Asking]:
    """All of a study day, in the order they were asked."""
    query = select(askings).where(owned_by(askings, who), askings.c.day == day)
    return [_asking(row) for row in (await tx.execute(query.order_by(askings.c.id))).all()]


async def open_typed(tx: Transaction, who: LearnerId, since: datetime) -> Asking | None:
    """The newest question since then, if it waits for a typed answer."""
    query = (
        select(askings)
        .where(owned_by(askings, who), askings.c.asked_at >= since)
        .order_by(*_LAST_PUT)
        .limit(1)
    )
    row = (await tx.execute(query)).one_or_none()
    if row is None or row.form != "typed" or row.outcome is not None:
        return None
    return _asking(row)


async def newest(tx: Transaction, who: LearnerId) -> Asking | None:
    """The one that was put last, be it for the first time or again."""
    query = select(askings).where(owned_by(askings, who)).order_by(*_LAST_PUT).limit(1)
    row = (await tx.execute(query)).one_or_none()
    return None if row is None else _asking(row)


async def newest_open(tx: Transaction, who: LearnerId, since: datetime) -> Asking | None:
    """The newest question since then, of any form, if it waits for an answer or a rating."""
    found = await newest(tx, who)
    waits = found is not None and found.outcome in (None, Outcome.REVIEW.value)
    return found if found is not None and waits and found.asked_at >= since else None


async def newest_answered(tx: Transaction, who: LearnerId, since: datetime) -> Asking | None:
    """The one that was answered last, since then."""
    query = (
        select(askings)
        .where(
            owned_by(askings, who),
            askings.c.answered_at >= since,
            askings.c.outcome.not_in(UNANSWERED),
        )
        .order_by(askings.c.answered_at.desc(), askings.c.id.desc())
        .limit(1)
    )
    row = (await tx.execute(query)).one_or_none()
    return None if row is None else _asking(row)


async def open_polls(tx: Transaction, who: LearnerId, before: date) -> Sequence[Asking]:
    """Polls of earlier study days that were left open."""
    query = select(askings).where(
        owned_by(askings, who),
        askings.c.day < before,
        askings.c.form == "poll",
        askings.c.outcome.is_(None),
        askings.c.message_id.is_not(None),
    )
    return [_asking(row) for row in (await tx.execute(query)).all()]


async def shown(tx: Transaction, number: int, message: int | None, poll: str | None) -> None:
    """It has arrived, as this message and poll."""
    values = {"message_id": message, "poll_id": poll}
    await tx.execute(update(askings).where(askings.c.id == number).values(values))


async def again(tx: Transaction, number: int, now: datetime) -> None:
    """It is put once more: from now on its answer is waited for."""
    await tx.execute(update(askings).where(askings.c.id == number).values(asked_at=now))


async def answer(tx: Transaction, number: int, *, given: str, outcome: str, now: datetime) -> bool:
    """Write down what was answered. False when it was answered before: then nothing changes.

    A poll that was closed can still be answered: a vote may have been on its way.
    """
    free = askings.c.outcome.is_(None) | (askings.c.outcome == CLOSED)
    marked = await tx.execute(
        update(askings)
        .where(askings.c.id == number, free)
        .values(given=given, outcome=outcome, answered_at=now)
    )
    return bool(marked.rowcount)


async def set_review(
    tx: Transaction, number: int, *, outcome: str | None, review: int | None
) -> None:
    """What came of the answer after all: rated by the learner, regraded, or undone."""
    values = {"outcome": outcome, "review_id": review}
    await tx.execute(update(askings).where(askings.c.id == number).values(values))


async def last_answered(
    tx: Transaction, who: LearnerId, before: date, since: datetime
) -> date | None:
    """The newest study day before that one with a question that was answered, and not just now:
    before that moment.
    """
    query = (
        select(askings.c.day)
        .where(
            owned_by(askings, who),
            askings.c.day < before,
            askings.c.outcome.not_in(UNANSWERED),
            askings.c.answered_at < since,
        )
        .order_by(askings.c.day.desc())
        .limit(1)
    )
    return (await tx.execute(query)).scalar_one_or_none()


async def answers_by_day(tx: Transaction, who: LearnerId, since: date) -> Mapping[date, int]:
    """How many questions were answered on each study day since then."""
    query = (
        select(askings.c.day, func.count())
        .where(owned_by(askings, who), askings.c.day >= since, askings.c.outcome.not_in(UNANSWERED))
        .group_by(askings.c.day)
    )
    rows = (await tx.execute(query)).all()
    return {row[0]: row[1] for row in rows}


def _asking(row: Row[Any]) -> Asking:
    return Asking(
        id=row.id,
        card=row.card_id,
        day=row.day,
        round=row.round,
        form=row.form,
        scored=row.scored,
        was_new=row.was_new,
        sequence=tuple(row.sequence),
        asked_at=row.asked_at,
        message=row.message_id,
        poll=row.poll_id,
        given=row.given,
        outcome=row.outcome,
        answered_at=row.answered_at,
        review=row.review_id,
    )
