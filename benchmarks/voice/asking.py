"""Questions by voice: what is understood, how soon, and that noise stays noise."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.voice.report import Row, at_most, noted
from benchmarks.voice.stage import ENGINES, plainly, the_course, word_errors
from bot.speech.audio import Wave, encode_opus, seconds_of
from bot.speech.glossary import glossary
from bot.speech.hearing import Listener
from bot.speech.narrating import Narrator
from bot.speech.speakable import of_words
from bot.speech.voices import HibariVoice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

__all__ = ["measure"]

QUESTIONS = (
    "What did AlexNet do in the ImageNet contest?",
    "Who was Frank Rosenblatt?",
    "What is a perceptron?",
    "Why could a perceptron not learn XOR?",
    "What did Minsky and Papert prove?",
    "Who built ELIZA?",
    "What was MYCIN used for?",
    "Who invented the neocognitron?",
    "What did Yann LeCun do at Bell Labs?",
    "When was backpropagation invented?",
    "How did Ian Goodfellow come up with GANs?",
    "What is a GAN?",
    "What is Word2Vec?",
    "How did AlphaGo beat Lee Sedol?",
    "Who is Bahdanau?",
    "What do Krizhevsky and Sutskever have in common?",
    "Why were GPUs so important?",
    "What does ReLU do?",
    "What is batch normalization good for?",
    "How many layers has ResNet?",
    "What did Fei-Fei Li collect?",
    "How does BERT differ from GPT?",
    "What is an LSTM?",
    "What did Hochreiter and Schmidhuber propose?",
    "Who wrote about the Chinese room?",
    "What is the Turing test?",
    "What does RLHF stand for?",
    "How was ChatGPT made polite?",
    "What is AlphaFold for?",
    "What did Geoffrey Hinton win in twenty eighteen?",
)
RATE = 16_000


async def measure(small: bool) -> list[Row]:
    """30 questions with a course's terms, then sounds that are no question."""
    course = the_course()
    words = glossary(course)
    said = QUESTIONS[: 8 if small else None]
    narrator, listener = Narrator((HibariVoice(),)), Listener()
    await listener.warm()
    notes = [(await narrator.narrate(of_words(each, course))).content for each in said]
    heard, took = await _heard(listener, notes, words)
    bare, _ = await _heard(listener, notes, {})
    others = [(await _heard(listener, plainly(e, said).notes(), words))[0] for e in ENGINES]
    rows = [
        noted("words in the glossary", len(words)),
        at_most(
            f"WER of {len(said)} spoken questions",
            word_errors(said, heard),
            0.03,
            *(word_errors(said, other) for other in others),
        ),
        noted("the same without the glossary", word_errors(said, bare)),
        at_most("question to text, median s", statistics.median(took), 1.5),
        at_most("question to text, slowest s", max(took), 1.5),
        *(
            noted("misheard", f"{q} | {h}")
            for q, h in zip(said, heard, strict=True)
            if word_errors([q], [h])
        ),
        await _noises(listener, words, 4 if small else 30),
    ]
    await narrator.close()
    await listener.close()
    return rows


async def _heard(
    listener: Listener, notes: Sequence[bytes], words: Mapping[str, str]
) -> tuple[list[str], list[float]]:
    texts, took = [], []
    for note in notes:
        started = time.perf_counter()
        texts.append(await listener.hear(note, words) if note else "")
        took.append(time.perf_counter() - started)
    return texts, took


async def _noises(listener: Listener, words: Mapping[str, str], seconds: int) -> Row:
    invented = []
    sounds = _sounds(seconds)
    for name, sound in sounds.items():
        for level in (0.02, 0.5):
            wave = (sound * level).astype(np.float32)
            if await listener.hear(encode_opus(seconds_of(wave, RATE), RATE), words):
                invented.append(name)
    what = f"texts for silence, noise and music ({2 * len(sounds)} notes)"
    return at_most(what, len(invented), 0)


def _sounds(seconds: int) -> dict[str, Wave]:
    """At full scale, so many seconds each."""
    dice, n = np.random.default_rng(1), seconds * RATE
    at = np.arange(n) / RATE
    white = dice.normal(0, 0.3, n)
    spectrum, hertz = np.fft.rfft(white), np.maximum(np.fft.rfftfreq(n, 1 / RATE), 20)
    sounds = {
        "silence": np.zeros(n),
        "white noise": white,
        "pink noise": np.fft.irfft(spectrum / np.sqrt(hertz), n),
        "brown noise": np.fft.irfft(spectrum / hertz, n),
        "hum": np.sin(2 * np.pi * 50 * at),
        "tone": np.sin(2 * np.pi * 440 * at),
        "clicks": (np.arange(n) % (RATE // 2) == 0).astype(float),
        "breath": white * (np.sin(2 * np.pi * 0.4 * at) > 0),
        **{f"music {seed}": _music(seed, at) for seed in range(4)},
    }
    return {
        name: (sound / max(np.abs(sound).max(), 1e-9)).astype(np.float32)
        for name, sound in sounds.items()
    }


def _music(seed: int, at: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Chords in quarters, the odd ones with drums and a voice that sings no words."""
    dice = np.random.default_rng(seed)
    beats = len(at) * 2 // RATE + 1
    root = np.repeat(110 * 2 ** (dice.integers(0, 24, beats) / 12), RATE // 2)[: len(at)]
    phase = 2 * np.pi * np.cumsum(root) / RATE
    chord = sum(np.sin(phase * c * h) / h for c in (1, 1.26, 1.5) for h in (1, 2, 3))
    music = chord * np.exp(-3 * (at % 0.5))
    if seed % 2:
        music += dice.normal(0, 1, len(at)) * np.exp(-30 * (at % 0.5))
        music += np.sin(4 * phase + 3 * np.sin(2 * np.pi * 5.5 * at))
    return np.asarray(music, np.float64)
