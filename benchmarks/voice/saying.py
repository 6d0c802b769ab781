"""Whether what should be said is heard: sentences, hard tokens, a whole lesson."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

import jiwer

from benchmarks.voice.report import Row, at_least, at_most, noted
from benchmarks.voice.stage import (
    ENGINES,
    ROOT,
    Ear,
    clean_sentences,
    left_out,
    plainly,
    the_course,
    word_errors,
    words,
)
from bot.speech.narrating import Narrator
from bot.speech.speakable import of_lesson, of_words
from bot.speech.voices import HibariVoice, Pyttsx3Voice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.courses import Course

__all__ = ["measure"]

NUMBERS = re.compile(
    r"\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|"
    r"thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|trillion|"
    r"percent|point|dollars?|times|fold)\b"
)


async def measure(small: bool) -> list[Row]:
    """All of it, by ears that know none of the course's words."""
    course = the_course()
    narrator, ear = Narrator((HibariVoice(), Pyttsx3Voice())), Ear()
    rows = [
        await _sentences(narrator, ear, course, 10 if small else 50),
        *await _hard_tokens(narrator, ear, course, small),
        *await _lesson(narrator, ear, course, small),
    ]
    await narrator.close()
    await ear.close()
    return rows


async def _sentences(narrator: Narrator, ear: Ear, course: Course, count: int) -> Row:
    said = clean_sentences(course, count)
    heard = [
        await ear.hear((await narrator.narrate(of_words(each, course))).content) for each in said
    ]
    others = [
        word_errors(said, [await ear.hear(note) for note in plainly(engine, said).notes()])
        for engine in ENGINES
    ]
    return at_most(f"WER of {count} clean sentences", word_errors(said, heard), 0.02, *others)


async def _hard_tokens(narrator: Narrator, ear: Ear, course: Course, small: bool) -> list[Row]:
    """Figures, years, sums and made-up words as they stand in lesson 4."""
    file = ROOT / "tests" / "speech" / "must_hear.toml"
    pairs = list(tomllib.loads(file.read_text(encoding="utf-8")).items())[: 10 if small else None]
    shares, missed = [], []
    for voice in ("hibari", "pyttsx3"):
        wrong = []
        for written, must in pairs:
            note = await narrator.narrate(of_words(written, course), voice=voice)
            heard = await ear.hear(note.content)
            if not _as_intended(must, heard):
                wrong.append(f"{must!r}, heard as {heard!r}")
        shares.append(1 - len(wrong) / len(pairs))
        missed.append(wrong)
    texts = [written for written, _ in pairs]
    raw = [await ear.hear(note) for note in plainly("espeak", texts).notes()]
    espeak = sum(map(_as_intended, [must for _, must in pairs], raw)) / len(pairs)
    return [
        at_least(f"{len(pairs)} hard tokens heard as intended", shares[0], 1.0, espeak),
        noted("the same by the second voice", shares[1]),
        *(noted("not so", each) for each in missed[0]),
    ]


def _as_intended(must: str, heard: str) -> bool:
    """The same numbers in the same order; where there are none, the same letters but for a fifth.

    A name that the recogniser writes in its own way is not the voice's fault; a figure is.
    """
    wanted, got = words(must), words(heard)
    if numbers := NUMBERS.findall(wanted):
        return NUMBERS.findall(got) == numbers
    return jiwer.cer(wanted.replace(" ", ""), got.replace(" ", "")) <= 0.2


async def _lesson(narrator: Narrator, ear: Ear, course: Course, small: bool) -> list[Row]:
    """Lesson 4 section by section."""
    lesson = course.lessons[3]
    sections = of_lesson(lesson, course)[: 3 if small else None]
    said = [" ".join(line.text for line in script) for _, script in sections]
    heard = [
        " ".join([await ear.hear(note.content) async for note in narrator.narrate_all(script)])
        for _, script in sections
    ]
    raw = [f"{s.heading}.\n{s.text}" for s in lesson.reading][: 3 if small else None]
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
