"""Owners: the running processes, and what becomes of the work of those that died.

An owner holds a lock that dies with its process (`Database.locks`), so what a dead one had in hand
is free at once. One that is only paused still holds its lock: then its work is free after a lease.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from bot.storage import inbox, outbox
from bot.storage.database import upsert
from bot.storage.tables import bots, owners

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from bot.storage.database import Database, Transaction

__all__ = ["LEASE", "enter", "gone", "leave", "let_go", "present", "renew"]

LEASE = timedelta(seconds=60)
"""How long a paused process keeps its work: far more than any send with its commit takes."""


async def enter(database: Database, bot: int, owner: int, now: datetime) -> None:
    """Begin to be one. `owner`: a random number that no other process has."""
    await database.locks.hold(owner)
    async with database.write() as tx:
        await _put(tx, bot, owner, now)


async def renew(tx: Transaction, bot: int, owner: int, now: datetime) -> None:
    """Say that the process still runs. Whoever was paused for longer than a lease begins anew."""
    known = await tx.execute(update(owners).where(owners.c.owner == owner).values(seen_at=now))
    if not known.rowcount:
        await _put(tx, bot, owner, now)


async def present(tx: Transaction, bot: int, owner: int, now: datetime) -> None:
    """Be known as an owner until this transaction ends; whoever takes work must be.

    Else a process that was paused for longer than a lease, and dies before it has renewed, keeps
    what it took in between for ever: nobody would know of it.
    """
    query = select(owners.c.owner).where(owners.c.owner == owner)
    known = await tx.execute(query.with_for_update(read=True, key_share=True))
    if known.one_or_none() is None:
        await _put(tx, bot, owner, now)


async def leave(database: Database, owner: int, now: datetime) -> None:
    """End in good order: what is still in hand is free for the others."""
    async with database.write() as tx:
        await let_go(tx, [owner], now)
    await database.locks.drop(owner)


async def gone(database: Database, now: datetime, lease: timedelta = LEASE) -> list[int]:
    """The owners whose process has died, or was paused for longer than the lease."""
    async with database.read() as tx:
        rows = (await tx.execute(select(owners.c.owner, owners.c.seen_at))).all()
    with database.explained():
        alive = await database.locks.held(row.owner for row in rows)
    return [row.owner for row in rows if row.owner not in alive or row.seen_at < now - lease]


async def let_go(tx: Transaction, dead: Collection[int], now: datetime) -> None:
    """Forget them, and free what they had in hand; in this order, see `present`."""
    await tx.execute(delete(owners).where(owners.c.owner.in_(dead)))
    await inbox.release(tx, dead)
    await outbox.release(tx, dead, now)
    await tx.execute(update(bots).where(bots.c.leader.in_(dead)).values(leader=None))


async def _put(tx: Transaction, bot: int, owner: int, now: datetime) -> None:
    """Several transactions of one process may find at once that it is forgotten."""
    statement = upsert(tx, owners).values(owner=owner, bot_id=bot, seen_at=now)
    await tx.execute(
        statement.on_conflict_do_update(index_elements=[owners.c.owner], set_={"seen_at": now})
    )
