"""Many at once, and processes killed under them: nobody hangs, nobody gets half a note."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from typing import TYPE_CHECKING

from benchmarks.voice.report import Row, at_most, noted
from benchmarks.voice.stage import plainly
from bot.errors import CannotSpeak
from bot.speech.narrating import Narration, Narrator
from bot.speech.script import Line, Script
from bot.speech.voices import HibariVoice, Pyttsx3Voice

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["measure"]

ASKERS = 8
KILLS = 20
LONGEST = 600.0
"""Seconds for all of it; what has not ended by then hangs."""


async def measure(small: bool) -> list[Row]:
    """200 narrations by 8 askers, while the first voice's process is killed 20 times."""
    scripts = [_script(number) for number in range(40 if small else 200)]
    voice = HibariVoice()
    narrator = Narrator((voice, Pyttsx3Voice()))
    await narrator.warm()
    started = time.perf_counter()
    notes: dict[int, Narration | CannotSpeak] = {}
    waiting = iter(enumerate(scripts))
    kills = 4 if small else KILLS
    killing = asyncio.create_task(_killed(voice, kills, len(scripts), notes))
    asking = [asyncio.create_task(_ask(narrator, waiting, notes)) for _ in range(ASKERS)]
    _, hung = await asyncio.wait(asking, timeout=LONGEST)
    took = time.perf_counter() - started
    killed = await killing
    wrong = await _wrong(narrator, scripts, notes)
    await narrator.close()
    texts = [" ".join(line.text for line in script) for script in scripts]
    plain = plainly("pyttsx3", texts, threads=ASKERS, within=60)
    made = sum(sound is not None and len(sound) > 3 * 22_050 for sound in plain.waves)
    return [
        noted("workers killed", killed, "", 0),
        noted(f"narrations by {ASKERS} askers, took s", took, "", plain.seconds),
        at_most("askers that hang", len(hung), 0, "", "yes" if plain.hung else "no"),
        at_most("narrations without a note", len(scripts) - len(notes), 0, "", len(texts) - made),
        at_most("refused (the text stands)", _refused(notes), 0),
        at_most("short, empty or other notes", wrong, 0),
        noted("by the second voice", _by_second(notes)),
    ]


def _script(number: int) -> Script:
    return (
        Line(f"This is narration number {number}, and nobody has asked for it before.", 0.3),
        Line("Every learner who asks is to hear all of it, whatever happens to the voice.", 0.3),
    )


async def _ask(
    narrator: Narrator,
    waiting: Iterator[tuple[int, Script]],
    notes: dict[int, Narration | CannotSpeak],
) -> None:
    for number, script in waiting:
        try:
            notes[number] = await narrator.narrate(script)
        except CannotSpeak as refused:
            notes[number] = refused


async def _killed(
    voice: HibariVoice, kills: int, of: int, notes: dict[int, Narration | CannotSpeak]
) -> int:
    """Kill the process at moments spread over the narrations; how often there was one to kill."""
    dice, killed = random.Random(1), 0
    while killed < kills and len(notes) < of:
        await asyncio.sleep(dice.uniform(0, 0.02))
        if len(notes) >= of * killed / kills and voice.worker.pid is not None:
            os.kill(voice.worker.pid, signal.SIGKILL)
            killed += 1
    return killed


async def _wrong(
    narrator: Narrator, scripts: list[Script], notes: dict[int, Narration | CannotSpeak]
) -> int:
    """Notes that differ from what the same voice says when all is quiet."""
    wrong = 0
    for number, note in notes.items():
        if isinstance(note, Narration):
            again = await narrator.narrate(scripts[number], voice=note.voice)
            wrong += again.voice == note.voice and again.content != note.content
    return wrong


def _refused(notes: dict[int, Narration | CannotSpeak]) -> int:
    return sum(isinstance(note, CannotSpeak) for note in notes.values())


def _by_second(notes: dict[int, Narration | CannotSpeak]) -> int:
    return sum(isinstance(note, Narration) and note.voice != "hibari" for note in notes.values())
