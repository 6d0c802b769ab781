"""From Markdown to voice notes: how long it takes, and what the notes are like."""

from __future__ import annotations

import io
import os
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyloudnorm
import soundfile
from scipy.signal import resample_poly

from benchmarks.voice.report import Row, at_least, at_most, noted
from benchmarks.voice.stage import ROOT, Plain, plainly, the_course
from bot.chat.catalogue import Catalogue
from bot.chat.narrating import notes_of
from bot.speech.narrating import Narration, Narrator
from bot.speech.speakable import of_lesson, of_words
from bot.speech.voices import HibariVoice, Pyttsx3Voice
from retrieval.lessons import read_courses

if TYPE_CHECKING:
    from retrieval.courses import Course, Lesson

__all__ = ["measure"]

ANSWER = (
    "In twenty twelve a program called AlexNet won the ImageNet contest. It made about two thirds "
    "of the mistakes of the next best entry. It was trained on two gaming cards for six days, and "
    "it learned what to look for by itself, from many examples. After that almost all followed."
)
LARGEST = 1_000_000
"""Bytes that Telegram plays as a voice note."""


async def measure(small: bool) -> list[Row]:
    """Lesson 4 whole, an answer, first sections, and every note looked at."""
    course = the_course()
    lesson = course.lessons[3]
    voice = HibariVoice()
    narrator = Narrator((voice, Pyttsx3Voice()))
    started = time.perf_counter()
    await narrator.warm()
    await narrator.narrate(of_words("Ready."))
    cold = time.perf_counter() - started
    notes, took = await _whole_lesson(narrator, lesson.id)
    plain = {engine: _plain_lesson(engine, lesson) for engine in ("espeak", "pyttsx3")}
    rows = [
        noted("cold start to the first word, s", cold),
        at_most(
            "a whole lesson, wall / speech",
            took / sum(note.seconds for note in notes),
            0.04,
            *(p.seconds / p.length if p.length else "no sound" for p in plain.values()),
        ),
        noted(
            "its speech, s",
            sum(note.seconds for note in notes),
            *(p.length for p in plain.values()),
        ),
        *await _answers(narrator, 3 if small else 10),
        await _first_sections(narrator, course),
        *_looked_at(notes, [p.notes() for p in plain.values()]),
        noted("memory of the voice's process, MiB", _mebibytes(voice.worker.pid)),
    ]
    await narrator.close()
    return rows


async def _whole_lesson(narrator: Narrator, lesson_id: str) -> tuple[list[Narration], float]:
    """From the files to the notes of every section."""
    started = time.perf_counter()
    [course] = [c for c in read_courses(ROOT / "lessons").courses if c.id == "ai-history"]
    lesson = course.lesson(lesson_id)
    assert lesson is not None
    notes = [
        note
        for _, script in of_lesson(lesson, course)
        async for note in narrator.narrate_all(script)
    ]
    return notes, time.perf_counter() - started


def _plain_lesson(engine: str, lesson: Lesson) -> Plain:
    """Its sections as they stand in the file, in one go."""
    return plainly(engine, [f"{s.heading}\n{s.text}" for s in lesson.reading])


async def _answers(narrator: Narrator, count: int) -> list[Row]:
    """One answer again and again; nothing is kept."""
    took, seconds = [], 0.0
    for _ in range(count):
        started = time.perf_counter()
        seconds = (await narrator.narrate(of_words(ANSWER))).seconds
        took.append(time.perf_counter() - started)
    plain = [plainly(engine, [ANSWER]).seconds for engine in ("espeak", "pyttsx3")]
    return [
        noted("an answer, s of speech", seconds),
        at_most("an answer, warm, median s", statistics.median(took), 1.0, *plain),
        at_most("an answer, warm, slowest s", max(took), 1.0),
    ]


async def _first_sections(narrator: Narrator, course: Course) -> Row:
    """What a learner waits for who presses Listen on a lesson, at the slowest."""
    took = []
    catalogue = Catalogue((course,))
    for lesson in course.lessons:
        started = time.perf_counter()
        left = [catalogue.section(f"{course.id}/{lesson.id}/{each.id}") for each in lesson.reading]
        first, *_ = [notes_of(each) for each in left if each]  # the bot, too, counts all first
        await narrator.narrate(first[0])
        took.append(time.perf_counter() - started)
    return at_most("first section of a lesson, slowest s", max(took), 2.0)


# --- what the notes are like ---------------------------------------------------------------------


def _looked_at(notes: list[Narration], plain: list[list[bytes]]) -> list[Row]:
    """By a decoder and a loudness meter that have nothing to do with the tutor's."""
    looks = [_Look(note.content) for note in notes]
    others = [[_Look(note) for note in notes if note] for notes in plain]
    right = sum(look.kind == ("OGG", "OPUS", 1, 48_000) for look in looks)
    long = [look for look in looks if look.seconds >= 20]
    return [
        at_least("notes in Ogg/Opus, mono, 48 kHz, of all", right / len(looks), 1.0),
        at_most("largest note, bytes", max(look.size for look in looks), LARGEST),
        at_most(
            "kB a minute, most (notes of 20 s and more)",
            max(look.a_minute for look in long),
            180,
        ),
        at_least(
            "LUFS, quietest note",
            min(look.lufs for look in looks),
            -20.5,
            *(min((look.lufs for look in some), default="none") for some in others),
        ),
        at_most(
            "LUFS, loudest note",
            max(look.lufs for look in looks),
            -17.5,
            *(max((look.lufs for look in some), default="none") for some in others),
        ),
        at_most(
            "true peak, dBFS",
            max(look.peak for look in looks),
            -0.3,
            *(max((look.peak for look in some), default="none") for some in others),
        ),
    ]


class _Look:
    """A note decoded by libsndfile; loudness by pyloudnorm; peak of four times the samples."""

    def __init__(self, note: bytes) -> None:
        about = soundfile.info(io.BytesIO(note))
        wave, rate = soundfile.read(io.BytesIO(note), dtype="float32")
        self.kind: tuple[Any, ...] = (about.format, about.subtype, about.channels, rate)
        self.size = len(note)
        self.seconds = len(wave) / rate
        self.a_minute = self.size / self.seconds * 60 / 1000
        self.lufs = float(pyloudnorm.Meter(rate).integrated_loudness(wave))
        self.peak = float(20 * np.log10(np.abs(resample_poly(wave, 4, 1)).max()))


def _mebibytes(pid: int | None) -> float:
    status = Path(f"/proc/{pid or os.getpid()}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
