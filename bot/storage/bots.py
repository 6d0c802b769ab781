"""Bots: which process polls for a bot, and when it last heard from Telegram."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from bot.storage import pacing
from bot.storage.tables import bots

if TYPE_CHECKING:
    from datetime import datetime

    from bot.storage.database import Transaction

__all__ = ["lead", "leads", "polled"]


async def lead(tx: Transaction, bot: int, owner: int, now: datetime) -> bool:
    """Become the one that polls, if nobody is. True when this owner is it."""
    await pacing.lock(tx, bot, now)
    await tx.execute(
        update(bots).where(bots.c.bot_id == bot, bots.c.leader.is_(None)).values(leader=owner)
    )
    return await leads(tx, bot, owner)


async def leads(tx: Transaction, bot: int, owner: int) -> bool:
    """Whether this owner is the one that polls."""
    query = select(bots.c.leader).where(bots.c.bot_id == bot)
    leader: int | None = (await tx.execute(query)).scalar_one_or_none()
    return leader == owner


async def polled(tx: Transaction, bot: int, now: datetime) -> None:
    """Telegram has answered, if only with nothing new."""
    await tx.execute(update(bots).where(bots.c.bot_id == bot).values(polled_at=now))
