"""The outbox at work: sends what is kept in the store, in order and at Telegram's pace.

`storage.outbox` has the states of a message and what they promise.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.chat.making import CannotBeMade
from bot.chat.replies import Made, from_json
from bot.chat.sending import Blocked, Held, Later, Migrated, Refused, Sent, Unknown
from bot.storage import learners, outbox, owners, pacing

if TYPE_CHECKING:
    from bot.chat.making import MadeFile, Makers
    from bot.chat.replica import Replica
    from bot.chat.replies import Message
    from bot.chat.sending import Fate, Sender
    from bot.storage.database import Transaction
    from bot.storage.outbox import Outgoing

__all__ = ["Outbox"]

_log = logging.getLogger(__name__)

AT_ONCE = 8
"""Messages in flight at a time from one process; more cost more per call than they save."""

POLL_SECONDS = 0.5
"""How long a message that another process left may lie unseen."""

LONGEST_PAUSE = timedelta(minutes=1)
"""Between two tries to reach Telegram."""


class Outbox:
    """Claims messages and has the sender send them."""

    def __init__(self, replica: Replica, sender: Sender, makers: Makers) -> None:
        self._replica = replica
        self._sender = sender
        self._makers = makers
        self._news = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        self._pause = POLL_SECONDS

    def news(self) -> None:
        """Something is there."""
        self._news.set()

    async def run(self) -> None:
        """Send until cancelled. What is in flight then goes on: see `drain`."""
        while True:
            self._news.clear()
            await self._replica.patiently(self._take)
            try:
                async with asyncio.timeout(self._pause):
                    await self._news.wait()
            except TimeoutError:
                continue

    async def drain(self, seconds: float) -> None:
        """Let what is in flight arrive; what has not after so many seconds is cancelled."""
        if not self._sending:
            return
        _, late = await asyncio.wait(self._sending, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _take(self) -> None:
        self._pause = POLL_SECONDS
        free = AT_ONCE - len(self._sending)
        if not free:
            return
        replica, now = self._replica, self._replica.clock()
        async with replica.database.write() as tx:
            await owners.present(tx, replica.id, replica.owner, now)
            claim = await outbox.claim(
                tx, replica.id, replica.owner, now, limit=free, rates=replica.rates
            )
        for message in claim.messages:
            task = asyncio.create_task(self._send(message))
            self._sending.add(task)
            task.add_done_callback(self._ended)
        if claim.again_at is not None:
            wait = (claim.again_at - outbox.AHEAD / 2 - replica.clock()) / timedelta(seconds=1)
            self._pause = min(max(wait, 0.01), POLL_SECONDS)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        self._news.set()
        if not task.cancelled():
            task.result()

    async def _send(self, message: Outgoing) -> None:
        """Make what has to be made, wait for the slot, send, and write down what became of it."""
        replica = self._replica
        content = from_json(message.content)
        made = await self._made(message.chat, content)
        await replica.until(message.when)
        allowed = False

        async def begin() -> None:
            nonlocal allowed
            async with replica.database.write() as tx:
                allowed = await outbox.begin(tx, message, replica.owner, replica.clock())

        await replica.patiently(begin)
        if not allowed:
            return
        fate = await self._sender.send(message.chat, content, made)

        async def settle() -> None:
            async with replica.database.write() as tx:
                await self._settle(tx, message, fate)

        await replica.patiently(settle)

    async def _made(self, chat: int, content: Message) -> MadeFile | None:
        if not isinstance(content, Made):
            return None
        try:
            return await self._makers[content.what](chat)
        except CannotBeMade as error:
            _log.warning("%s could not be made: %s", content.what, error)
            return None

    async def _settle(self, tx: Transaction, message: Outgoing, fate: Fate) -> None:
        owner, now = self._replica.owner, self._replica.clock()
        match fate:
            case Sent(message_id):
                await outbox.sent(tx, message, owner, now, message_id)
            case Held(seconds):
                _log.warning("Telegram asks for a pause of %.0f s.", seconds)
                await outbox.put_back(tx, message, owner, None)
                await pacing.hold(tx, message.bot, now + timedelta(seconds=seconds))
            case Later(seconds):
                _log.warning("Telegram cannot be reached; message %d waits.", message.id)
                await outbox.put_back(tx, message, owner, _later(now, seconds, message.tries))
            case Unknown(reason):
                _log.warning("Message %d may have been sent, or not: %s", message.id, reason)
                await outbox.doubt(tx, message, owner, now)
            case Refused(reason):
                _log.error("Telegram refused message %d: %s", message.id, reason)
                await outbox.fail(tx, message, owner, now, reason)
            case Migrated(chat):
                await outbox.put_back(tx, message, owner, None)
                await outbox.migrate_chat(tx, message.bot, message.chat, chat)
            case Blocked(reason):
                await outbox.fail(tx, message, owner, now, reason)
                await outbox.fail_chat(tx, message.bot, message.chat, now, reason)
                await learners.mark_unreachable(tx, message.bot, message.chat, now)


def _later(now: datetime, seconds: float, tries: int) -> datetime:
    doublings: int = 2 ** min(tries, 10)
    return now + min(timedelta(seconds=seconds) * doublings, LONGEST_PAUSE)
