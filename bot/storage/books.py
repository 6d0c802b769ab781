"""Books: audio books of whole courses that learners have asked for and that are not made yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, select

from bot.storage.database import upsert
from bot.storage.learners import LearnerId, owned_by
from bot.storage.tables import wanted_books

if TYPE_CHECKING:
    from datetime import datetime

    from bot.storage.database import Transaction

__all__ = ["Wanted", "longest_wanted", "sent", "want"]


class Wanted(NamedTuple):
    """Who waits for the audio book of which course."""

    who: LearnerId
    course: str


async def want(tx: Transaction, who: LearnerId, course: str, now: datetime) -> bool:
    """Note that they wait for it. False when they wait already."""
    row = {
        "bot_id": who.bot,
        "learner_id": who.learner,
        "course": course,
        "wanted_at": now,
    }
    added = await tx.execute(upsert(tx, wanted_books).values(row).on_conflict_do_nothing())
    return bool(added.rowcount)


async def longest_wanted(tx: Transaction, bot: int) -> Wanted | None:
    """Who has waited longest, of all learners of the bot."""
    query = (
        select(wanted_books)
        .where(wanted_books.c.bot_id == bot)
        .order_by(wanted_books.c.wanted_at)
        .limit(1)
    )
    row = (await tx.execute(query)).one_or_none()
    return None if row is None else Wanted(LearnerId(row.bot_id, row.learner_id), row.course)


async def sent(tx: Transaction, wanted: Wanted) -> bool:
    """They wait no more. False when another process was first, or nobody waits."""
    gone = await tx.execute(
        delete(wanted_books).where(
            owned_by(wanted_books, wanted.who), wanted_books.c.course == wanted.course
        )
    )
    return bool(gone.rowcount)
