"""Ears: what was said in a voice note that came in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram.error import BadRequest, NetworkError

from bot.errors import AudioTooLong, BrokenAudio, NotYet
from bot.speech.hearing import MOST_BYTES, MOST_SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.chat.incoming import Recording
    from bot.chat.replica import Replica
    from bot.speech.hearing import Listener

__all__ = ["Ears"]


class Ears:
    """Fetches a recording from Telegram and has it understood."""

    def __init__(self, replica: Replica, listener: Listener) -> None:
        self._replica = replica
        self._listener = listener

    async def hear(self, recording: Recording, glossary: Mapping[str, str], language: str) -> str:
        """What was said; empty when nothing was.

        Raises AudioTooLong, BrokenAudio, CannotHear, or NotYet when the network fails.
        """
        if recording.seconds > MOST_SECONDS or (recording.size or 0) > MOST_BYTES:
            raise AudioTooLong
        content = await self._fetched(recording.file)
        return await self._listener.hear(content, glossary, language, recording.seconds)

    async def _fetched(self, file: str) -> bytes:
        try:
            await self._replica.patiently(self._replica.slot)
            found = await self._replica.bot.get_file(file)
            return bytes(await found.download_as_bytearray())
        except BadRequest as error:
            raise BrokenAudio from error
        except NetworkError as error:
            raise NotYet from error
