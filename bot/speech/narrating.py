"""Narration: a script becomes a voice note, from the shelf or by the first voice that can."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.errors import CannotSpeak, VoiceFailed, WorkerBusy, WorkerFailed
from bot.speech.script import Script, lines_to_json

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from bot.speech.kept import KeptAudio
    from bot.speech.recording import Form
    from bot.speech.voices import Voice

__all__ = ["Narration", "Narrator", "packed", "split"]

log = logging.getLogger(__name__)

LONGEST: Final = 270.0
"""Seconds of speech planned for a note: 720 kB of the 1,000,000 bytes Telegram plays as one."""
PACE: Final = 13.0
"""Signs a second at speed 1, for planning."""
REST: Final = 60.0
"""Seconds a voice is left alone whose process gave nothing, so that nobody waits for it again."""
MAKING: Final = 4
"""The version of saying, levelling and encoding: raise it, and everything is made anew."""


@dataclass(frozen=True, slots=True)
class Narration:
    """A voice note: Ogg/Opus (or a piece of a book). `key` is the same for the same words, pauses,
    voice and speed.
    """

    content: bytes
    seconds: float
    voice: str
    key: str


@dataclass(frozen=True, slots=True)
class _Request:
    """What is asked: two that are equal share one recording."""

    script: Script
    language: str
    speed: float
    preferred: str | None
    form: Form

    def key(self, voice: Voice) -> str:
        """The name of the recording by that voice: of everything that makes it sound as it does."""
        how = [self.language, self.speed, voice.name, voice.version, MAKING]
        return hashlib.sha256(lines_to_json(self.script) + json.dumps(how).encode()).hexdigest()


class Narrator:
    """Says scripts with the first of the voices that has the language and works.

    What was said before comes from `kept`; whoever asks for what is being said already gets the
    same recording. Without `kept` every script is said anew. A voice whose process died or hung
    is tried last for `rest` seconds.
    """

    def __init__(
        self, voices: Sequence[Voice], kept: KeptAudio | None = None, rest: float = REST
    ) -> None:
        self._voices = tuple(voices)
        self._kept = kept
        self._rest = rest
        self._resting: dict[str, asyncio.TimerHandle] = {}
        self._running: dict[_Request, asyncio.Task[Narration]] = {}

    def speaks(self, language: str) -> bool:
        """Whether any voice has the language (a code such as "en")."""
        return any(voice.speaks(language) for voice in self._voices)

    @property
    def names(self) -> tuple[str, ...]:
        """The voices' names, best first."""
        return tuple(voice.name for voice in self._voices)

    def first(self, language: str, preferred: str | None = None) -> str | None:
        """The name of the voice that is tried first for the language, if any has it."""
        able = self._able(language, preferred)
        return able[0].name if able else None

    async def warm(self) -> None:
        """Load the first voice, so that the first note does not wait for it."""
        for voice in self._voices[:1]:
            try:
                await voice.warm()
            except WorkerFailed as failure:
                self._let_rest(voice, failure)

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
        request = _Request(script, language, float(speed), voice, form)
        task = self._running.get(request)
        if task is None:
            task = asyncio.create_task(self._first_that_can(request), name="narration")
            self._running[request] = task
            task.add_done_callback(lambda done: self._forget(request, done))
        return await asyncio.shield(task)

    async def narrate_all(
        self, script: Script, language: str = "en", speed: float = 1.0, voice: str | None = None
    ) -> AsyncIterator[Narration]:
        """The script as voice notes, each as soon as it is ready."""
        for part in split(script, speed, LONGEST):
            yield await self.narrate(part, language, speed, voice)

    async def close(self) -> None:
        """End what is running, and the voices' processes."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        for timer in self._resting.values():
            timer.cancel()
        for voice in self._voices:
            await voice.close()

    def _forget(self, request: _Request, done: asyncio.Task[Narration]) -> None:
        del self._running[request]
        if not done.cancelled():
            done.exception()  # whoever asked may have gone

    async def _first_that_can(self, request: _Request) -> Narration:
        if not request.script:
            raise CannotSpeak("There is nothing to say.")
        able = self._able(request.language, request.preferred)
        if able and (kept := await self._from_shelf(able[0], request)):
            return kept
        for voice in sorted(able, key=lambda voice: voice.name in self._resting):
            try:
                return await self._from_shelf(voice, request) or await self._by(voice, request)
            except WorkerBusy as busy:
                raise CannotSpeak(str(busy)) from None
            except VoiceFailed as failure:
                log.warning("the voice %s failed: %s", voice.name, failure)
            except WorkerFailed as failure:
                self._let_rest(voice, failure)
        raise CannotSpeak

    def _able(self, language: str, preferred: str | None) -> list[Voice]:
        able = [voice for voice in self._voices if voice.speaks(language)]
        return sorted(able, key=lambda voice: voice.name != preferred)

    async def _from_shelf(self, voice: Voice, request: _Request) -> Narration | None:
        if self._kept is None:
            return None
        key = request.key(voice)
        kept = await asyncio.to_thread(self._kept.get, key, request.form)
        return None if kept is None else Narration(kept.content, kept.seconds, voice.name, key)

    async def _by(self, voice: Voice, request: _Request) -> Narration:
        made = await voice.speak(
            request.script, language=request.language, speed=request.speed, form=request.form
        )
        key = request.key(voice)
        if self._kept is not None:
            await asyncio.to_thread(self._kept.put, key, request.form, made.content, made.seconds)
        return Narration(made.content, made.seconds, voice.name, key)

    def _let_rest(self, voice: Voice, failure: WorkerFailed) -> None:
        log.warning("the voice %s rests for %.0f s: %s", voice.name, self._rest, failure)
        if voice.name not in self._resting:
            self._resting[voice.name] = asyncio.get_running_loop().call_later(
                self._rest, self._resting.pop, voice.name
            )


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


def packed(scripts: Sequence[Script], speed: float = 1.0) -> list[Script]:
    """The scripts in as few notes as hold them: joined at their ends, cut only where one is longer
    than a note.
    """
    notes: list[Script] = []
    for script in scripts:
        joined = (*notes[-1], *script) if notes else script
        if notes and len(split(joined, speed)) == 1:
            notes[-1] = joined
        else:
            notes += split(script, speed)
    return notes
