"""Sending: makes one call of a message, and knows what Telegram's answers mean.

What becomes of a call is a value. The important border runs between what certainly had no effect,
and may be done again, and what may have had one (the answer was lost): see `outbox`.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, assert_never

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaAudio,
    KeyboardButton,
    LinkPreviewOptions,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram import Message as SentMessage
from telegram.constants import PollType
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.chat.making import MadeFile
from bot.chat.replies import ClosePoll, Delete, Edit, EditButtons, Made, Photo, Poll, Text
from bot.chat.styled import Style, Styled, plain

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from telegram import Bot

    from bot.chat.known_files import KnownFiles
    from bot.chat.replies import Buttons, Message

    Keys = ReplyKeyboardMarkup | ReplyKeyboardRemove

__all__ = [
    "Blocked",
    "Fate",
    "Held",
    "Later",
    "Migrated",
    "Refused",
    "Sender",
    "Sent",
    "Unknown",
    "seconds_of",
]

_log = logging.getLogger(__name__)

UNREACHABLE_SECONDS = 2.0
"""Before a call that certainly did not leave is made again; `outbox` doubles it."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_MESSAGE_GONE = (
    "message to edit not found", "message can't be edited", "there is no text in the message",
)  # fmt: skip
_DONE_ALREADY = ("message is not modified", "query is too old", "message to delete not found")
_CHAT_GONE = ("chat not found", "user is deactivated", "bot was kicked", "bot is not a member")
_FILE_GONE = ("wrong file_id", "wrong file identifier", "wrong remote file")


@dataclass(frozen=True, slots=True)
class Sent:
    """It has arrived. `message_id` is None where the call made no message, `poll` where no poll.
    `silent`: the sound that was to be in it is not.
    """

    message_id: int | None = None
    poll: str | None = None
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Later:
    """It certainly had no effect: no connection could be made."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Held:
    """It certainly had no effect: too many calls, all have to wait so many seconds (429)."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have had an effect, or not: the answer was lost."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It had no effect and never will."""

    reason: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """Nothing at all can be sent to this chat, until its learner writes again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Migrated:
    """The group has another id now."""

    chat: int


Fate = Sent | Later | Held | Unknown | Refused | Blocked | Migrated


