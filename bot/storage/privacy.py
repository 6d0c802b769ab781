"""Privacy: all that is kept of a learner, to be given to them or to be taken away.

Both go by the columns of the tables, so a table that is added later is part of it by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Table, and_, delete, or_, select, update

from bot.storage.tables import inbox, metadata

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.storage.database import Transaction
    from bot.storage.learners import LearnerId

__all__ = ["everything_of", "forget"]


async def everything_of(
    tx: Transaction, who: LearnerId, chat: int
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The learner's rows, by table; instants as ISO 8601. Tables without any are left out."""
    found = {}
    for table in metadata.sorted_tables:
        theirs = _of(table, who, chat)
        if theirs is not None:
            rows = (await tx.execute(select(table).where(theirs))).mappings().all()
            found[table.name] = [{name: _plain(row[name]) for name in row} for row in rows]
    return {name: rows for name, rows in found.items() if rows}


async def forget(tx: Transaction, who: LearnerId, chat: int) -> None:
    """Take all of it away.

    Of handled updates the bare ids stay for some days, without chat or content, so that a repeated
    delivery is still known as one. What the learner sent since and is not handled yet stays too.
    """
    mine = _of(inbox, who, chat)
    assert mine is not None  # noqa: S101
    handled = inbox.c.done_at.is_not(None)
    await tx.execute(update(inbox).where(mine, handled).values(chat_id=None, body=None))
    for table in reversed(metadata.sorted_tables):
        theirs = _of(table, who, chat)
        if theirs is not None and table is not inbox:
            await tx.execute(delete(table).where(theirs))


def _of(table: Table, who: LearnerId, chat: int) -> ColumnElement[bool] | None:
    """The learner's rows of a table, or None when it has nothing to do with learners."""
    columns = table.c
    owned = []
    if "learner_id" in columns:
        owned.append(columns.learner_id == who.learner)
    if "chat_id" in columns:
        owned.append(columns.chat_id == chat)
    return and_(columns.bot_id == who.bot, or_(*owned)) if owned else None


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
