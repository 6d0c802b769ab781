"""Reviews: the log of all ratings, which is only added to. What was undone says so.

It is read by study day: what was put right later stands where it belongs. Otherwise that is the
order it was written in, for a learner's study days never go back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, func, insert, select, update

from bot.storage.learners import LearnerId, owned_by
from bot.storage.tables import askings, preferences, reviews
from bot.study.rating import Rating
from bot.study.review import Review

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.storage.database import Transaction

__all__ = ["add", "most_since_fit", "of", "of_card", "put_right", "timed", "undo"]

_IN_ORDER = (reviews.c.day, reviews.c.id)
_ADD = insert(reviews).returning(reviews.c.id)


async def add(tx: Transaction, who: LearnerId, review: Review, now: datetime) -> int:
    """Write one down; its number."""
    row = {
        "bot_id": who.bot,
        "learner_id": who.learner,
        "card_id": review.card,
        "day": review.day,
        "rating": int(review.rating),
        "due": review.due,
        "rated_at": now,
    }
    found = await tx.execute(_ADD, row)
    return int(found.scalar_one())


async def of(tx: Transaction, who: LearnerId) -> Sequence[Review]:
    """All that count, in their order."""
    query = select(reviews).where(owned_by(reviews, who), reviews.c.undone_at.is_(None))
    return [_review(row) for row in (await tx.execute(query.order_by(*_IN_ORDER))).all()]


async def timed(tx: Transaction, who: LearnerId) -> Sequence[tuple[Review, datetime]]:
    """All that count, with the moment each was rated at."""
    query = select(reviews).where(owned_by(reviews, who), reviews.c.undone_at.is_(None))
    rows = (await tx.execute(query.order_by(*_IN_ORDER))).all()
    return [(_review(row), row.rated_at) for row in rows]


async def of_card(tx: Transaction, who: LearnerId, card: int) -> Mapping[int, Review]:
    """Those of one card, by their numbers."""
    query = select(reviews).where(
        owned_by(reviews, who), reviews.c.card_id == card, reviews.c.undone_at.is_(None)
    )
    rows = (await tx.execute(query.order_by(*_IN_ORDER))).all()
    return {row.id: _review(row) for row in rows}


async def undo(tx: Transaction, who: LearnerId, number: int, now: datetime) -> None:
    """It does not count any more."""
    await tx.execute(
        update(reviews)
        .where(owned_by(reviews, who), reviews.c.id == number, reviews.c.undone_at.is_(None))
        .values(undone_at=now)
    )


async def put_right(
    tx: Transaction, who: LearnerId, number: int, review: Review, now: datetime
) -> int:
    """Another review takes the place of one that counts: it was rated when that was, and is that
    answer's now. Its number.
    """
    query = select(reviews.c.rated_at).where(owned_by(reviews, who), reviews.c.id == number)
    rated_at = (await tx.execute(query)).scalar_one()
    await undo(tx, who, number, now)
    instead = await add(tx, who, review, rated_at)
    answer = owned_by(askings, who) & (askings.c.review_id == number)
    await tx.execute(update(askings).where(answer).values(review_id=instead))
    return instead


async def most_since_fit(tx: Transaction, bot: int, least: int) -> tuple[LearnerId, int] | None:
    """The learner with most reviews since their scheduler was fitted, and how many they have in
    all; None when nobody has as many as `least`.
    """
    count = func.count(reviews.c.id)
    since = count - func.coalesce(func.max(preferences.c.fitted_at), 0)
    query = (
        select(reviews.c.learner_id, count.label("count"))
        .outerjoin(
            preferences,
            (preferences.c.bot_id == reviews.c.bot_id)
            & (preferences.c.learner_id == reviews.c.learner_id),
        )
        .where(reviews.c.bot_id == bot, reviews.c.undone_at.is_(None))
        .group_by(reviews.c.learner_id)
        .having(since >= least)
        .order_by(since.desc())
        .limit(1)
    )
    row = (await tx.execute(query)).one_or_none()
    return None if row is None else (LearnerId(bot, row.learner_id), row[1])


def _review(row: Row[Any]) -> Review:
    return Review(row.card_id, row.day, Rating(row.rating), row.due)
