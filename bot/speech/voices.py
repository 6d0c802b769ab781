"""The voices: each turns a script into a recording, in a process of its own, and proves it."""

from __future__ import annotations

from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, Protocol

from bot.errors import VoiceFailed, WorkerBusy, WorkerFailed
from bot.speech.recording import Form, Recording
from bot.speech.script import Script, lines_to_json
from bot.speech.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

__all__ = ["SPEEDS", "HibariVoice", "Voice", "installed_voices"]

SPEEDS: Final = (0.8, 1.0, 1.25, 1.5)
"""What a learner may choose; 1 is the voice's own pace."""


class Voice(Protocol):
    """Whatever speaks. `name` is shown to learners; `version` is part of the key of kept audio."""

    name: str
    version: str
    languages: AbstractSet[str]

    async def speak(
        self, script: Script, *, language: str = "en", speed: float = 1.0, form: Form = "opus"
    ) -> Recording:
        """The script said, levelled and encoded, and found to be speech of the right length.

        VoiceFailed: this voice cannot; another may. WorkerBusy: too many wait for it.
        """
        ...

    async def warm(self) -> None:
        """Load what the first `speak` would load."""
        ...

    async def close(self) -> None:
        """End its process."""
        ...


class HibariVoice:
    """hibari-tts: a neural voice of American English, 100 times as fast as it speaks."""

    name = "hibari"
    languages: AbstractSet[str] = frozenset({"en"})

    def __init__(self, worker: Worker | None = None) -> None:
        self.version = version("hibari-tts")
        self.worker = worker or Worker("bot.speech.hibari_worker")

    async def speak(
        self, script: Script, *, language: str = "en", speed: float = 1.0, form: Form = "opus"
    ) -> Recording:
        """See Voice."""
        head: dict[str, object] = {"speed": speed, "form": form}
        return await _recorded(self.worker, head, script, speed)

    async def warm(self) -> None:
        """Load the model."""
        await self.worker.warm()

    async def close(self) -> None:
        """End the process."""
        await self.worker.close()


async def _recorded(
    worker: Worker, head: dict[str, object], script: Script, speed: float
) -> Recording:
    within = 10 + 0.15 * words(script)
    try:
        reply = await worker.ask(head, lines_to_json(script), within)
    except WorkerBusy:
        raise
    except WorkerFailed as failure:
        raise VoiceFailed(str(failure)) from None
    recording = Recording.of(*reply)
    prove(recording, script, speed)
    return recording


def words(script: Script) -> int:
    """How many words the script has."""
    return sum(len(line.text.split()) for line in script)


def prove(recording: Recording, script: Script, speed: float) -> None:
    """VoiceFailed unless the recording can be the script said at that speed.

    English is said at 10 to 20 letters a second; a file half as long or twice as long is cut off
    or broken. The peak is of the decoded sound, which full scale would clip.
    """
    signs = sum(len(line.text) for line in script)
    saying = recording.seconds - sum(line.pause for line in script) / speed
    if not signs / 30 <= saying * speed <= signs / 6 + 2 * len(script):
        raise VoiceFailed(f"{saying:.1f} s for {signs} signs")
    if recording.loudness < -40:
        raise VoiceFailed("it is silent")
    if recording.peak > 0.99:
        raise VoiceFailed("it is clipped")


def installed_voices() -> tuple[Voice, ...]:
    """The voices whose packages are here, best first. None of them is imported."""
    voices: list[Voice] = []
    if find_spec("hibari") is not None:
        voices.append(HibariVoice())
    return tuple(voices)
