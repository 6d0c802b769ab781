"""The voices: each turns a script into a recording, in a process of its own, and proves it."""

from __future__ import annotations

import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from bot.errors import VoiceFailed
from bot.speech.recording import Form, Recording
from bot.speech.script import Script, lines_to_json
from bot.speech.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SPEEDS", "HibariVoice", "Pyttsx3Voice", "Voice", "installed_voices", "prove"]

SPEEDS: Final = (0.8, 1.0, 1.25, 1.5)
"""What a learner may choose; 1 is the voice's own pace."""

PATIENCE: Final = 10.0
PATIENCE_A_WORD: Final = 0.15
"""Seconds a job may take: a busy machine needs a tenth of it, and a hung one is noticed."""


class Voice(Protocol):
    """Whatever speaks. `name` is shown to learners; `version` is part of the key of kept audio."""

    name: str
    version: str

    def speaks(self, language: str) -> bool:
        """Whether it has the language, a code such as "en" or "pt-BR"."""
        ...

    async def speak(
        self, script: Script, *, language: str = "en", speed: float = 1.0, form: Form = "opus"
    ) -> Recording:
        """The script said, levelled and encoded, and found to be speech of the right length.

        VoiceFailed: it cannot say this; another voice may. WorkerFailed: its process gives
        nothing. WorkerBusy: too many wait for it.
        """
        ...

    async def warm(self) -> None:
        """Load what the first `speak` would load."""
        ...

    async def close(self) -> None:
        """End its process."""
        ...


class HibariVoice:
    """hibari-tts: a neural voice of American English, a hundred times as fast as it speaks."""

    name = "hibari"

    def __init__(self, worker: Worker | None = None) -> None:
        self.version = version("hibari-tts")
        self.worker = worker or Worker("bot.speech.hibari_worker")

    def speaks(self, language: str) -> bool:
        """English."""
        return _base(language) == "en"

    async def speak(
        self, script: Script, *, language: str = "en", speed: float = 1.0, form: Form = "opus"
    ) -> Recording:
        """See Voice. Pauses are kept as they are asked, shorter at a higher speed."""
        recording = await _recorded(self.worker, {"speed": speed, "form": form}, script)
        pauses = sum(line.pause for line in script) / speed
        prove(recording, script, speed, pauses)
        return recording

    async def warm(self) -> None:
        """Load the model."""
        await self.worker.warm()

    async def close(self) -> None:
        """End the process."""
        await self.worker.close()


class Pyttsx3Voice:
    """pyttsx3 over espeak-ng: a hundred languages, understood rather than liked.

    A process for every script (see its worker). Between lines it rests as it does between
    paragraphs.
    """

    name = "pyttsx3"

    def __init__(self, worker: Worker | None = None) -> None:
        self.version = f"{version('pyttsx3')}+{version('espeakng-loader')}"
        self.worker = worker or Worker("bot.speech.pyttsx3_worker", lasting=False)
        self._voices = _espeak_voices()

    def speaks(self, language: str) -> bool:
        """Whether espeak-ng's data has the language."""
        return self._voice(language) is not None

    async def speak(
        self, script: Script, *, language: str = "en", speed: float = 1.0, form: Form = "opus"
    ) -> Recording:
        """See Voice."""
        voice = self._voice(language)
        if voice is None:
            raise VoiceFailed(f"it has no {language}")
        with tempfile.TemporaryDirectory(prefix="viva-voice-") as folder:
            file = str(Path(folder) / "said.wav")
            head = {"speed": speed, "form": form, "voice": voice, "file": file}
            recording = await _recorded(self.worker, head, script)
        prove(recording, script, speed)
        return recording

    async def warm(self) -> None:
        """Nothing lasts that could be loaded."""

    async def close(self) -> None:
        """End the process that runs, if one does."""
        await self.worker.close()

    def _voice(self, language: str) -> str | None:
        known = self._voices
        return known.get(language.lower()) or known.get(_base(language))


def _base(language: str) -> str:
    return language.lower().partition("-")[0]


def _espeak_voices() -> Mapping[str, str]:
    """espeak-ng's voices by language: each is a file such as lang/roa/pt-BR."""
    package = find_spec("espeakng_loader")
    if package is None or package.origin is None:
        return {}
    folder = Path(package.origin).parent / "espeak-ng-data" / "lang"
    voices = {
        path.name.lower(): path.relative_to(folder).as_posix().lower()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    american = voices.get("en-us")  # as the first voice speaks
    return {**voices, "en": american} if american else voices


async def _recorded(worker: Worker, head: Mapping[str, object], script: Script) -> Recording:
    words = sum(len(line.text.split()) for line in script)
    within = PATIENCE + PATIENCE_A_WORD * words
    measures, content = await worker.ask(head, lines_to_json(script), within)
    if "fault" in measures:
        raise VoiceFailed(measures["fault"])
    return Recording.of(measures, content)


def prove(recording: Recording, script: Script, speed: float, pauses: float = 0.0) -> None:
    """VoiceFailed unless the recording can be the script said at that speed.

    Both voices say 9 to 17 signs a second of the course's sentences (measured), and need up to
    two seconds for a line that is a single word. `pauses` is the silence that was asked, in
    seconds. The peak is of the decoded sound, which clips at 1.
    """
    signs = sum(len(line.text) for line in script)
    saying = (recording.seconds - pauses) * speed
    if not signs / 22 <= saying <= signs / 7 + 2 * len(script):
        raise VoiceFailed(f"{saying:.1f} s for {signs} signs")
    if not recording.loudness > -40:
        raise VoiceFailed("it is silent")
    if recording.peak > 0.96:
        raise VoiceFailed("it is clipped")


def installed_voices() -> tuple[Voice, ...]:
    """The voices whose packages are here, best first. None of them is imported for it."""
    voices: list[Voice] = []
    if find_spec("hibari") is not None:
        voices.append(HibariVoice())
    if find_spec("pyttsx3") is not None and find_spec("espeakng_loader") is not None:
        voices.append(Pyttsx3Voice())
    return tuple(voices)
