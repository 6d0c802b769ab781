"""Hearing: what is asked by voice becomes text, and what is no speech becomes none."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import signal
from collections.abc import AsyncIterator
from typing import Any

import jiwer
import numpy as np
import pytest
import pytest_asyncio

from bot.errors import AudioTooLong, BrokenAudio, CannotHear, UnknownLanguage
from bot.speech import hearing
from bot.speech.audio import Wave, encode_opus, record, seconds_of, silence
from bot.speech.hearing import Listener
from bot.speech.hibari_worker import spoken
from bot.speech.script import Line
from bot.speech.worker import Worker
from bot.study.choosing import named_options

pytestmark = pytest.mark.asyncio(loop_scope="module")

RATE = 16_000
WORDS = ("AlexNet", "ImageNet", "Ian Goodfellow", "GANs", "AlphaGo", "Lee Sedol", "Bahdanau")
GLOSSARY = dict(zip(WORDS, WORDS, strict=True))
QUESTIONS = (
    "What did AlexNet do in the ImageNet challenge?",
    "What did Ian Goodfellow propose?",
    "How did AlphaGo beat Lee Sedol?",
    "Who came up with the attention mechanism?",
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def listener() -> AsyncIterator[Listener]:
    listener = Listener()
    yield listener
    await listener.close()


@pytest.fixture(scope="module")
def ask(hibari: Any) -> Any:
    def asked(question: str) -> bytes:
        """A voice note of the question, as a phone would send it."""
        wave = np.concatenate([silence(0.4, 24_000), spoken(hibari, (Line(question, 0.4),), 1.0)])
        return record(wave, 24_000, "opus").content

    return asked


async def test_spoken_questions_are_understood_with_the_courses_words(
    listener: Listener, ask: Any
) -> None:
    heard = [await listener.hear(ask(question), GLOSSARY) for question in QUESTIONS]
    assert jiwer.wer(list(map(plain, QUESTIONS)), list(map(plain, heard))) < 0.05


def plain(text: str) -> str:
    return text.lower().replace("?", "").replace(".", "").replace(",", "")


async def test_a_glossary_of_any_length_is_taken(listener: Listener, ask: Any) -> None:
    others = [*(f"Term{n}" for n in range(2000)), "word " * 500, ""]
    glossary = {**GLOSSARY, **{word: word for word in others}}
    assert "Lee Sedol" in await listener.hear(ask(QUESTIONS[2]), glossary)
    assert "Lee Sedol" in await listener.hear(
        ask("Was Lee Sedol beaten?"), {"": "", "Lee Sedol": "Lee Sedol"}
    )


def note_of(wave: Wave) -> bytes:
    """A voice note as loud as it comes."""
    return encode_opus(seconds_of(wave, RATE), RATE)


def noises() -> dict[str, Wave]:
    """Six seconds each of what a phone in a pocket, a fan or a radio may send."""
    dice, n = np.random.default_rng(1), 6 * RATE
    time_ = np.arange(n) / RATE
    white = dice.normal(0, 0.1, n)
    frequency = np.fft.rfftfreq(n, 1 / RATE)
    pink = np.fft.irfft(np.fft.rfft(white) / np.sqrt(np.maximum(frequency, 1)), n)
    roots = 110 * 2 ** (np.repeat(dice.integers(0, 24, 24), n // 24) / 12)
    phase = 2 * np.pi * np.cumsum(roots) / RATE
    steps = np.exp(-3 * (time_ % 0.25))
    chords = np.sum([np.sin(phase * c * h) / h for c in (1, 1.26, 1.5) for h in (1, 2, 3)], axis=0)
    drums = white * 3 * np.exp(-30 * (time_ % 0.5))
    return {
        "silence": np.zeros(n),
        "white noise": white,
        "pink noise": pink / np.abs(pink).max() * 0.5,
        "hum": 0.3 * np.sin(2 * np.pi * 50 * time_),
        "music": 0.1 * chords * steps,
        "music with drums": 0.1 * chords * steps + drums,
        "breath": white * (np.sin(2 * np.pi * 0.4 * time_) > 0),
    }


@pytest.mark.parametrize("name", noises())
async def test_what_is_no_speech_becomes_no_text(listener: Listener, name: str) -> None:
    note = note_of(noises()[name].astype(np.float32))
    assert await listener.hear(note, GLOSSARY) == ""


async def test_what_sounds_like_speech_and_is_none_becomes_no_text(
    listener: Listener, speech: Wave
) -> None:
    backwards = seconds_of(speech[: 6 * 24_000][::-1] * 3, 24_000)
    note = encode_opus(backwards, 24_000)
    assert [await listener.hear(note, words) for words in ({}, GLOSSARY)] == ["", ""]


async def test_a_note_of_most_of_a_minute_is_heard_whole(listener: Listener, ask: Any) -> None:
    long = (
        "My brother has such a card in his computer at home, and he plays with it every day. "
        "He says that it is quite expensive, and that it becomes very hot. So I would like to "
        "know why a card for games should be any good at mathematics, and why nobody used an "
        "ordinary computer. Was it only a question of money? Please explain it to me slowly, "
        "with an example that I can picture. What I remember is this. A machine is shown a "
        "picture, and it says what is in it. At first it is nearly always wrong, so somebody "
        "tells it the right answer, and it changes a little. This happens again and again "
        "with a million pictures. After some weeks it makes fewer mistakes than before. What "
        "I do not remember is how it knows which part of it has to change"
    )
    heard = await listener.hear(ask(long), {})
    assert jiwer.wer(plain(long), plain(heard)) < 0.01


async def test_a_name_that_is_the_whole_answer_is_heard(listener: Listener, ask: Any) -> None:
    names = {"Fei-Fei Li": "Fay Fay Lee", **GLOSSARY}
    assert (await listener.hear(ask("Fay Fay Lee."), names)).rstrip(".") == "Fei-Fei Li"


async def test_a_no_at_the_end_of_a_sentence_is_no_number(listener: Listener, ask: Any) -> None:
    assert await listener.hear(ask("The answer is no."), {}) == "The answer is no."
    assert "number" not in (await listener.hear(ask("She said no. Five people left."), {})).lower()


async def test_what_is_written_by_ear_is_shown_as_the_course_writes_it(
    listener: Listener, ask: Any
) -> None:
    words = {f"Term{n}": f"Term{n}" for n in range(300)} | {"MYCIN": "my sin", "Cyc": "psych"}
    assert "MYCIN" in await listener.hear(ask("What was my sin used for?"), words)


async def test_long_broken_and_foreign_notes_get_a_clear_word(listener: Listener, ask: Any) -> None:
    with pytest.raises(AudioTooLong, match="a minute"):
        await listener.hear(note_of(silence(61, RATE)), {})
    with pytest.raises(AudioTooLong):
        await listener.hear(b"", {}, seconds=61)
    with pytest.raises(AudioTooLong):
        await listener.hear(bytes(hearing.MOST_BYTES + 1), {})
    with pytest.raises(BrokenAudio, match="Record it again"):
        await listener.hear(b"no sound at all", {})
    with pytest.raises(UnknownLanguage):
        await listener.hear(ask(QUESTIONS[0]), {}, language="de")
    assert await listener.hear(ask("Is it still there?"), {}) != ""


@pytest.mark.parametrize("letter", ["A.", "B.", "C.", "D."])
async def test_a_lone_letter_is_heard(listener: Listener, ask: Any, letter: str) -> None:
    assert named_options(await listener.hear(ask(letter), {}), 4) == ("ABCD".index(letter[0]),)


async def test_a_recogniser_killed_in_the_middle_hears_it_all_the_same(
    listener: Listener, ask: Any
) -> None:
    note = ask(QUESTIONS[3])
    expected = await listener.hear(note, {})
    hears = asyncio.create_task(listener.hear(note, {}))
    await asyncio.sleep(0.1)
    assert listener.worker.pid is not None
    os.kill(listener.worker.pid, signal.SIGKILL)
    assert await hears == expected


async def test_a_recogniser_that_cannot_start_is_said_plainly() -> None:
    deaf = Listener(Worker("tests.speech.no_such_module"))
    with pytest.raises(CannotHear):
        await deaf.hear(note_of(silence(1, RATE)), {})
    await deaf.close()


async def test_without_the_extra_the_listener_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Listener().available
    find = importlib.util.find_spec
    monkeypatch.setattr(hearing, "find_spec", lambda n: None if n == "faster_whisper" else find(n))
    listener = Listener()
    assert not listener.available
    with pytest.raises(CannotHear, match="not installed"):
        await listener.hear(b"", {})
    assert listener.worker.pid is None
    await listener.close()