class Sender:
    """Makes the calls. Never raises what Telegram or the network does: that is the fate."""

    def __init__(self, bot: Bot, known: KnownFiles) -> None:
        self._bot = bot
        self._known = known
        self._calls: dict[str, Callable[..., Awaitable[SentMessage]]] = {
            "document": bot.send_document,
            "photo": bot.send_photo,
            "voice": bot.send_voice,
            "audio": bot.send_audio,
        }

    async def send(self, chat: int, message: Message, made: MadeFile | None = None) -> Fate:
        """One message. `made`: the file, if it is one that had to be made."""
        match message:
            case Text():
                return await self._text(chat, message.content, message.buttons, _keys(message))
            case Edit():
                return await self._edit(chat, message)
            case EditButtons():
                return await self._edit_buttons(chat, message)
            case Photo():
                return await self._photo(chat, message)
            case Poll():
                return await self._poll(chat, message, made)
            case ClosePoll():
                return await _fate(lambda: self._bot.stop_poll(chat, message.message_id))
            case Delete():
                return await _fate(lambda: self._bot.delete_message(chat, message.message_id))
            case Made():
                return await self._made(chat, message, made)
            case _:
                assert_never(message)

    async def acknowledge(self, query: str, text: str = "") -> None:
        """End the waiting sign on a button that was pressed. When it fails, it is not missed."""
        fate = await _fate(lambda: self._bot.answer_callback_query(query, text or None))
        if not isinstance(fate, Sent):
            _log.info("A press was not acknowledged: %s", fate)

    async def _text(
        self, chat: int, text: Styled, buttons: Buttons, keys: Keys | None = None
    ) -> Fate:
        return await _styled(
            text,
            lambda entities: self._bot.send_message(
                chat,
                text.text,
                entities=entities,
                reply_markup=keys or _keyboard(buttons),
                link_preview_options=_NO_PREVIEW,
            ),
        )

    async def _edit(self, chat: int, message: Edit) -> Fate:
        """In place of the message; where that is gone, as a new one."""
        text = message.content
        fate = await _styled(
            text,
            lambda entities: self._bot.edit_message_text(
                text.text,
                chat,
                message.message_id,
                entities=entities,
                reply_markup=_keyboard(message.buttons),
                link_preview_options=_NO_PREVIEW,
            ),
        )
        if _is_refused(fate, _MESSAGE_GONE):
            return await self._text(chat, text, message.buttons)
        return fate

    async def _edit_buttons(self, chat: int, message: EditButtons) -> Fate:
        keyboard = _keyboard(message.buttons)
        return await _fate(
            lambda: self._bot.edit_message_reply_markup(
                chat, message.message_id, reply_markup=keyboard
            )
        )

    async def _photo(self, chat: int, message: Photo) -> Fate:
        """The picture; its caption alone where there is none, or Telegram will not have it."""
        caption = message.caption
        try:
            content = await asyncio.to_thread(message.path.read_bytes)
        except OSError as error:
            _log.warning("The picture %s cannot be read: %s", message.path.name, error.strerror)
            return await self._text(chat, caption, ())
        fate = await self._file("photo", chat, MadeFile(message.path.name, content), caption)
        if isinstance(fate, Refused):
            return await self._text(chat, caption, ())
        return fate

    async def _poll(self, chat: int, message: Poll, sound: MadeFile | None) -> Fate:
        """The quiz; as a message with buttons, where Telegram will not have it."""
        if sound is not None:
            fate = await self._heard_poll(chat, message, sound)
            if not isinstance(fate, Refused):
                return fate
            _log.warning("A quiz with a sound was refused; it goes without: %s", fate.reason)
        fate = await _fate(lambda: self._call_poll(chat, message))
        if isinstance(fate, Refused):
            _log.warning("A quiz was refused; it goes out with buttons: %s", fate.reason)
            fate = await self._text(chat, message.instead.content, message.instead.buttons)
        return replace(fate, silent=sound is not None) if isinstance(fate, Sent) else fate

    async def _heard_poll(self, chat: int, message: Poll, sound: MadeFile) -> Fate:
        """With its sound, by the id Telegram gave it, or uploaded."""
        digest = sha256(sound.content).hexdigest()
        known = await self._known.find("audio", digest)
        if known is not None:
            fate = await _fate(lambda: self._call_poll(chat, message, InputMediaAudio(known)))
            if not _is_refused(fate, _FILE_GONE):
                return fate
            await self._known.forget("audio", digest)
        media = InputMediaAudio(
            sound.content, duration=round(sound.seconds), title=sound.title, filename=sound.name
        )
        messages: list[SentMessage] = []

        async def send() -> SentMessage:
            messages.append(await self._call_poll(chat, message, media))
            return messages[-1]

        fate = await _fate(send)
        poll = messages[0].poll if messages else None
        if poll and poll.media and poll.media.audio:
            await self._known.keep("audio", digest, poll.media.audio.file_id)
        return fate

    async def _call_poll(
        self, chat: int, message: Poll, media: InputMediaAudio | None = None
    ) -> SentMessage:
        return await self._bot.send_poll(
            chat,
            message.question,
            message.options,
            type=PollType.QUIZ,
            is_anonymous=False,
            correct_option_ids=list(message.right),  # type: ignore[arg-type]
            allows_multiple_answers=len(message.right) > 1 or None,
            explanation=message.explanation or None,
            media=media,
        )

    async def _made(self, chat: int, message: Made, made: MadeFile | None) -> Fate:
        if made is None:
            return await self._text(chat, message.instead, message.buttons)
        caption = plain(made.caption) if made.caption else message.caption
        fate = await self._file(made.kind, chat, made, caption, message.buttons)
        if isinstance(fate, Refused):
            return await self._text(chat, message.instead, message.buttons)
        return fate

    async def _file(
        self, kind: str, chat: int, file: MadeFile, caption: Styled, buttons: Buttons = ()
    ) -> Fate:
        """By the id Telegram gave it, or uploaded; again, where the id holds no longer."""
        digest = sha256(file.content).hexdigest()
        known = None if file.personal else await self._known.find(kind, digest)
        if known is not None:
            fate = await _styled(
                caption, lambda spans: self._call(kind, chat, known, file, caption, spans, buttons)
            )
            if not _is_refused(fate, _FILE_GONE):
                return fate
            await self._known.forget(kind, digest)
        upload = InputFile(file.content, filename=file.name)
        messages: list[SentMessage] = []

        async def send(spans: Sequence[MessageEntity]) -> SentMessage:
            messages.append(await self._call(kind, chat, upload, file, caption, spans, buttons))
            return messages[-1]

        fate = await _styled(caption, send)
        sent_as = _file_id(kind, messages[-1]) if messages else None
        if sent_as is not None and not file.personal:
            await self._known.keep(kind, digest, sent_as)
        return fate

    async def _call(
        self,
        kind: str,
        chat: int,
        file: str | InputFile,
        made: MadeFile,
        caption: Styled,
        spans: Sequence[MessageEntity],
        buttons: Buttons,
    ) -> SentMessage:
        more: dict[str, Any] = {"duration": round(made.seconds)} if made.seconds else {}
        if kind == "audio":
            more["title"] = made.title
        return await self._calls[kind](
            chat,
            file,
            caption=caption.text or None,
            caption_entities=spans or None,
            reply_markup=_keyboard(buttons),
            **more,
        )


