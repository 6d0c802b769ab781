"""The process of the second voice: pyttsx3 over espeak-ng. The one file that imports them.

    python -m bot.speech.pyttsx3_worker

One process says one script and is ended: more than one text in a process loses files. pyttsx3's
`runAndWait` is not used. It comes back before the file exists, and as it does so it may cancel the
speed that was set: espeak's Cancel restores the one before. Its bare loop does neither. All of it
measured with pyttsx3 2.99. The library and its data come from espeakng_loader, and have to be in
place before pyttsx3 is imported.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import wave
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import espeakng_loader
import numpy as np

from bot.speech.audio import Wave, record
from bot.speech.script import Script, lines_from_json
from bot.speech.worker import Head, Reply, serve

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS_A_MINUTE: Final = 170
"""At speed 1: about the pace of the first voice."""
RATE: Final = 1
NOW: Final = 1
"""espeak_GetParameter's numbers for the words a minute, and for the value that is in force."""
BREATH: Final = 1e-4
"""Of full scale: noise nobody hears. Where espeak rests there is no sound at all, after which Opus
may burst out at twice full scale: 5 of 602 texts did, and with it none, for 2 % more bytes."""


def load() -> Callable[[Head, bytes], Reply]:
    """Put espeak-ng in place and open its engine."""
    os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
    espeak = ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
    import pyttsx3

    engine = pyttsx3.init("espeak")

    def work(head: Head, body: bytes) -> Reply:
        wanted = (head["voice"], round(WORDS_A_MINUTE * head["speed"]))
        engine.setProperty("voice", wanted[0])
        engine.setProperty("rate", wanted[1])
        say(engine, text_of(lines_from_json(body)), head["file"])
        # only now: both are set by another thread, which swallows what goes wrong
        if (engine.getProperty("voice"), espeak.espeak_GetParameter(RATE, NOW)) != wanted:
            return {"fault": "the voice or the speed could not be set"}, b""
        recording = record(*read(head["file"]), head["form"])
        return recording.measures(), recording.content

    return work


def text_of(script: Script) -> str:
    """One text with a paragraph for each line: espeak rests between them by itself."""
    return "\n\n".join(line.text for line in script)


def say(engine: Any, text: str, file: str) -> None:
    """Write the text's sound to the file, and come back when it is there."""
    engine.save_to_file(text, file)
    with contextlib.redirect_stdout(None):  # it announces every file it has written
        engine.startLoop()


def read(file: str) -> tuple[Wave, int]:
    """A 16-bit .wav as a wave and its rate, with a breath in its silence: always the same one."""
    with wave.open(str(Path(file)), "rb") as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2")
        said = samples.astype(np.float32) / np.float32(32768)
        breath = np.random.default_rng(0).standard_normal(len(said), np.float32)
        return said + breath * np.float32(BREATH), sound.getframerate()


if __name__ == "__main__":
    serve(load)
