"""Sending: the one place that carries replies to Telegram, and knows what its refusals mean.

A message whose fate is unknown (the answer to the call was lost) is not sent again: a learner
would rather ask once more than read everything twice.
"""

from __future__ import annotations

import asyncio
import logging
from enum import Enum, auto
from typing import TYPE_CHECKING, assert_never

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
)
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.chat.replies import Acknowledge, Edit, EditButtons, Photo, Text
from bot.chat.styled import CAPTION_LENGTH, Style, Styled

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from telegram import Bot

    from bot.chat.incoming import Incoming
    from bot.chat.replies import Buttons, Reply

__all__ = ["Sender", "seconds_of"]

_log = logging.getLogger(__name__)

TRIES = 4
PAUSE = 1.0
"""Seconds before a call that certainly did not leave is made again; doubled each time."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_GONE = ("message to edit not found", "message can't be edited", "there is no text in the message")


class Fate(Enum):
    """What became of a call."""

    DONE = auto()
    GONE = auto()
    """The message to edit is not there any more."""
    UNSTYLED = auto()
    """The entities do not fit the text, in the server's eyes."""
    LOST = auto()
    """Refused, or given up, or not known. It is in the log."""


class Sender:
    """Sends replies in order. Never raises: what cannot be sent is logged."""

    def __init__(self, bot: Bot, pause: float = PAUSE) -> None:
        self._bot = bot
        self._pause = pause

    async def send(self, incoming: Incoming, replies: Sequence[Reply]) -> bool:
        """Send them all. False when the learner has blocked the bot."""
        try:
            for reply in replies:
                await self._send(incoming, reply)
        except Forbidden:
            return False
        return True

    async def acknowledge(self, incoming: Incoming, text: str = "") -> None:
        """End the waiting sign on the button that was pressed."""
        query = incoming.query
        if query is not None:
            await self._call(lambda: self._bot.answer_callback_query(query, text or None))

    async def _send(self, incoming: Incoming, reply: Reply) -> None:
        match reply:
            case Text():
                await self._messages(incoming.chat, reply.content.split(), reply.buttons)
            case Edit():
                await self._edit(incoming.chat, reply)
            case EditButtons():
                await self._edit_buttons(incoming.chat, reply)
            case Photo():
                await self._photo(incoming.chat, reply)
            case Acknowledge():
                await self.acknowledge(incoming, reply.text)
            case _:
                assert_never(reply)

    async def _messages(self, chat: int, parts: Sequence[Styled], buttons: Buttons) -> None:
        """One message a part, the buttons under the last."""
        for part in parts:
            await self._message(chat, part, buttons if part is parts[-1] else ())

    async def _message(self, chat: int, text: Styled, buttons: Buttons) -> None:
        await self._styled(
            text,
            lambda entities: self._bot.send_message(
                chat,
                text.text,
                entities=entities,
                reply_markup=_keyboard(buttons),
                link_preview_options=_NO_PREVIEW,
            ),
        )

    async def _edit(self, chat: int, reply: Edit) -> None:
        first, *more = reply.content.split()
        fate = await self._styled(
            first,
            lambda entities: self._bot.edit_message_text(
                first.text,
                chat,
                reply.message_id,
                entities=entities,
                reply_markup=_keyboard(() if more else reply.buttons),
                link_preview_options=_NO_PREVIEW,
            ),
        )
        if fate is Fate.GONE:
            more.insert(0, first)
        await self._messages(chat, more, reply.buttons)

    async def _edit_buttons(self, chat: int, reply: EditButtons) -> None:
        keyboard = _keyboard(reply.buttons)
        await self._call(
            lambda: self._bot.edit_message_reply_markup(
                chat, reply.message_id, reply_markup=keyboard
            )
        )

    async def _photo(self, chat: int, reply: Photo) -> None:
        caption, *rest = reply.caption.split(CAPTION_LENGTH) or (Styled(),)
        fate = await self._call(
            lambda: self._bot.send_photo(
                chat, reply.path, caption=caption.text, caption_entities=_entities(caption)
            )
        )
        if fate is not Fate.DONE:
            rest = list(reply.caption.split())
        await self._messages(chat, rest, ())

    async def _styled(
        self, text: Styled, call: Callable[[Sequence[MessageEntity]], Awaitable[object]]
    ) -> Fate:
        """Send with entities; where the server will not have them, as plain text."""
        fate = await self._call(lambda: call(_entities(text)))
        if fate is Fate.UNSTYLED:
            _log.warning("Entities were refused; the message goes out as plain text.")
            fate = await self._call(lambda: call(()))
        return fate

    async def _call(self, call: Callable[[], Awaitable[object]]) -> Fate:
        """Make the call, and again where it certainly had no effect. Raises Forbidden only."""
        for attempt in range(TRIES):
            try:
                await call()
            except Forbidden:
                raise
            except RetryAfter as error:
                await asyncio.sleep(seconds_of(error))
            except BadRequest as error:
                return _refused(error)
            except (TelegramError, OSError) as error:
                if not _never_left(error):
                    _log.warning("Not sent, or not known to be sent: %s", error)
                    return Fate.LOST
                await asyncio.sleep(self._pause * 2**attempt)
            else:
                return Fate.DONE
        _log.warning("Given up after %d tries: Telegram cannot be reached.", TRIES)
        return Fate.LOST


def _refused(error: BadRequest) -> Fate:
    """What a 400 means."""
    said = str(error).lower()
    if "message is not modified" in said or "query is too old" in said:
        return Fate.DONE
    if any(gone in said for gone in _GONE):
        return Fate.GONE
    if "entit" in said:
        return Fate.UNSTYLED
    _log.error("Telegram refused a message: %s", error)
    return Fate.LOST


def _never_left(error: Exception) -> bool:
    """Whether the request certainly did not reach the server: no connection was made for it."""
    cause = type(error.__cause__).__name__
    return isinstance(error, TimedOut | NetworkError) and cause in (
        "ConnectError",
        "ConnectTimeout",
        "PoolTimeout",
    )


def seconds_of(error: RetryAfter) -> float:
    """How long the server wants to be left alone."""
    after = error.retry_after
    return float(after) if isinstance(after, int) else after.total_seconds()


def _keyboard(buttons: Buttons) -> InlineKeyboardMarkup | None:
    if not buttons:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(b.label, callback_data=b.data) for b in row] for row in buttons]
    )


def _entities(text: Styled) -> list[MessageEntity]:
    return [
        MessageEntity(
            span.style.value,
            offset,
            length,
            url=span.value if span.style is Style.LINK else None,
            language=(span.value or None) if span.style is Style.PRE else None,
        )
        for span, offset, length in text.utf16()
    ]
