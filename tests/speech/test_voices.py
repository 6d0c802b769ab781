"""The voices: what they say is whole, the same every time, and proven."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio

from bot.errors import VoiceFailed
from bot.speech.hibari_worker import spoken, with_sounds
from bot.speech.recording import Recording
from bot.speech.script import Line, lines_from_json, lines_to_json
from bot.speech.voices import SPEEDS, HibariVoice, Pyttsx3Voice, installed_voices, prove
from tests.speech.conftest import LINES, listen

pytestmark = pytest.mark.asyncio(loop_scope="module")

PARAGRAPH = Line("It took years, and many people said that it would never work at all.", 0.4)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def voice() -> AsyncIterator[HibariVoice]:
    voice = HibariVoice()
    yield voice
    await voice.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def second() -> AsyncIterator[Pyttsx3Voice]:
    voice = Pyttsx3Voice()
    yield voice
    await voice.close()


async def test_both_voices_are_installed_and_the_better_one_is_first() -> None:
    assert [voice.name for voice in installed_voices()] == ["hibari", "pyttsx3"]


async def test_the_same_words_are_the_same_bytes_in_every_process(voice: HibariVoice) -> None:
    other, script = HibariVoice(), LINES[:2]
    assert (await other.speak(script)).content == (await voice.speak(script)).content
    await other.close()


async def test_every_speed_is_as_fast_as_it_says(voice: HibariVoice, second: Pyttsx3Voice) -> None:
    for able in (voice, second):
        seconds = {speed: (await able.speak((PARAGRAPH,), speed=speed)).seconds for speed in SPEEDS}
        for speed in SPEEDS:
            assert seconds[speed] == pytest.approx(seconds[1.0] / speed, rel=0.15), able.name


async def test_pauses_are_silence_of_the_length_asked(hibari: Any) -> None:
    short = spoken(hibari, (Line("One.", 0.0), Line("Two.", 0.0)), 1.0)
    long = spoken(hibari, (Line("One.", 1.5), Line("Two.", 0.0)), 1.0)
    assert (len(long) - len(short)) / hibari.sample_rate == pytest.approx(1.5)
    pause = np.abs(long) < 1e-6
    assert pause.sum() / hibari.sample_rate >= 1.5


async def test_sounds_are_said_in_place_of_the_spelling(hibari: Any) -> None:
    def said(*sounds: tuple[str, str]) -> list[str]:
        phonemes: list[str] = hibari.phonemize(with_sounds(Line("GANs are nets.", 0, sounds)))
        return phonemes

    assert said(("GANs", "ɡˈænz")) == ["ɡˈænz ɑɹ nˈɛts."]
    assert said() != said(("GANs", "ɡˈænz"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The answer is no.", "ði ˈænsəɹ ɪz nˈO."),
        ("Part C was short.", "pˈɑɹt sˈi wʌz ʃˈɔɹt."),
        ("A type L program.", "ɐ tˈIp ˈɛl pɹˈOɡɹˌæm."),
        ("Henry X ruled.", "hˈɛnɹi ðə tˈɛnθ ɹˈuld."),
    ],
)
async def test_a_word_or_letter_is_not_read_as_a_number(hibari: Any, text: str, said: str) -> None:
    assert hibari.phonemize(with_sounds(Line(text, 0))) == [said]


async def test_sounds_belong_to_whole_words_and_brackets_to_nobody() -> None:
    line = Line("Net, nets [and](/x/) a net-like Net.", 0, (("Net", "nˈɛt"), ("net-like", "x")))
    assert with_sounds(line) == "[Net](/nˈɛt/), nets and(/x/) a [net-like](/x/) [Net](/nˈɛt/)."


async def test_what_the_voice_passes_over_is_noticed(voice: HibariVoice) -> None:
    with pytest.raises(VoiceFailed, match="line 2 of 2 was not said"):
        await voice.speak((PARAGRAPH, Line("深度学习是机器学习的一个分支领域。" * 4, 0.4)))


async def test_the_second_voice_says_a_whole_lesson(second: Pyttsx3Voice) -> None:
    """`runAndWait` alone comes back before the file of a text of this length exists."""
    lesson = (PARAGRAPH,) * 20
    recording = await second.speak(lesson)
    alone = await second.speak(lesson[:1])
    assert recording.seconds > 19 * alone.seconds
    heard, rate = listen(recording.content)
    assert len(heard) / rate == pytest.approx(recording.seconds, abs=0.05)


@pytest.mark.parametrize(
    "text",
    [
        "from June eighteenth to August seventeenth, nineteen fifty six.",
        "zero point two six milliliters and zero point two four watt-hours.",
    ],
)
async def test_the_second_voice_never_bursts_out(second: Pyttsx3Voice, text: str) -> None:
    """Of these Opus made a peak of 1.5 out of .7: they were not said, or far too softly."""
    recording = await second.speak((Line(text, 0.5),))
    assert recording.peak <= 0.89
    assert recording.loudness == pytest.approx(-19, abs=1.5)


async def test_other_languages_are_spoken_by_the_second_voice(second: Pyttsx3Voice) -> None:
    line = Line("Im Jahr zweitausendzwölf gewann ein Netz den Wettbewerb mit Abstand.", 0.4)
    german = await second.speak((line,), language="de-AT")
    english = await second.speak((line,), language="en")
    assert german.content != english.content
    assert second.speaks("pt-BR")
    assert not second.speaks("tlh")
    with pytest.raises(VoiceFailed, match="no tlh"):
        await second.speak((line,), language="tlh")


async def test_nothing_is_left_in_the_folder_for_passing_files(
    second: Pyttsx3Voice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    await second.speak((PARAGRAPH,))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("seconds", "peak", "loudness", "fault"),
    [
        (0.0, 0.5, -19, "0.0 s for"),
        (1.5, 0.5, -19, "1.5 s for"),
        (60.0, 0.5, -19, "60.0 s for"),
        (5.0, 0.5, float("-inf"), "silent"),
        (5.0, 0.5, float("nan"), "silent"),
        (5.0, 1.0, -19, "clipped"),
    ],
)
async def test_what_cannot_be_the_script_is_not_passed_on(
    seconds: float, peak: float, loudness: float, fault: str
) -> None:
    prove(Recording(b"", 5.0, 0.5, -19), (PARAGRAPH,), 1.0)
    with pytest.raises(VoiceFailed, match=fault):
        prove(Recording(b"", seconds, peak, loudness), (PARAGRAPH,), 1.0)


async def test_a_script_goes_through_a_pipe_and_comes_out_the_same() -> None:
    script = (*LINES, Line("GANs — “nets”.", 0.25, (("GANs", "ɡˈænz"), ("nets", "nˈɛts"))))
    assert lines_from_json(lines_to_json(script)) == script
