"""The outbox: every message, kept from the transaction that made it until its fate is known.

    pending -> claimed -> sending -> sent | failed | uncertain

`sending` is committed right before the call. So what a dead process had `claimed` was certainly not
sent and is free again; what it was `sending` may have been, and is sent once more at most. A chat's
messages leave in order, one in flight; replies before what goes out to many.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, case, delete, exists, insert, literal, or_, select, update

from bot.storage import pacing
from bot.storage.tables import Instant, bots, outbox

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from bot.storage.database import Transaction
    from bot.storage.pacing import Rates

__all__ = [
    "AHEAD",
    "GRACE",
    "Claim",
    "Lane",
    "Outgoing",
    "State",
    "add",
    "add_each",
    "begin",
    "claim",
    "doubt",
    "fail",
    "fail_chat",
    "migrate_chat",
    "put_back",
    "reacted",
    "release",
    "sent",
    "sweep",
    "withdraw",
]

AHEAD = timedelta(milliseconds=100)
"""A slot is given out only this long before it comes, so that a reply passes a long broadcast."""

KEPT = timedelta(days=30)
"""How long a row is kept after its fate is known; what it said goes sooner."""


class Lane(IntEnum):
    """Who goes first: a reply, which somebody waits for, before what goes out to many, and before
    the rest of a lesson that is read aloud.
    """

    REPLY = 0
    BULK = 1
    READING = 2


GRACE = {
    Lane.REPLY: timedelta(seconds=2),
    Lane.BULK: timedelta(minutes=10),
    Lane.READING: timedelta(seconds=2),
}
"""How long after a send of unknown fate the message is sent again."""


class State(StrEnum):
    """Where a message stands."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way. `content` is what `chat` made of a reply; `doubts` counts the sends
    whose fate is unknown; it leaves at `when`.
    """

    id: int
    bot: int
    chat: int
    lane: Lane
    content: Mapping[str, Any] = field(repr=False)
    tries: int
    doubts: int
    forget: bool
    when: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """What was claimed, and when it is worth looking again (None: when something new is there)."""

    messages: tuple[Outgoing, ...]
    again_at: datetime | None


async def add(
    tx: Transaction,
    bot: int,
    chat: int,
    contents: Sequence[Mapping[str, Any]],
    now: datetime,
    *,
    lane: Lane = Lane.REPLY,
) -> None:
    """Messages to a chat, in this order.

    Where a content says `forget`, its row goes as soon as its fate is known.
    """
    await add_each(tx, bot, [(chat, content) for content in contents], now, lane=lane)


async def add_each(
    tx: Transaction,
    bot: int,
    contents: Sequence[tuple[int, Mapping[str, Any]]],
    now: datetime,
    *,
    lane: Lane = Lane.REPLY,
) -> None:
    """Messages, each to a chat of its own: what `add` does, for many at once."""
    if not contents:
        return
    rows = [
        {
            "bot_id": bot,
            "chat_id": chat,
            "lane": int(lane),
            "content": dict(content),
            "state": State.PENDING.value,
            "tries": 0,
            "doubts": 0,
            "made_at": now,
            "forget": bool(content.get("forget")),
        }
        for chat, content in contents
    ]
    await tx.execute(insert(outbox), rows)


async def claim(
    tx: Transaction, bot: int, owner: int, now: datetime, *, limit: int, rates: Rates
) -> Claim:
    """Take the next messages that may leave now, each with its slot; locks the bot's row."""
    pace = await pacing.lock(tx, bot, now, rates)
    if pace.held_until > now:
        return Claim((), pace.held_until)
    heads = await _heads(tx, bot, now, limit)
    await pacing.look_at(tx, pace, {row.chat_id for row in heads})
    taken: list[Outgoing] = []
    again: list[datetime | None] = []
    for row in heads:
        bulk = row.lane != Lane.REPLY
        in_chat = pace.due_in(row.chat_id)
        if in_chat > now + AHEAD:
            again.append(in_chat)
            await _wait(tx, row.id, in_chat)
            continue
        when = max(pace.due(bulk=bulk), in_chat)
        if when > now + AHEAD:
            again.append(when)
            break
        pace.take(when, bulk=bulk, chat=row.chat_id)
        taken.append(_outgoing(row, when))
    if taken:
        ids = [message.id for message in taken]
        state = {"state": State.CLAIMED.value, "owner": owner}
        await tx.execute(update(outbox).where(outbox.c.id.in_(ids)).values(state))
        await pace.keep(tx)
    later = again or [await _next_wait(tx, bot, now)]
    return Claim(tuple(taken), min((each for each in later if each), default=None))


