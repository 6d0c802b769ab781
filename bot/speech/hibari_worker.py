"""The process of the first voice: hibari, English, 24 kHz. The one file that imports it.

    python -m bot.speech.hibari_worker

A job's body is a script (JSON of its lines); the reply's is the finished recording.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np
import onnxruntime
from hibari import Hibari

from bot.speech.audio import Wave, record, silence
from bot.speech.script import Line, lines_from_json
from bot.speech.worker import Head, Reply, serve

if TYPE_CHECKING:
    from collections.abc import Callable

SEED: Final = 1
"""Of the voice's breath: the same words are the same bytes, so a recording can be kept."""
THREADS: Final = 1
WORDS: Final = {"no": "nˈO", "fig": "fˈɪɡ"}
LETTERS: Final = {"C": "sˈi", "D": "dˈi", "L": "ˈɛl", "M": "ˈɛm"}
NO_NUMERAL: Final = re.compile(r"(?<=[a-z] )[CDLM](?!\w)")
"""A letter behind a word ("Part C"), which hibari would read as a Roman hundred."""
ABBREVIATIONS: Final = re.compile(rf"(?<!\w)(?:{'|'.join(WORDS)})(?=\.(?:\W*$|\s+\D))")
"""Words at the end of a sentence, which hibari would read as "number" and "figure"."""
MOST_SIGNS: Final = 22
"""A second. It says 16 of the course's densest sentences (measured)."""


def load() -> Callable[[Head, bytes], Reply]:
    """Read the model and say a word: the first one takes three times as long as any later."""
    voice = without_arena(Hibari(threads=THREADS))
    voice("Ready.", seed=SEED)

    def work(head: Head, body: bytes) -> Reply:
        try:
            wave = spoken(voice, lines_from_json(body), head["speed"])
        except LookupError as unsaid:
            return {"fault": str(unsaid)}, b""
        recording = record(wave, voice.sample_rate, head["form"])
        return recording.measures(), recording.content

    return work


def without_arena(voice: Hibari) -> Hibari:
    """The same voice, whose model gives its memory back between two lines.

    hibari lets onnxruntime keep what the longest line needed. Without that the process rests at 180
    MB rather than 220, and speaks as fast (measured).
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = THREADS
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    voice.sess = onnxruntime.InferenceSession(
        voice.model_path, options, providers=["CPUExecutionProvider"]
    )
    return voice


def spoken(voice: Hibari, script: tuple[Line, ...], speed: float) -> Wave:
    """The lines one after another, each followed by its silence.

    LookupError: of a line less was said than its letters need. hibari passes over in silence what
    it has no sounds for, such as another alphabet.
    """
    parts: list[Wave] = []
    for at, line in enumerate(script):
        said: Wave = voice(with_sounds(line), speed=speed, seed=SEED)
        if len(said) * speed / voice.sample_rate < len(line.text) / MOST_SIGNS:
            raise LookupError(f"line {at + 1} of {len(script)} was not said whole")
        parts += [said, silence(line.pause / speed, voice.sample_rate)]
    return np.concatenate(parts)


def with_sounds(line: Line) -> str:
    """The line with sounds behind the words that have any, as hibari reads: [word](/sounds/)."""
    text = line.text.translate({ord("["): None, ord("]"): None})
    text = ABBREVIATIONS.sub(lambda found: f"[{found[0]}](/{WORDS[found[0]]}/)", text)
    text = NO_NUMERAL.sub(lambda found: f"[{found[0]}](/{LETTERS[found[0]]}/)", text)
    sounds = dict(line.sounds)
    if not sounds:
        return text
    longest_first = sorted(sounds, key=len, reverse=True)
    words = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, longest_first))})(?!\w)")
    return words.sub(lambda found: f"[{found[1]}](/{sounds[found[1]]}/)", text)


if __name__ == "__main__":
    serve(load)
