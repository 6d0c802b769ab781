"""What a handler gets to know of an update: who wrote what, where."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from bot.chat.callback_data import Data, UnknownData, parse
from bot.storage.learners import LearnerId

if TYPE_CHECKING:
    from telegram import Update

__all__ = ["Incoming", "Recording", "Vote"]

_D = TypeVar("_D", bound=Data)


class Recording(NamedTuple):
    """A voice note, or another recording. `size` is in bytes, if Telegram tells it."""

    file: str
    seconds: float
    size: int | None


class Vote(NamedTuple):
    """What was voted for in a poll: numbers of its options."""

    id: str
    options: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing a learner did.

    `text` is what they wrote, without the command; `command` its name. `query` is set when they
    pressed a button; `button` is then what it means (None when that is not known) and `message`
    the message it stands under. `poll` is a vote in a quiz, `location` a shared one,
    `reply_to` the message that they reply to, and `tries`
    how often the update was taken up, this time included. `membership` is set when they blocked
    the bot or let it in again; `blocked` tells which. `recording` is a voice note. The words stay
    out of the repr.
    """

    update: int
    who: LearnerId
    chat: int
    private: bool
    language: str | None = None
    text: str = field(default="", repr=False)
    command: str | None = None
    button: Data | None = None
    query: str | None = None
    message: int | None = None
    membership: bool = False
    blocked: bool = False
    poll: Vote | None = None
    location: tuple[float, float] | None = field(default=None, repr=False)
    recording: Recording | None = field(default=None, repr=False)
    reply_to: int | None = None
    tries: int = 1

    @classmethod
    def of(cls, update: Update, bot: int, tries: int = 1) -> Incoming | None:
        """The update's content, or None when it is nobody's doing (a channel's, for example).

        PTB checks no types: raises ValueError where one is not what the store can take.
        """
        user, chat = update.effective_user, update.effective_chat
        if update.poll_answer is not None and user is not None:
            return cls._voted(update, LearnerId(bot, user.id), tries)
        if user is None or chat is None:
            return None
        query, message = update.callback_query, update.effective_message
        ids = (user.id, chat.id, message.message_id if message else 0)
        if not (all(map(_is_id, ids)) and _is_language(user.language_code)):
            raise ValueError("a field of another type than Telegram's")
        return cls(
            update=update.update_id,
            who=LearnerId(bot, user.id),
            chat=chat.id,
            private=chat.type == chat.PRIVATE,
            language=user.language_code,
            text=_words(update),
            command=_command(update),
            button=_meaning(query.data) if query else None,
            query=query.id if query else None,
            message=message.message_id if message else None,
            membership=update.my_chat_member is not None,
            blocked=_blocks(update),
            location=_location(update),
            recording=_recording(update),
            reply_to=_reply_to(update),
            tries=tries,
        )

    @classmethod
    def _voted(cls, update: Update, who: LearnerId, tries: int) -> Incoming:
        """A vote comes without a chat; quizzes go to private chats, whose id is the learner's."""
        answer = update.poll_answer
        assert answer is not None  # noqa: S101
        options = tuple(answer.option_ids)
        language = update.effective_user.language_code if update.effective_user else None
        known = all(map(_is_id, (who.learner, *options))) and isinstance(answer.poll_id, str)
        if not (known and answer.poll_id.isascii() and _is_language(language)):
            raise ValueError("a field of another type than Telegram's")
        return cls(
            update=update.update_id,
            who=who,
            chat=who.learner,
            private=True,
            language=language,
            poll=Vote(answer.poll_id, options),
            tries=tries,
        )

    def pressed(self, kind: type[_D]) -> _D:
        """What the button carries; `routes` has made sure of its kind."""
        assert isinstance(self.button, kind)  # noqa: S101
        return self.button


def _is_id(value: object) -> bool:
    return type(value) is int and abs(value) < 2**63


def _is_language(value: object) -> bool:
    return value is None or (isinstance(value, str) and value.isascii() and "\0" not in value)


def _meaning(data: str | None) -> Data | None:
    try:
        return parse(data or "")
    except UnknownData:
        return None


def _location(update: Update) -> tuple[float, float] | None:
    place = update.message.location if update.message else None
    return (place.latitude, place.longitude) if place else None


def _recording(update: Update) -> Recording | None:
    message = update.message
    made = message and (message.voice or message.audio or message.video_note)
    if not made:
        return None
    length, size = made.duration, made.file_size
    seconds = length.total_seconds() if isinstance(length, timedelta) else float(length)
    if not (isinstance(made.file_id, str) and (size is None or _is_id(size))):
        raise ValueError("a field of another type than Telegram's")
    return Recording(made.file_id, seconds, size)


def _reply_to(update: Update) -> int | None:
    to = update.message.reply_to_message if update.message else None
    return to.message_id if to else None


def _blocks(update: Update) -> bool:
    change = update.my_chat_member
    return change is not None and change.new_chat_member.status == "kicked"


def _command(update: Update) -> str | None:
    """The name of the command, without the slash and the bot's name."""
    text = update.message.text if update.message else None
    if not text or not text.startswith("/"):
        return None
    return text[1:].split(maxsplit=1)[0].partition("@")[0].lower() if text[1:].split() else None


def _words(update: Update) -> str:
    """The written text, or what follows a command; clean enough for any database.

    A lone surrogate cannot be written as UTF-8, and PostgreSQL takes no NUL.
    """
    message = update.message
    if message is None or message.text is None:
        return ""
    text = message.text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = text.replace("\0", "")
    if text.startswith("/"):
        _, _, text = text.partition(" ")
    return text.strip()
