"""Whether what should be said is heard: sentences, hard tokens, a whole lesson."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hibari.g2p import G2P

from benchmarks.must_hear import as_intended, failures, tokens
from benchmarks.voice.report import Row, at_least, at_most, noted
from benchmarks.voice.stage import (
    ENGINES,
    Ear,
    clean_sentences,
    left_out,
    misheard,
    plainly,
    the_course,
    word_errors,
)
from bot.speech.hearing import Listener
from bot.speech.narrating import Narrator
from bot.speech.speakable import of_lesson, of_words
from bot.speech.voices import HibariVoice, Pyttsx3Voice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.courses import Course

__all__ = ["measure", "measure_tokens"]


async def measure(small: bool) -> list[Row]:
    """Sentences and a lesson, by ears that know none of the course's words."""
    course = the_course()
    narrator, ear = Narrator((HibariVoice(), Pyttsx3Voice())), Ear()
    rows = [
        *await _sentences(narrator, ear, course, 10 if small else 50),
        *await _lesson(narrator, ear, course, small),
    ]
    await narrator.close()
    await ear.close()
    return rows


async def measure_tokens(small: bool) -> list[Row]:
    """Figures, years, sums and made-up words as they stand in the lessons."""
    ear = Ear()
    rows = await _hard_tokens(ear, the_course(), small)
    await ear.close()
    return rows


async def _sentences(narrator: Narrator, ear: Ear, course: Course, count: int) -> list[Row]:
    said = clean_sentences(course, count)
    heard = [
        await ear.hear((await narrator.narrate(of_words(each, course))).content) for each in said
    ]
    others = [
        word_errors(said, [await ear.hear(note) for note in plainly(engine, said).notes()])
        for engine in ENGINES
    ]
    return [
        at_most(f"WER of {count} clean sentences", word_errors(said, heard), 0.02, *others),
        *(
            noted("not so", each)
            for pair in zip(said, heard, strict=True)
            for each in misheard(*pair)
        ),
    ]


async def _hard_tokens(ear: Ear, course: Course, small: bool) -> list[Row]:
    trials = list(tokens(course))[: 10 if small else None]
    listener, wrong = Listener(), []
    for voice in (HibariVoice(), Pyttsx3Voice()):
        wrong.append(await failures(trials, voice, listener, course))
        await voice.close()
    await listener.close()
    first, second = (1 - len(each) / len(trials) for each in wrong)
    raw = plainly("espeak", [trial.wanted for trial in trials], within=300).notes()
    espeak = [await ear.hear(note) for note in raw]
    read = G2P()
    right = sum(
        as_intended(trial.wanted, words, course, read)
        for trial, words in zip(trials, espeak, strict=True)
    )
    return [
        at_least(f"{len(trials)} hard tokens heard as intended", first, 1.0, right / len(trials)),
        noted("the same by the second voice", second),
        *(noted("not so", f"{trial.wanted!r}, heard as {words!r}") for trial, words in wrong[0]),
    ]


async def _lesson(narrator: Narrator, ear: Ear, course: Course, small: bool) -> list[Row]:
    """Lesson 4 section by section."""
    lesson = course.lessons[3]
    sections = of_lesson(lesson, course)[: 3 if small else None]
    as_written = of_lesson(lesson, replace(course, pronunciations=()))[: 3 if small else None]
    said = [" ".join(line.text for line in script) for _, script in as_written]
    heard = [
        " ".join([await ear.hear(note.content) async for note in narrator.narrate_all(script)])
        for _, script in sections
    ]
    raw = [f"{s.heading}.\n{s.text}" for s in lesson.sections][: 3 if small else None]
    others = [[await ear.hear(note) for note in plainly(e, raw).notes()] for e in ENGINES]
    return [
        at_most(
            "WER of a whole lesson",
            word_errors(said, heard),
            0.07,
            *(word_errors(said, other) for other in others),
        ),
        at_most(
            "words left out of it",
            _share_left_out(said, heard),
            0.005,
            *(_share_left_out(said, other) for other in others),
        ),
    ]


def _share_left_out(said: Sequence[str], heard: Sequence[str]) -> float:
    counts = [left_out(*pair) for pair in zip(said, heard, strict=True)]
    return sum(left for left, _ in counts) / sum(there for _, there in counts)
