"""Narration: whoever asks gets a note, whatever happens to the processes, or is told plainly."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import CannotSpeak
from bot.speech import narrating, voices
from bot.speech.kept import KeptAudio
from bot.speech.narrating import Narrator, split
from bot.speech.script import Line, Script
from bot.speech.voices import HibariVoice, Pyttsx3Voice
from bot.speech.worker import Worker
from tests.speech.conftest import LINES, listen

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Speaking:
    """A narrator with both voices, and a hand on the first one's process."""

    def __init__(self, folder: Path | None = None) -> None:
        self.hibari, self.second = HibariVoice(), Pyttsx3Voice()
        kept = KeptAudio(folder) if folder else None
        self.narrator = Narrator((self.hibari, self.second), kept, rest=0.5)

    def signal(self, what: signal.Signals) -> None:
        assert self.hibari.worker.pid is not None
        os.kill(self.hibari.worker.pid, what)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def speaking() -> AsyncIterator[Speaking]:
    """Without a shelf, so that everything is said anew."""
    speaking = Speaking()
    await speaking.narrator.warm()
    yield speaking
    await speaking.narrator.close()


def numbered(number: int) -> Script:
    return (Line(f"This is note number {number}, which nobody has heard before.", 0.3),)


async def test_a_note_is_kept_and_found_again_without_any_voice(tmp_path: Path) -> None:
    first = Speaking(tmp_path)
    note = await first.narrator.narrate(LINES)
    await first.narrator.close()
    assert note.voice == "hibari"
    assert len(listen(note.content)[0]) / 48_000 == pytest.approx(note.seconds, abs=0.05)
    again = Speaking(tmp_path)
    assert await again.narrator.narrate(LINES) == note
    assert again.hibari.worker.pid is None
    await again.narrator.close()


async def test_another_speed_voice_or_pause_is_another_note(tmp_path: Path) -> None:
    speaking = Speaking(tmp_path)
    say = speaking.narrator.narrate
    line = LINES[1]
    notes = [
        await say((line,)),
        await say((line,), speed=1.25),
        await say((line,), voice="pyttsx3"),
        await say((Line(line.text, line.pause + 0.5),)),
        await say((Line(line.text, line.pause, (("AlexNet", "ˈæləksnɛt"),)),)),
    ]
    assert [note.voice for note in notes] == ["hibari"] * 2 + ["pyttsx3"] + ["hibari"] * 2
    assert len({note.key for note in notes}) == len({note.content for note in notes}) == 5
    assert await say((line,), speed=1) == notes[0]
    await speaking.narrator.close()


async def test_a_damaged_note_is_said_anew(tmp_path: Path) -> None:
    speaking = Speaking(tmp_path)
    note = await speaking.narrator.narrate(numbered(0))
    [file] = tmp_path.rglob("*.ogg")
    file.write_bytes(note.content[:-1])
    assert (await speaking.narrator.narrate(numbered(0))).content == note.content
    await speaking.narrator.close()


async def test_those_who_ask_for_the_same_share_one_recording(speaking: Speaking) -> None:
    asking = [asyncio.create_task(speaking.narrator.narrate(LINES)) for _ in range(4)]
    await asyncio.sleep(0.05)
    asking[0].cancel()  # one of them goes away
    notes = await asyncio.gather(*asking, return_exceptions=True)
    assert isinstance(notes[0], asyncio.CancelledError)
    assert notes[1] is notes[2] is notes[3]


async def test_a_voice_killed_while_it_speaks_says_it_all_the_same(speaking: Speaking) -> None:
    asking = [asyncio.create_task(speaking.narrator.narrate(numbered(n))) for n in range(4)]
    await asyncio.sleep(0.1)
    speaking.signal(signal.SIGKILL)
    notes = await asyncio.gather(*asking)
    assert [note.voice for note in notes] == ["hibari"] * 4


async def test_a_voice_that_hangs_is_replaced_within_its_time(
    speaking: Speaking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voices, "PATIENCE", 2.0)
    monkeypatch.setattr(voices, "PATIENCE_A_WORD", 0.0)
    speaking.signal(signal.SIGSTOP)
    started = time.monotonic()
    assert (await speaking.narrator.narrate(numbered(5))).voice == "hibari"
    assert time.monotonic() - started < 6


async def test_where_the_first_voice_is_broken_the_second_speaks_and_nobody_waits_again() -> None:
    broken = HibariVoice(Worker("tests.speech.no_such_module"))
    narrator = Narrator((broken, Pyttsx3Voice()), rest=60)
    await narrator.warm()
    assert (await narrator.narrate(numbered(1))).voice == "pyttsx3"
    started = time.monotonic()
    assert (await narrator.narrate(numbered(2), voice="hibari")).voice == "pyttsx3"
    assert time.monotonic() - started < 3
    await narrator.close()


async def test_a_voice_that_rested_is_tried_again(speaking: Speaking) -> None:
    hibari = speaking.hibari
    hibari.worker, good = Worker("tests.speech.no_such_module"), hibari.worker
    assert (await speaking.narrator.narrate(numbered(6))).voice == "pyttsx3"
    hibari.worker = good
    await asyncio.sleep(0.6)
    assert (await speaking.narrator.narrate(numbered(6))).voice == "hibari"


async def test_where_no_voice_can_it_is_said_plainly(speaking: Speaking) -> None:
    with pytest.raises(CannotSpeak, match="The text says the same"):
        await Narrator(()).narrate(LINES)
    with pytest.raises(CannotSpeak, match="No voice"):
        await speaking.narrator.narrate(LINES, language="tlh")
    with pytest.raises(CannotSpeak, match="nothing to say"):
        await speaking.narrator.narrate(())
    assert not speaking.narrator.speaks("tlh")
    assert speaking.narrator.speaks("de")


async def test_too_many_at_once_are_told_and_the_others_are_served() -> None:
    narrator = Narrator((HibariVoice(Worker("bot.speech.hibari_worker", room=2)), Pyttsx3Voice()))
    notes = await asyncio.gather(
        *(narrator.narrate(numbered(n)) for n in range(6)), return_exceptions=True
    )
    refused = [note for note in notes if isinstance(note, CannotSpeak)]
    assert len(refused) == 3
    assert "Too many" in str(refused[0])
    await narrator.close()


async def test_the_loop_is_never_held_up(speaking: Speaking) -> None:
    """What else the bot does goes on while something long is said."""
    saying = asyncio.create_task(speaking.narrator.narrate(LINES * 3))
    longest = 0.0
    while not saying.done():
        started = time.monotonic()
        await asyncio.sleep(0.01)
        longest = max(longest, time.monotonic() - started)
    assert longest < 0.25


async def test_a_long_script_becomes_several_notes_of_about_the_same_length(
    speaking: Speaking, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(split(LINES)) == 1
    monkeypatch.setattr(narrating, "LONGEST", 9.0)
    notes = [note async for note in speaking.narrator.narrate_all(LINES)]
    assert len(notes) == 2
    assert max(note.seconds for note in notes) < 10


@given(
    st.lists(
        st.builds(Line, st.text("a .", min_size=1, max_size=400), st.floats(0, 2)), max_size=60
    ),
    st.sampled_from(voices.SPEEDS),
)
async def test_parts_hold_every_line_once_and_fit_a_note(lines: list[Line], speed: float) -> None:
    def seconds(part: Script) -> float:
        return sum(len(line.text) / 13 + line.pause for line in part) / speed

    parts = split(tuple(lines), speed, longest=60)
    assert [line for part in parts for line in part] == lines
    assert all(seconds(part) <= 60 + 45 for part in parts)
