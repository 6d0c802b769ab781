"""The inbox: updates as they came, stored before they are confirmed, each handled once.

A row is free, or in the hands of one owner, or done. Of a chat the oldest open row alone can be
claimed, and only while no other one of it is in hand: so a chat's updates are handled in order,
whichever process takes them. Claims lock the bot's row first, so that they come one after another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, delete, exists, func, insert, or_, select, update

from bot.storage.database import upsert
from bot.storage.tables import dead_letters, inbox

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select

    from bot.storage.database import Transaction

__all__ = [
    "DEATHS",
    "KEPT",
    "TRIES",
    "Letter",
    "add",
    "bury",
    "claim",
    "done",
    "put_back",
    "received_since",
    "release",
    "sweep",
    "waiting_questions",
]

TRIES = 5
"""After so many an update is a dead letter."""

DEATHS = 10
"""After so many tries that ended with their process an update is a dead letter, too."""

SUSPECT = 2
"""After so many tries an update is handled alone: if it kills its process, it takes none along."""

KEPT = timedelta(days=3)
"""How long the key of a handled update is kept: Telegram may repeat one for 24 hours."""


@dataclass(frozen=True, slots=True)
class Letter:
    """An update: its id, the chat it came from, and its JSON as received.

    `question`: it has to wait for the course to be open. `tries` counts this one.
    """

    bot: int
    update: int
    chat: int | None
    question: bool
    body: str = field(repr=False)
    tries: int = 0


async def add(tx: Transaction, letters: Sequence[Letter], now: datetime) -> None:
    """Store them; those that are there already, from an earlier delivery, are left as they are."""
    if not letters:
        return
    rows = [
        {
            "bot_id": letter.bot,
            "update_id": letter.update,
            "chat_id": letter.chat,
            "question": letter.question,
            "body": letter.body,
            "received_at": now,
            "tries": 0,
        }
        for letter in letters
    ]
    await tx.execute(upsert(tx, inbox).on_conflict_do_nothing(), rows)


async def claim(
    tx: Transaction,
    bot: int,
    owner: int,
    now: datetime,
    *,
    limit: int,
    questions: bool,
    idle: bool = True,
) -> list[Letter]:
    """Take the next letters of chats of which none is in hand, oldest first.

    Without `questions` those that wait for the course stay, and the rest of their chat may pass.
    A suspect comes alone and first, that of the fewest tries: it waits, and all with it, until the
    owner is `idle`. The bot's row must be locked.
    """
    ready = _ready(bot, now, questions=questions)
    pick = ready.where(inbox.c.tries >= SUSPECT).order_by(inbox.c.tries, inbox.c.update_id).limit(1)
    if (await tx.execute(pick)).one_or_none() is None:
        pick = ready.order_by(inbox.c.update_id).limit(limit)
    elif not idle:
        return []
    rows = await tx.execute(
        update(inbox)
        .where(inbox.c.bot_id == bot, inbox.c.update_id.in_(pick.scalar_subquery()))
        .values(owner=owner, tries=inbox.c.tries + 1)
        .returning(inbox)
    )
    return sorted((_letter(row) for row in rows.all()), key=lambda letter: letter.update)


async def done(tx: Transaction, letter: Letter, owner: int, now: datetime) -> bool:
    """Mark it handled. False when it is no longer this owner's: then nothing must be committed."""
    marked = await tx.execute(
        update(inbox)
        .where(_in_hand(letter, owner))
        .values(done_at=now, owner=None, not_before=None)
    )
    return bool(marked.rowcount)


async def put_back(
    tx: Transaction, letter: Letter, owner: int, until: datetime, *, counted: bool
) -> None:
    """Let it be tried again later; `counted`: the try was its own fault."""
    tries = letter.tries if counted else letter.tries - 1
    await tx.execute(
        update(inbox)
        .where(_in_hand(letter, owner))
        .values(owner=None, not_before=until, tries=tries)
    )


async def bury(tx: Transaction, letter: Letter, owner: int, error: str, now: datetime) -> bool:
    """Make it a dead letter: kept with its error for the operator, in nobody's way."""
    if not await done(tx, letter, owner, now):
        return False
    row = {
        "bot_id": letter.bot,
        "update_id": letter.update,
        "chat_id": letter.chat,
        "body": letter.body,
        "error": error,
        "died_at": now,
    }
    await tx.execute(insert(dead_letters).values(row))
    return True


async def release(tx: Transaction, owners: Collection[int]) -> None:
    """Free what these owners had in hand."""
    await tx.execute(update(inbox).where(inbox.c.owner.in_(owners)).values(owner=None))


async def waiting_questions(tx: Transaction, bot: int, limit: int) -> list[int]:
    """Chats with a question that waits for the course, the longest waiting first."""
    query = (
        select(inbox.c.chat_id)
        .where(inbox.c.bot_id == bot, inbox.c.done_at.is_(None), inbox.c.question)
        .group_by(inbox.c.chat_id)
        .order_by(func.min(inbox.c.update_id))
        .limit(limit)
    )
    return [chat for chat in (await tx.execute(query)).scalars() if chat is not None]


async def received_since(tx: Transaction, bot: int, chat: int, since: datetime) -> int:
    """How many updates a chat has sent."""
    query = select(func.count()).where(
        inbox.c.bot_id == bot, inbox.c.chat_id == chat, inbox.c.received_at > since
    )
    return int((await tx.execute(query)).scalar_one())


async def sweep(tx: Transaction, now: datetime, bodies: timedelta) -> None:
    """Forget what handled updates said, and after `KEPT` the updates themselves."""
    old = inbox.c.done_at < now - bodies
    await tx.execute(update(inbox).where(old, inbox.c.body.is_not(None)).values(body=None))
    await tx.execute(delete(inbox).where(inbox.c.done_at < now - max(KEPT, bodies)))
    await tx.execute(delete(dead_letters).where(dead_letters.c.died_at < now - bodies))


def _in_hand(letter: Letter, owner: int) -> ColumnElement[bool]:
    return (
        (inbox.c.bot_id == letter.bot)
        & (inbox.c.update_id == letter.update)
        & (inbox.c.owner == owner)
        & inbox.c.done_at.is_(None)
    )


def _ready(bot: int, now: datetime, *, questions: bool) -> Select[int]:
    """The letters that may be taken."""
    ready = select(inbox.c.update_id).where(
        inbox.c.bot_id == bot,
        inbox.c.done_at.is_(None),
        inbox.c.owner.is_(None),
        or_(inbox.c.not_before.is_(None), inbox.c.not_before <= now),
        ~_another_first(questions=questions),
    )
    return ready if questions else ready.where(inbox.c.question.is_(False))


def _another_first(*, questions: bool) -> ColumnElement[bool]:
    """Whether another open row of the same chat is in hand, or older."""
    other = inbox.alias("other")
    older = other.c.update_id < inbox.c.update_id
    if not questions:
        older = older & other.c.question.is_(False)
    return exists().where(
        other.c.bot_id == inbox.c.bot_id,
        other.c.chat_id == inbox.c.chat_id,
        other.c.done_at.is_(None),
        other.c.update_id != inbox.c.update_id,
        or_(other.c.owner.is_not(None), older),
    )


def _letter(row: Row[Any]) -> Letter:
    return Letter(row.bot_id, row.update_id, row.chat_id, row.question, row.body, row.tries)
