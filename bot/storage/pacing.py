"""Pacing: one bucket for all replicas, so that together they stay within Telegram's limits.

The generic cell rate algorithm: of each bucket only the moment is kept at which its next call is
due. The bot's row in `bots` holds the buckets that all chats share, and a row in `chats` that of
one chat. Whoever claims work locks the bot's row first, so the arithmetic can be plain Python.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from bot.storage.database import upsert
from bot.storage.tables import bots, chats

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from bot.storage.database import Transaction

__all__ = ["RATES", "Pace", "Rates", "forget", "hold", "lock", "notice", "reserve", "sweep"]


@dataclass(frozen=True, slots=True)
class Rates:
    """How often may be sent. Telegram tells the limits only roughly (bots FAQ, "flood limits").

    About 30 messages a second overall, one a second in a chat with short bursts, 20 a minute in a
    group. What is `kept` of the overall rate is never used for messages that went out to many.
    """

    overall: float = 25.0
    kept: float = 5.0
    chat: float = 1.0
    burst: int = 3
    group: float = 20 / 60

    def between(self, *, bulk: bool) -> timedelta:
        """From one call of a lane to the next."""
        return timedelta(seconds=1 / (self.overall - self.kept if bulk else self.overall))

    def between_in(self, chat: int) -> timedelta:
        """From one message in a chat to the next; a group's id is negative."""
        return timedelta(seconds=1 / (self.group if chat < 0 else self.chat))


RATES = Rates()


@dataclass(slots=True)
class Pace:
    """The buckets of a bot while its row is locked. Changes count once they are `keep`t."""

    bot: int
    now: datetime
    rates: Rates
    next_at: datetime
    next_bulk_at: datetime
    held_until: datetime
    in_chats: dict[int, datetime]

    def due(self, *, bulk: bool) -> datetime:
        """When the next call may leave, as far as all chats together are concerned."""
        due = max(self.now, self.next_at, self.held_until)
        return max(due, self.next_bulk_at) if bulk else due

    def due_in(self, chat: int) -> datetime:
        """When the next message in this chat may leave, as far as the chat is concerned."""
        spare = (self.rates.burst - 1) * self.rates.between_in(chat)
        return max(self.now, self.in_chats.get(chat, self.now) - spare)

    def take(self, when: datetime, *, bulk: bool = False, chat: int | None = None) -> None:
        """Use the slot at `when`."""
        self.next_at = when + self.rates.between(bulk=False)
        if bulk:
            self.next_bulk_at = when + self.rates.between(bulk=True)
        if chat is not None:
            full = max(when, self.in_chats.get(chat, when))
            self.in_chats[chat] = full + self.rates.between_in(chat)

    async def keep(self, tx: Transaction) -> None:
        """Write the buckets down."""
        fresh = {"next_at": self.next_at, "next_bulk_at": self.next_bulk_at}
        await tx.execute(update(bots).where(bots.c.bot_id == self.bot).values(fresh))
        rows = [
            {"bot_id": self.bot, "chat_id": chat, "next_at": moment}
            for chat, moment in self.in_chats.items()
        ]
        if rows:
            statement = upsert(tx, chats)
            await tx.execute(
                statement.on_conflict_do_update(
                    index_elements=[chats.c.bot_id, chats.c.chat_id],
                    set_={"next_at": statement.excluded.next_at},
                ),
                rows,
            )


async def lock(
    tx: Transaction, bot: int, now: datetime, rates: Rates = RATES, of: Collection[int] = ()
) -> Pace:
    """The buckets of a bot, and of these chats. Until the transaction ends nobody else has them."""
    query = select(bots).where(bots.c.bot_id == bot).with_for_update()
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        await tx.execute(upsert(tx, bots).values(bot_id=bot).on_conflict_do_nothing())
        row = (await tx.execute(query)).one()
    pace = Pace(
        bot,
        now,
        rates,
        row.next_at or now,
        row.next_bulk_at or now,
        row.held_until or now,
        {},
    )
    await look_at(tx, pace, of)
    return pace


async def look_at(tx: Transaction, pace: Pace, of: Collection[int]) -> None:
    """Read the buckets of these chats as well."""
    if of:
        query = select(chats).where(chats.c.bot_id == pace.bot, chats.c.chat_id.in_(of))
        pace.in_chats.update({row.chat_id: row.next_at for row in (await tx.execute(query)).all()})


async def reserve(tx: Transaction, bot: int, now: datetime, rates: Rates = RATES) -> datetime:
    """A slot for a call that is no message in a chat, such as the answer to a press."""
    pace = await lock(tx, bot, now, rates)
    when = pace.due(bulk=False)
    pace.take(when)
    await pace.keep(tx)
    return when


async def notice(tx: Transaction, bot: int, chat: int, now: datetime, rates: Rates = RATES) -> bool:
    """A slot for a typing notice: at once or not at all, and never one that a message needs."""
    pace = await lock(tx, bot, now, rates, [chat])
    room = (rates.burst - 2) * rates.between_in(chat)  # the last of the burst is the answer's
    if pace.due(bulk=True) > now or pace.in_chats.get(chat, now) > now + room:
        return False
    pace.take(now, chat=chat)
    await pace.keep(tx)
    return True


async def hold(tx: Transaction, bot: int, until: datetime) -> None:
    """Nobody sends before this moment: Telegram said so (429)."""
    pace = await lock(tx, bot, until)
    await tx.execute(
        update(bots)
        .where(bots.c.bot_id == bot)
        .values(held_until=max(until, pace.held_until), refusals=bots.c.refusals + 1)
    )


async def forget(tx: Transaction, bot: int, chat: int) -> None:
    """Forget the bucket of a chat whose learner is forgotten."""
    await tx.execute(delete(chats).where(chats.c.bot_id == bot, chats.c.chat_id == chat))


async def sweep(tx: Transaction, now: datetime) -> None:
    """Forget the buckets of chats that have long been empty."""
    await tx.execute(delete(chats).where(chats.c.next_at < now - timedelta(minutes=5)))
