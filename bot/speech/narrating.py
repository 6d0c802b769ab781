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

    from bot.speech.kept import KeptAudio
    from bot.speech.recording import Form
    from bot.speech.voices import Voice

__all__ = ["Narration", "Narrator", "split"]

log = logging.getLogger(__name__)

LONGEST: Final = 270.0
"""Seconds of speech planned for a note: 770 kB of the 1,000,000 bytes Telegram plays as one."""
PACE: Final = 13.0
"""Signs a second at speed 1, for planning."""
MAKING: Final = 1
"""The version of levelling and encoding: raise it, and everything is made anew."""


@dataclass(frozen=True, slots=True)
class Narration:
    """A voice note: Ogg/Opus (or a piece of a book). `key` is the same for the same words, pauses,
    voice and speed.
    """

    content: bytes
    seconds: float
    voice: str
    key: str


class Narrator:
    """Says scripts with the first of the voices that has the language and works.

    What was said before comes from `kept`; whoever asks for what is being said already gets the
    same recording. Without `kept` every script is said anew.
    """

    def __init__(self, voices: Sequence[Voice], kept: KeptAudio | None = None) -> None:
        self._voices = tuple(voices)
        self._kept = kept
        self._running: dict[str, asyncio.Task[Narration]] = {}

    def speaks(self, language: str) -> bool:
        """Whether any voice has the language (a code such as "en")."""
        return any(voice.speaks(language) for voice in self._voices)

    @property
    def names(self) -> tuple[str, ...]:
        """The voices' names, best first."""
        return tuple(voice.name for voice in self._voices)

    async def warm(self) -> None:
        """Load the first voice, so that the first note does not wait for it."""
        for voice in self._voices[:1]:
            await voice.warm()

    async def narrate(
        self,
        script: Script,
        language: str = "en",
        speed: float = 1.0,
        voice: str | None = None,
        form: Form = "opus",
    ) -> Narration:
        """The script as one voice note. CannotSpeak: no voice can; the text has to do.

        `voice` is the name of the one to try first. A script longer than a note is to be `split`.
        """
        request = _key(lines_to_json(script), language, speed, voice, form)
        task = self._running.get(request)
        if task is None:
            task = asyncio.create_task(
                self._first_that_can(script, language, speed, voice, form), name="narration"
            )
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
        self, script: Script, language: str, speed: float, preferred: str | None, form: Form
    ) -> Narration:
        if not script:
            raise CannotSpeak("There is nothing to say.")
        able = [voice for voice in self._voices if voice.speaks(language)]
        for voice in sorted(able, key=lambda voice: voice.name != preferred):
            try:
                return await self._by(voice, script, language, speed, form)
            except VoiceFailed as failure:
                log.warning("the voice %s failed: %s", voice.name, failure)
            except WorkerBusy as busy:
                raise CannotSpeak(str(busy)) from None
        raise CannotSpeak

    async def _by(
        self, voice: Voice, script: Script, language: str, speed: float, form: Form
    ) -> Narration:
        key = _key(lines_to_json(script), language, speed, voice.name, voice.version, MAKING)
        if self._kept is not None:
            kept = await asyncio.to_thread(self._kept.get, key, form)
            if kept is not None:
                return Narration(kept.content, kept.seconds, voice.name, key)
        made = await voice.speak(script, language=language, speed=speed, form=form)
        if self._kept is not None:
            await asyncio.to_thread(self._kept.put, key, form, made.content, made.seconds)
        return Narration(made.content, made.seconds, voice.name, key)


def _key(script: bytes, *rest: object) -> str:
    return hashlib.sha256(script + json.dumps(rest).encode()).hexdigest()


def split(script: Script, speed: float = 1.0, longest: float = LONGEST) -> list[Script]:
    """The script cut between lines into parts of about the same length that each fit a note.

    `longest` is in seconds, of which a part may take half a line more.
    """
    seconds = [(len(line.text) / PACE + line.pause) / speed for line in script]
    parts = max(1, -(-sum(seconds) // longest))
    share = sum(seconds) / parts
    cut: list[list[int]] = [[]]
    filled = 0.0
    for at, length in enumerate(seconds):
        if cut[-1] and filled + length / 2 > share * len(cut):
            cut.append([])
        cut[-1].append(at)
        filled += length
    return [tuple(script[at] for at in part) for part in cut if part]
