"""What a bot without any care would do, in a process of its own, since it may hang or die.

    python -m benchmarks.voice.plain_engine {espeak,pyttsx3} FOLDER THREADS < texts.json

For each text one file, 0000.wav and so on: espeak through ctypes, synchronously; pyttsx3 as on its
page, `save_to_file` and `runAndWait` on one engine. The last line of stdout is the seconds it took.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import time
import wave
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import espeakng_loader

if TYPE_CHECKING:
    from collections.abc import Callable

RATE: Final = 22_050
SYNCHRONOUS: Final = 2
UTF_8: Final = 1
END_PAUSE: Final = 0x1000
WORDS_A_MINUTE: Final = 170


def espeak() -> Callable[[str, Path], None]:
    """espeak-ng as a library: one text after another."""
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_Initialize(SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0)
    library.espeak_SetVoiceByName(b"en-us")
    library.espeak_SetParameter(1, WORDS_A_MINUTE, 0)
    pieces: list[bytes] = []

    def gather(samples: int | None, count: int, events: int | None) -> int:
        if samples and count:
            pieces.append(ctypes.string_at(samples, count * 2))
        return 0

    kept = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(gather)
    library.espeak_SetSynthCallback(kept)

    def say(text: str, out: Path, callback: object = kept) -> None:
        pieces.clear()
        body = text.encode()
        library.espeak_Synth(body, len(body) + 1, 0, 1, 0, UTF_8 | END_PAUSE, None, None)
        with wave.open(str(out), "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes(b"".join(pieces))

    return say


def pyttsx3() -> Callable[[str, Path], None]:
    """The loop of the manual, with the library put where pyttsx3 looks for it."""
    os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
    ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
    import pyttsx3

    engine: Any = pyttsx3.init()
    engine.setProperty("voice", "gmw/en-us")
    engine.setProperty("rate", WORDS_A_MINUTE)

    def say(text: str, out: Path) -> None:
        engine.save_to_file(text, str(out))
        engine.runAndWait()

    return say


def main() -> None:
    """Say the texts."""
    kind, folder, threads = sys.argv[1:]
    report, sys.stdout = sys.stdout, sys.stderr
    say = espeak() if kind == "espeak" else pyttsx3()
    texts: list[str] = json.load(sys.stdin)
    started = time.perf_counter()
    with ThreadPoolExecutor(int(threads)) as pool:
        for at, text in enumerate(texts):
            pool.submit(say, text, Path(folder) / f"{at:04}.wav")
    report.write(f"{time.perf_counter() - started}\n")
    report.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