async def _styled(
    text: Styled, call: Callable[[Sequence[MessageEntity]], Awaitable[object]]
) -> Fate:
    """Send with entities; where the server will not have them, as plain text."""
    fate = await _fate(lambda: call(_entities(text)))
    if _is_refused(fate, ("entit",)):
        _log.warning("Entities were refused; the message goes out as plain text.")
        fate = await _fate(lambda: call(()))
    return fate


async def _fate(call: Callable[[], Awaitable[object]]) -> Fate:
    """What became of a call."""
    try:
        result = await call()
    except Forbidden as error:
        return Blocked(error.message)
    except RetryAfter as error:
        return Held(seconds_of(error))
    except ChatMigrated as error:
        return Migrated(error.new_chat_id)
    except BadRequest as error:
        return _refused(error)
    except InvalidToken:
        return Refused("the token is not accepted any more")  # its text holds the token
    except NetworkError as error:
        return Later(UNREACHABLE_SECONDS) if _never_left(error) else Unknown(error.message)
    except TelegramError as error:
        return Refused(error.message)
    if not isinstance(result, SentMessage):
        return Sent()
    return Sent(result.message_id, result.poll.id if result.poll else None)


def _refused(error: BadRequest) -> Fate:
    """What a 400 means."""
    said = error.message.lower()
    if any(done in said for done in _DONE_ALREADY):
        return Sent()
    if any(gone in said for gone in _CHAT_GONE):
        return Blocked(error.message)
    return Refused(error.message)


def _is_refused(fate: Fate, reasons: Sequence[str]) -> bool:
    return isinstance(fate, Refused) and any(each in fate.reason.lower() for each in reasons)


def _never_left(error: NetworkError) -> bool:
    """Whether the request certainly did not reach the server: no connection was made for it."""
    cause = type(error.__cause__).__name__
    return cause in ("ConnectError", "ConnectTimeout", "PoolTimeout")


def seconds_of(error: RetryAfter) -> float:
    """How long the server wants to be left alone."""
    after = error.retry_after
    return float(after) if isinstance(after, int) else after.total_seconds()


def _file_id(kind: str, message: SentMessage) -> str | None:
    """None where it has become a file of another kind, which cannot be sent as this one again: a
    voice note that is too large for one is shown as a document.
    """
    file = message.photo[-1] if kind == "photo" and message.photo else getattr(message, kind)
    return file.file_id if file else None


def _keys(message: Text) -> Keys | None:
    """Only a key of a reply keyboard can ask for the place where somebody is."""
    if message.removes_keys:
        return ReplyKeyboardRemove()
    if not message.asks_location:
        return None
    key = KeyboardButton(message.asks_location, request_location=True)
    return ReplyKeyboardMarkup([[key]], resize_keyboard=True, one_time_keyboard=True)


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
