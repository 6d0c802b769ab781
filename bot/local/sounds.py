"""Sounds: what a file is by its first bytes, and what Telegram makes of it.

The limit of a voice note and the forms are those of `sendVoice` and `sendAudio` in the Bot API's
documentation, which says that anything else "may be sent as Audio or Document": it is no error, but
comes out as a plain file.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from bot.local.files import references
from bot.local.spec import Upload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.local.store import JSON

VOICE_BYTES = 1_000_000  # above it, a voice note is sent as a file
SUFFIXES = {
    "audio/ogg": ".oga",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/webm": ".webm",
    "audio/wav": ".wav",
}
MUSIC = {"audio/mpeg", "audio/mp4"}
VOICES = {*MUSIC, "audio/ogg"}


def sound_type(content: bytes) -> str | None:
    """MIME type of an Ogg with Opus in it, an MP3, an M4A, a WebM or a WAV; None for the rest."""
    if content.startswith(b"OggS"):
        return "audio/ogg" if is_opus(content) else None
    if content.startswith(b"ID3") or is_mpeg_frame(content):
        return "audio/mpeg"
    if content[4:8] == b"ftyp":
        return "audio/mp4"
    if content.startswith(b"\x1aE\xdf\xa3"):
        return "audio/webm"
    if content.startswith(b"RIFF") and content[8:12] == b"WAVE":
        return "audio/wav"
    return None


def is_opus(content: bytes) -> bool:
    """Whether the first page of an Ogg file begins a stream of Opus (RFC 3533 and 7845)."""
    segments = content[26:27]
    return bool(segments) and content[27 + segments[0] :].startswith(b"OpusHead")


def is_mpeg_frame(content: bytes) -> bool:
    """Whether it begins with the header of a frame of MPEG audio, layer III."""
    return len(content) > 1 and content[0] == 0xFF and content[1] & 0xE6 == 0xE2


def kind_of_voice(upload: Upload) -> str:
    """Under which kind of file a bot's voice note is kept."""
    plays = sound_type(upload.content) in VOICES and len(upload.content) <= VOICE_BYTES
    return "voice" if plays else "documents"


def kind_of_audio(upload: Upload) -> str:
    """Under which kind of file a bot's audio is kept."""
    return "music" if sound_type(upload.content) in MUSIC else "documents"


def kind_of_attachment(upload: Upload) -> str:
    """Under which kind a person's app sends a file: Ogg/Opus is taken for something spoken."""
    found = sound_type(upload.content)
    if found == "audio/ogg":
        return "voice"
    return "music" if found or upload.mime_type.startswith("audio/") else "documents"


def as_kind(kind: str, upload: Upload) -> Upload:
    """The upload under the type that its bytes show. A voice note has no name of its own."""
    if kind == "documents":
        return upload
    mime_type = sound_type(upload.content) or upload.mime_type
    suffix = SUFFIXES.get(mime_type, "")
    name = f"voice{suffix}" if kind == "voice" else named(upload.name, suffix)
    return Upload(name, upload.content, mime_type)


def named(name: str, suffix: str) -> str:
    """The name, with a suffix if it has none."""
    return name if PurePosixPath(name).suffix else name + suffix


def file_fields(file: JSON) -> dict[str, Any]:
    """A file as the field of a message that its kind asks for: voice, audio or document."""
    fields = {**references(file), "mime_type": file["mime_type"]}
    if file["kind"] == "voice":
        return {"voice": {"duration": 0, **fields, **file["about"]}}
    fields["file_name"] = file["name"]
    if file["kind"] == "music":
        return {"audio": {"duration": 0, **fields, **file["about"]}}
    return {"document": fields}


def about_sound(
    duration: int, title: str | None = None, performer: str | None = None
) -> Mapping[str, Any]:
    """What its sender says of a sound; `duration` in seconds."""
    told = {"duration": max(0, duration), "title": title, "performer": performer}
    return {name: value for name, value in told.items() if value is not None}
