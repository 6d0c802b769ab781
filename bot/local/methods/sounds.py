"""Voice notes and audio to a chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.local.keyboards import checked_markup
from bot.local.methods import Call, method
from bot.local.methods.messages import caption_fields
from bot.local.sounds import about_sound, as_kind, file_fields, kind_of_audio, kind_of_voice
from bot.local.spec import Upload

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from bot.local.store import JSON


@method("sendVoice")
async def send_voice(
    call: Call,
    chat_id: int | str,
    voice: Upload | str,
    caption: str = "",
    parse_mode: str | None = None,
    caption_entities: Sequence[JSON] | None = None,
    duration: int = 0,
    disable_notification: bool = False,
    protect_content: bool = False,
    reply_parameters: JSON | None = None,
    reply_markup: JSON | None = None,
) -> JSON:
    """A voice note; over 1 MB, or in a form that does not play as one, a document."""
    chat = call.board.reachable(call.bot, chat_id)
    content = caption_fields(caption, parse_mode, caption_entities)
    keyboard = checked_markup(reply_markup)
    if isinstance(voice, Upload):
        content |= await kept(call, kind_of_voice(voice), voice, about_sound(duration))
    else:
        content |= file_fields(call.board.files.known(call.bot.id, "voice", voice))
    if protect_content:
        content["has_protected_content"] = True
    return call.board.send(call.bot, chat, content, keyboard, reply_parameters)


@method("sendAudio")
async def send_audio(
    call: Call,
    chat_id: int | str,
    audio: Upload | str,
    caption: str = "",
    parse_mode: str | None = None,
    caption_entities: Sequence[JSON] | None = None,
    duration: int = 0,
    performer: str | None = None,
    title: str | None = None,
    thumbnail: Upload | str | None = None,
    disable_notification: bool = False,
    protect_content: bool = False,
    reply_parameters: JSON | None = None,
    reply_markup: JSON | None = None,
) -> JSON:
    """An MP3 or M4A for the music player, else a document. No thumbnail is shown here."""
    chat = call.board.reachable(call.bot, chat_id)
    content = caption_fields(caption, parse_mode, caption_entities)
    keyboard = checked_markup(reply_markup)
    content |= await audio_fields(call, audio, about_sound(duration, title, performer))
    if protect_content:
        content["has_protected_content"] = True
    return call.board.send(call.bot, chat, content, keyboard, reply_parameters)


async def audio_fields(call: Call, audio: Upload | str, about: Mapping[str, Any]) -> JSON:
    """The field of an audio. One sent by its id keeps what was said of it when it was new."""
    if isinstance(audio, Upload):
        return await kept(call, kind_of_audio(audio), audio, about)
    return file_fields(call.board.files.known(call.bot.id, "music", audio))


async def kept(call: Call, kind: str, upload: Upload, about: Mapping[str, Any]) -> JSON:
    """A new file, as the field of a message that it makes."""
    return file_fields(await call.board.files.keep(call.bot.id, kind, as_kind(kind, upload), about))
