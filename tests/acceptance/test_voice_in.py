"""Voice notes from a learner: understood and answered, or a clear word why not."""

from __future__ import annotations

import io
import logging
import os
import signal
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
import pytest_asyncio

from bot.chat.texts import en as texts
from bot.speech.hearing import MOST_BYTES
from retrieval import Library
from tests.conftest import Learner, Lines, tutor_on, write_course
from tests.speaking import PATIENCE, Speech, likeness, speech

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path
    from typing import Any

    from tests.conftest import School

pytestmark = pytest.mark.asyncio(loop_scope="module")

RATE = 48_000


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def voices() -> AsyncIterator[Speech]:
    async with speech() as loaded:
        yield loaded


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def school(
    tmp_path_factory: pytest.TempPathFactory, lessons: Path, index: Path, voices: Speech
) -> AsyncIterator[School]:
    home = tmp_path_factory.mktemp("home")
    narrator, listener = voices.narrator, voices.listener
    async with tutor_on(home, lessons, index, narrator=narrator, listener=listener) as running:
        yield running


@pytest.fixture
def ada(school: School) -> Learner:
    return school.learner()


def note(wave: Any) -> bytes:
    """Sound at 48 kHz, between -1 and 1, as the voice note of a telephone."""
    made = io.BytesIO()
    with av.open(made, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=RATE, layout="mono")
        assert isinstance(stream, av.AudioStream)
        whole = (np.clip(wave, -1, 1) * 32_000).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(whole[np.newaxis], format="s16", layout="mono")
        frame.sample_rate = RATE
        for part in [*av.AudioResampler(format=stream.format, layout="mono").resample(frame), None]:
            container.mux(stream.encode(part))
    return made.getvalue()


def times(seconds: float) -> Any:
    return np.arange(int(seconds * RATE)) / RATE


def silence() -> Any:
    return np.zeros(4 * RATE)


def noise() -> Any:
    return 0.2 * np.random.default_rng(1).standard_normal(5 * RATE)


def hum() -> Any:
    return 0.3 * np.sin(2 * np.pi * 50 * times(5)) + 0.1 * np.sin(2 * np.pi * 150 * times(5))


def music() -> Any:
    """Chords with a melody over them, each tone with its overtones and dying away."""
    beat = times(0.5)
    fall = np.exp(-4 * beat)

    def tone(key: int) -> Any:
        pitch = 440 * 2 ** ((key - 69) / 12)
        return sum(np.sin(2 * np.pi * n * pitch * beat) / n**1.5 for n in range(1, 7)) * fall

    chords = [(48, 52, 55), (53, 57, 60), (55, 59, 62), (48, 52, 55)] * 3
    melody = [72, 76, 79, 77, 76, 74, 71, 72, 76, 74, 72, 67]
    bars = [
        tone(top) + sum(tone(key) for key in chord)
        for chord, top in zip(chords, melody, strict=True)
    ]
    return 0.12 * np.concatenate(bars)


async def gives(ada: Learner, content: bytes, seconds: int) -> str:
    """Sends a note; what is written in answer."""
    await ada.person.sends_voice(content, seconds)
    while True:
        message = await ada.hears(PATIENCE)
        if "voice" not in message.body:
            return message.text


async def test_what_was_heard_stands_above_the_answer_which_is_said_too(
    ada: Learner, voices: Speech
) -> None:
    await ada.person.sends_voice(*await voices.said("How many eggs does a queen lay?"))
    answer = await ada.hears(PATIENCE)
    heard, _, rest = answer.text.partition("\n\n")
    assert heard == texts.i_heard("How many eggs does a queen lay?")
    assert answer.styled("italic")[0] == heard
    assert "two thousand a day" in rest
    assert texts.LISTEN in answer.labels
    said = await voices.words(ada, await ada.hears(PATIENCE))
    assert likeness("The queen lays all the eggs", said) > 0.8
    assert "i heard" not in said  # it is not read back
    with pytest.raises(TimeoutError):
        await ada.hears(0.5)


async def test_a_question_spoken_after_another_may_lean_on_it(ada: Learner, voices: Speech) -> None:
    await ada.writes("Who worked out the meaning of the waggle dance?")
    await ada.person.sends_voice(*await voices.said("And when?"))
    assert "1940s" in (await ada.hears(PATIENCE)).text


