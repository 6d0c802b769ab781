"""Narration: a script becomes a voice note, from the shelf or by the first voice that can."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.errors import CannotSpeak, VoiceFailed, WorkerBusy
from bot.speech.script import Script, lines_to_json

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from bot.speech.recording import Form
    from bot.speech.voices import Voice

__all__ = ["Narration", "Narrator", "split"]

log = logging.getLogger(__name__)

LONGEST: Final = 270.0
"""Seconds of speech planned for a note: 770 kB of the 1,000,000 bytes Telegram plays as one."""
PACE: Final = 14.0
"""Letters a second at speed 1, for planning."""


@dataclass(frozen=True, slots=True)
class Narration:
    """A voice note: Ogg/Opus. `key` is the same for the same words, voice and speed."""

    content: bytes
    seconds: float
    voice: str
    key: str


class Narrator:
    """Says scripts with the first of the voices that has the language and works.

    Whoever asks for what is being said already gets the same recording.
    """

    def __init__(self, voices: Sequence[Voice]) -> None:
        self._voices = tuple(voices)
        self._running: dict[str, asyncio.Task[Narration]] = {}

    def speaks(self, language: str) -> bool:
        """Whether any voice has the language (a code such as "en")."""
        return any(language in voice.languages for voice in self._voices)

    @property
    def names(self) -> tuple[str, ...]:
        """The voices' names, best first."""
        return tuple(voice.name for voice in self._voices)

    async def warm(self) -> None:
        """Load the first voice, so that the first note does not wait for it."""
        for voice in self._voices[:1]:
            await voice.warm()

    async def narrate(
        self, script: Script, language: str = "en", speed: float = 1.0, voice: str | None = None
    ) -> Narration:
        """The script as one voice note. CannotSpeak: no voice can; the text has to do.

        `voice` is the name of the one to try first. A script longer than a note is to be `split`.
        """
        request = _key(lines_to_json(script), language, speed, voice)
        task = self._running.get(request)
        if task is None:
            task = asyncio.create_task(self._first_that_can(script, language, speed, voice))
            self._running[request] = task
            task.add_done_callback(lambda done: self._forget(request, done))
        return await asyncio.shield(task)

    async def narrate_all(
        self, script: Script, language: str = "en", speed: float = 1.0, voice: str | None = None
    ) -> AsyncIterator[Narration]:
        """The script as voice notes, each as soon as it is ready."""
        for part in split(script, speed):
            yield await self.narrate(part, language, speed, voice)

    async def close(self) -> None:
        """End what is running, and the voices' processes."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        for voice in self._voices:
            await voice.close()

    def _forget(self, request: str, done: asyncio.Task[Narration]) -> None:
        del self._running[request]
        if not done.cancelled():
            done.exception()  # whoever asked may have gone

    async def _first_that_can(
        self, script: Script, language: str, speed: float, preferred: str | None
    ) -> Narration:
        if not script:
            raise CannotSpeak("There is nothing to say.")
        able = [voice for voice in self._voices if language in voice.languages]
        able.sort(key=lambda voice: voice.name != preferred)
        for voice in able:
            try:
                return await self._by(voice, script, language, speed)
            except VoiceFailed as failure:
                log.warning("the voice %s failed: %s", voice.name, failure)
            except WorkerBusy as busy:
                raise CannotSpeak(str(busy)) from None
        raise CannotSpeak

    async def _by(self, voice: Voice, script: Script, language: str, speed: float) -> Narration:
        form: Form = "opus"
        key = _key(lines_to_json(script), language, speed, voice.name, voice.version, form)
        made = await voice.speak(script, language=language, speed=speed, form=form)
        return Narration(made.content, made.seconds, voice.name, key)


def _key(script: bytes, *rest: object) -> str:
    return hashlib.sha256(script + json.dumps(rest).encode()).hexdigest()


def split(script: Script, speed: float = 1.0) -> list[Script]:
    """The script cut between lines into parts of about the same length that each fit a note."""
    seconds = [(len(line.text) / PACE + line.pause) / speed for line in script]
    parts = max(1, -(-sum(seconds) // LONGEST))
    share = sum(seconds) / parts
    cut: list[list[int]] = [[]]
    filled = 0.0
    for at, length in enumerate(seconds):
        if cut[-1] and filled + length / 2 > share * len(cut):
            cut.append([])
        cut[-1].append(at)
        filled += length
    return [tuple(script[at] for at in part) for part in cut if part]
