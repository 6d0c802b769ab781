"""Met: the sections a learner has read, heard or been quizzed on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.storage.database import upsert
from bot.storage.learners import owned_by
from bot.storage.tables import met

if TYPE_CHECKING:
    from datetime import datetime

    from bot.storage.database import Transaction
    from bot.storage.learners import LearnerId

__all__ = ["note", "places"]


async def note(
    tx: Transaction, who: LearnerId, *, course: str, lesson: str, section: str, now: datetime
) -> None:
    """The learner has met this section; the first time counts."""
    row = {
        "bot_id": who.bot,
        "learner_id": who.learner,
        "course": course,
        "lesson": lesson,
        "section": section,
        "met_at": now,
    }
    await tx.execute(upsert(tx, met).values(row).on_conflict_do_nothing())


async def places(tx: Transaction, who: LearnerId) -> set[tuple[str, str, str]]:
    """All of them: course, lesson, section."""
    query = select(met.c.course, met.c.lesson, met.c.section).where(owned_by(met, who))
    return {(row.course, row.lesson, row.section) for row in (await tx.execute(query)).all()}