async def begin(tx: Transaction, message: Outgoing, owner: int, now: datetime) -> bool:
    """Say that the call is about to be made. False when it must not be: then let it be.

    It is no longer this owner's, or all are held up by a 429 since.
    """
    held = exists().where(bots.c.bot_id == message.bot, bots.c.held_until > now)
    marked = await tx.execute(
        update(outbox)
        .where(_in_hand(message, owner, State.CLAIMED), ~held)
        .values(state=State.SENDING.value, sending_at=now, tries=outbox.c.tries + 1)
    )
    if marked.rowcount:
        return True
    await _put_back(tx, message, owner, None, State.CLAIMED)
    return False


async def sent(
    tx: Transaction, message: Outgoing, owner: int, now: datetime, message_id: int | None
) -> None:
    """The server has taken it."""
    await _close(tx, message, owner, now, State.SENT, message_id=message_id)


async def fail(tx: Transaction, message: Outgoing, owner: int, now: datetime, error: str) -> None:
    """The server will never take it."""
    await _close(tx, message, owner, now, State.FAILED, error=error)


async def put_back(tx: Transaction, message: Outgoing, owner: int, until: datetime | None) -> None:
    """It was certainly not sent: it is tried again, at this moment or later."""
    await _put_back(tx, message, owner, until, State.CLAIMED, State.SENDING)


async def doubt(tx: Transaction, message: Outgoing, owner: int, now: datetime) -> None:
    """Nobody knows whether it was sent: it is sent once more, unless it was in doubt before."""
    await tx.execute(
        update(outbox).where(_in_hand(message, owner, State.SENDING)).values(_doubted(now))
    )


async def release(tx: Transaction, owners: Collection[int], now: datetime) -> None:
    """Free what these owners had in hand."""
    mine = outbox.c.owner.in_(owners)
    await tx.execute(
        update(outbox)
        .where(mine, outbox.c.state == State.CLAIMED.value)
        .values(state=State.PENDING.value, owner=None)
    )
    await tx.execute(
        update(outbox).where(mine, outbox.c.state == State.SENDING.value).values(_doubted(now))
    )


async def reacted(
    tx: Transaction, bot: int, chat: int, message_id: int | None, now: datetime
) -> None:
    """The learner has pressed a button of a message: if its fate was in doubt, it was sent.

    Of a vote the message is not known: None.
    """
    known = exists().where(
        outbox.c.bot_id == bot, outbox.c.chat_id == chat, outbox.c.message_id == message_id
    )
    await tx.execute(
        update(outbox)
        .where(
            outbox.c.bot_id == bot,
            outbox.c.chat_id == chat,
            outbox.c.lane == int(Lane.BULK),
            outbox.c.state == State.UNCERTAIN.value,
            outbox.c.done_at.is_(None),
            ~known.correlate(None),
        )
        .values(state=State.SENT.value, done_at=now, message_id=message_id)
    )


async def withdraw(tx: Transaction, bot: int, chat: int, lane: Lane) -> None:
    """What still waits in this lane is not wanted any more. What is in hand or in doubt stays."""
    await tx.execute(
        delete(outbox).where(
            outbox.c.bot_id == bot,
            outbox.c.chat_id == chat,
            outbox.c.lane == int(lane),
            outbox.c.state == State.PENDING.value,
        )
    )


async def fail_chat(tx: Transaction, bot: int, chat: int, now: datetime, error: str) -> None:
    """Nothing more can be sent to a chat: what still waits for it has failed."""
    await tx.execute(
        update(outbox)
        .where(
            outbox.c.bot_id == bot,
            outbox.c.chat_id == chat,
            outbox.c.done_at.is_(None),
            outbox.c.owner.is_(None),
        )
        .values(state=State.FAILED.value, done_at=now, error=error)
    )