@pytest.mark.parametrize("sound", [silence, noise, hum, music])
async def test_where_nobody_speaks_nothing_is_invented(ada: Learner, sound: Any) -> None:
    wave = sound()
    assert await gives(ada, note(wave), len(wave) // RATE) == texts.HEARD_NOTHING


async def test_a_note_is_a_minute_long_at_most(ada: Learner) -> None:
    assert await gives(ada, note(noise()), 61) == texts.TOO_LONG_TO_HEAR
    assert await gives(ada, note(noise()), 600) == texts.TOO_LONG_TO_HEAR


async def test_a_note_that_is_longer_than_it_says_is_found_out(ada: Learner) -> None:
    assert await gives(ada, note(np.zeros(65 * RATE)), 5) == texts.TOO_LONG_TO_HEAR


async def test_a_file_that_telegram_would_not_hand_over_is_not_asked_for(
    school: School, ada: Learner
) -> None:
    await ada.writes("/start")
    size = MOST_BYTES + 1
    file = {"file_id": "x", "file_unique_id": "y", "duration": 30, "file_size": size}
    school.receives(ada, "message", {"voice": file, **_message(ada)})
    assert (await ada.hears()).text == texts.TOO_LONG_TO_HEAR


def _message(ada: Learner) -> dict[str, Any]:
    someone = {"id": ada.id, "is_bot": False, "first_name": "Ada"}
    chat = {"id": ada.id, "type": "private", "first_name": "Ada"}
    return {"message_id": 999_999, "date": 1_795_000_000, "chat": chat, "from": someone}


@pytest.mark.parametrize(
    "content", [b"OggS" + bytes(400), b"no sound at all", note(silence())[:90]]
)
async def test_a_broken_recording_is_said_to_be_one(ada: Learner, content: bytes) -> None:
    assert await gives(ada, content, 3) == texts.BROKEN_RECORDING


async def test_a_file_that_is_no_recording_is_not_listened_to(ada: Learner) -> None:
    await ada.person.sends_file(b"%PDF-1.4", "bees.pdf", "application/pdf")
    assert (await ada.hears()).text == texts.NOT_TEXT_NOR_VOICE


async def test_without_a_recogniser_it_says_so(tmp_path: Path, lessons: Path, index: Path) -> None:
    async with tutor_on(tmp_path, lessons, index) as deaf:
        ada = deaf.learner()
        assert await gives(ada, note(silence()), 4) == texts.NO_EARS
        assert "two thousand" in (await ada.writes("How many eggs does a queen lay?")).text


async def test_a_course_in_another_language_is_not_misheard_as_english(
    tmp_path: Path, voices: Speech
) -> None:
    lessons = write_course(tmp_path / "lessons")
    about = 'id = "kitchen-garden"\ntitle = "Kitchen and Garden"\nlanguage = "de"\n'
    (lessons / "kitchen-garden" / "course.toml").write_text(about)
    Library.build(lessons, tmp_path / "index")
    async with tutor_on(tmp_path, lessons, tmp_path / "index", listener=voices.listener) as school:
        ada = school.learner()
        await ada.writes("/start")
        assert await gives(ada, note(noise()), 5) == texts.CANNOT_HEAR_LANGUAGE


async def test_a_recogniser_that_is_killed_hears_the_note_in_another_process(
    ada: Learner, voices: Speech
) -> None:
    content, seconds = await voices.said("How many eggs does a queen lay?")
    before = voices.listener.worker.pid
    assert before is not None
    await ada.person.sends_voice(content, seconds)
    os.kill(before, signal.SIGKILL)
    assert "two thousand" in (await ada.hears(PATIENCE)).text
    assert voices.listener.worker.pid not in (None, before)


@pytest.fixture
def log() -> Iterator[Lines]:
    """Every line of the log, at DEBUG."""
    lines = Lines()
    logging.getLogger().addHandler(lines)
    yield lines
    logging.getLogger().removeHandler(lines)


async def test_what_was_said_stands_in_no_log(ada: Learner, voices: Speech, log: Lines) -> None:
    content, seconds = await voices.said("Where do the drones of a colony live in winter?")
    assert "winter" in (await gives(ada, content, seconds)).lower()
    await ada.hears(PATIENCE)  # the answer as a note
    whole = "\n".join(log.seen)
    assert "bot.chat" in whole or "outcome=heard" in whole
    assert "drones of a colony" not in whole
    assert "OggS" not in whole
