"""The outbox at work: sends what is kept in the store, in order and at Telegram's pace.

`storage.outbox` has the states of a message and what they promise.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from telegram.constants import ChatAction

from bot.chat.aloud import SOUND, voice_note
from bot.chat.crew import Crew
from bot.chat.making import CannotBeMade, MadeFile
from bot.chat.notices import notice
from bot.chat.replies import Made, Poll, Text, from_json, to_json
from bot.chat.sending import Blocked, Held, Later, Migrated, Refused, Sent, Unknown
from bot.storage import askings, learners, outbox, owners, pacing

if TYPE_CHECKING:
    from bot.chat.making import Makers
    from bot.chat.replica import Replica
    from bot.chat.replies import Message
    from bot.chat.sending import Fate, Sender
    from bot.storage.database import Transaction
    from bot.storage.outbox import Outgoing

__all__ = ["Outbox"]

_log = logging.getLogger(__name__)

AT_ONCE = 8
"""Messages in flight at a time from one process; more cost more per call than they save."""

SPOKEN_AT_ONCE = 64
"""Voice notes being made: most of them wait for the voice, and nobody else has to wait for them."""

POLL_SECONDS = 0.5
"""How long a message that another process left may lie unseen."""

_ACTIONS = {"voice": ChatAction.RECORD_VOICE, "photo": ChatAction.UPLOAD_PHOTO}

LONGEST_PAUSE = timedelta(minutes=1)
"""Between two tries to reach Telegram."""


class Outbox:
    """Claims messages and has the sender send them."""

    def __init__(self, replica: Replica, sender: Sender, makers: Makers) -> None:
        self._replica = replica
        self._sender = sender
        self._makers = makers
        self._crew = Crew(AT_ONCE)
        self._speakers = Crew(SPOKEN_AT_ONCE)
        self._pause = POLL_SECONDS

    def news(self) -> None:
        """Something is there."""
        self._crew.ring()

    async def run(self) -> None:
        """Send until cancelled. What is in flight then goes on: see `drain`."""
        while True:
            self._crew.quiet()
            await self._replica.patiently(self._take)
            await self._crew.wait(self._pause)

    async def drain(self, seconds: float) -> None:
        """Let what is in flight arrive; what has not after so many seconds is cancelled."""
        await asyncio.gather(self._crew.drain(seconds), self._speakers.drain(seconds))

    async def _take(self) -> None:
        self._pause = POLL_SECONDS
        if not self._crew.free or not self._speakers.free:
            return
        replica, now = self._replica, self._replica.clock()
        async with replica.database.write() as tx:
            await owners.present(tx, replica.id, replica.owner, now)
            claim = await outbox.claim(
                tx, replica.id, replica.owner, now, limit=self._crew.free, rates=replica.rates
            )
        for message in claim.messages:
            content = from_json(message.content)
            crew = self._speakers if _is_spoken(content) else self._crew
            crew.set_to(self._send(message, content))
        if claim.again_at is not None:
            wait = (claim.again_at - outbox.AHEAD / 2 - replica.clock()) / timedelta(seconds=1)
            self._pause = min(max(wait, 0.01), POLL_SECONDS)

    async def _send(self, message: Outgoing, kept: Message) -> None:
        """Make what has to be made, wait for the slot, send, and write down what became of it."""
        replica = self._replica
        content, made = await self._made(message.chat, kept)
        if _is_spoken(kept):
            await replica.patiently(replica.slot)  # the claim's has passed in the making
        await replica.until(message.when)
        allowed = False

        async def begin() -> None:
            nonlocal allowed
            async with replica.database.write() as tx:
                allowed = await outbox.begin(tx, message, replica.owner, replica.clock())

        await replica.patiently(begin)
        if not allowed:
            return
        fate = await self._sender.send(message.chat, content, made) if content else Sent()
        note = _note_instead(content, made, fate)

        async def settle() -> None:
            async with replica.database.write() as tx:
                await self._settle(tx, message, fate)
                await outbox.add(tx, replica.id, message.chat, note, replica.clock())
                if isinstance(fate, Sent) and isinstance(content, Text | Poll) and content.asking:
                    await askings.shown(tx, content.asking, fate.message_id, fate.poll)

        await replica.patiently(settle)

    async def _made(self, chat: int, content: Message) -> tuple[Message | None, MadeFile | None]:
        """What is to be sent, and the file it needs; None where there is nothing to say."""
        if isinstance(content, Poll) and content.heard:
            sound = await self._made(chat, Made(SOUND, argument=content.heard, kind="voice"))
            return content, sound[1]
        if not isinstance(content, Made):
            return content, None
        try:
            async with notice(self._replica, chat, _ACTIONS.get(content.kind, ChatAction.TYPING)):
                made = await self._makers[content.what](chat, content.argument)
        except CannotBeMade as error:
            _log.warning("%s could not be made: %s", content.what, error)
            return content, None
        return (content, made) if isinstance(made, MadeFile) else (made, None)

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


def _is_spoken(message: Message) -> bool:
    if isinstance(message, Poll):
        return bool(message.heard)
    return isinstance(message, Made) and message.kind == "voice"


def _note_instead(
    content: Message | None, made: MadeFile | None, fate: Fate
) -> list[dict[str, Any]]:
    """The voice note after a quiz that had to go out without its sound."""
    if not (isinstance(content, Poll) and content.heard and isinstance(fate, Sent)):
        return []
    return [to_json(voice_note(content.heard))] if made is None or fate.silent else []


def _later(now: datetime, seconds: float, tries: int) -> datetime:
    doublings: int = 2 ** min(tries, 10)
    return now + min(timedelta(seconds=seconds) * doublings, LONGEST_PAUSE)