async def migrate_chat(tx: Transaction, bot: int, chat: int, to: int) -> None:
    """A group has become a supergroup, with another id: what waits goes there."""
    await tx.execute(
        update(outbox)
        .where(outbox.c.bot_id == bot, outbox.c.chat_id == chat, outbox.c.done_at.is_(None))
        .values(chat_id=to)
    )


async def sweep(tx: Transaction, now: datetime, bodies: timedelta) -> None:
    """Forget what old messages said, and after `KEPT` the messages themselves."""
    old = outbox.c.done_at < now - bodies
    await tx.execute(update(outbox).where(old, outbox.c.content.is_not(None)).values(content=None))
    await tx.execute(delete(outbox).where(outbox.c.done_at < now - max(KEPT, bodies)))


async def _heads(tx: Transaction, bot: int, now: datetime, limit: int) -> Sequence[Row[Any]]:
    """The messages that are next in their chats, replies first, then the oldest."""
    other = outbox.alias("other")
    first = or_(
        other.c.lane < outbox.c.lane,
        (other.c.lane == outbox.c.lane) & (other.c.id < outbox.c.id),
    )
    another_first = exists().where(
        other.c.bot_id == outbox.c.bot_id,
        other.c.chat_id == outbox.c.chat_id,
        other.c.done_at.is_(None),
        other.c.id != outbox.c.id,
        or_(other.c.owner.is_not(None), first),
    )
    query = (
        select(outbox)
        .where(
            outbox.c.bot_id == bot,
            outbox.c.done_at.is_(None),
            outbox.c.owner.is_(None),
            or_(outbox.c.not_before.is_(None), outbox.c.not_before <= now),
            ~another_first,
        )
        .order_by(outbox.c.lane, outbox.c.id)
        .limit(limit)
    )
    return (await tx.execute(query)).all()


async def _put_back(
    tx: Transaction, message: Outgoing, owner: int, until: datetime | None, *states: State
) -> None:
    await tx.execute(
        update(outbox)
        .where(_in_hand(message, owner, *states))
        .values(state=State.PENDING.value, owner=None, not_before=until)
    )


async def _wait(tx: Transaction, row: int, until: datetime) -> None:
    """Out of the way until its chat may have another one."""
    await tx.execute(update(outbox).where(outbox.c.id == row).values(not_before=until))


async def _next_wait(tx: Transaction, bot: int, now: datetime) -> datetime | None:
    """When the first of those that wait for a moment may be tried."""
    query = (
        select(outbox.c.not_before)
        .where(outbox.c.bot_id == bot, outbox.c.done_at.is_(None), outbox.c.not_before > now)
        .order_by(outbox.c.not_before)
        .limit(1)
    )
    moment: datetime | None = (await tx.execute(query)).scalar_one_or_none()
    return moment


async def _close(
    tx: Transaction,
    message: Outgoing,
    owner: int,
    now: datetime,
    state: State,
    *,
    message_id: int | None = None,
    error: str | None = None,
) -> None:
    hand = _in_hand(message, owner, State.CLAIMED, State.SENDING)
    if message.forget:
        await tx.execute(delete(outbox).where(hand))
        await pacing.forget(tx, message.bot, message.chat)
        return
    fate = {"message_id": message_id, "error": error, "done_at": now, "owner": None}
    await tx.execute(update(outbox).where(hand).values(state=state.value, **fate))


def _doubted(now: datetime) -> dict[str, Any]:
    """The values of a row whose send has an unknown fate."""
    again = case(
        *(
            (outbox.c.lane == int(lane), literal(now + wait, Instant()))
            for lane, wait in GRACE.items()
        )
    )
    return {
        "state": State.UNCERTAIN.value,
        "owner": None,
        "doubts": outbox.c.doubts + 1,
        "not_before": again,
        "done_at": case((outbox.c.doubts >= 1, literal(now, Instant())), else_=None),
    }


def _in_hand(message: Outgoing, owner: int, *states: State) -> ColumnElement[bool]:
    return (
        (outbox.c.id == message.id)
        & (outbox.c.owner == owner)
        & outbox.c.state.in_([state.value for state in states])
    )


def _outgoing(row: Row[Any], when: datetime) -> Outgoing:
    return Outgoing(
        row.id, row.bot_id, row.chat_id, Lane(row.lane), row.content, row.tries, row.doubts,
        row.forget, when,
    )  # fmt: skip
