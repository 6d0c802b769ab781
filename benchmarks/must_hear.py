"""What is hardest to say in the course, said by each voice and heard again by the recogniser.

    python -m benchmarks.must_hear [--only transformer] [--voice hibari]

Tokens are those of tests/speech/must_hear.toml; names are the words of the course's
pronunciation.toml, each in the shortest sentence that has it, and where it is not heard so, in a
question. A token is said alone, and where it is not heard so, in its sentence, as a listener meets
it. The recogniser is told how the course's words in the text are spelled, as it is for a learner.
What it writes is read by the same rules as the text, so that "2012" and "twenty twelve" are one;
how it parts words does not matter, nor does the spelling of what sounds the same ("knew" and
"new"). The bar: every token is heard as intended from the first voice. Of a name, only the name
counts.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from hibari.g2p import G2P

from bot.speech.hearing import Listener
from bot.speech.hibari_worker import with_sounds
from bot.speech.speakable import of_words
from bot.speech.spoken import spoken
from bot.speech.voices import installed_voices
from retrieval.chunking import sentences
from retrieval.lessons import read_courses
from retrieval.pronunciation import as_word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.speech.voices import Voice
    from retrieval.courses import Course

HOME = Path(__file__).parents[1]
MUST_HEAR = HOME / "tests" / "speech" / "must_hear.toml"
SHORTEST = 20
"""Letters of a sentence that a name is tried in: with fewer the recogniser guesses."""
SAME = str.maketrans("ɪᵻʌɐɾTɔɜ", "əəəəttɑə", "ᵊ")
"""Sounds that differ by the reader rather than by the word."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Texts to be said until the wanted part of them is heard."""

    kind: str
    texts: tuple[str, ...]
    wanted: str


def said(course: Course) -> list[tuple[str, str]]:
    """The sentences of the course, each with the lesson it is of."""
    texts = [(lesson.id, section.text) for lesson in course.lessons for section in lesson.sections]
    return [
        (place, " ".join(text[a:b].split())) for place, text in texts for a, b in sentences(text)
    ]


def tokens(course: Course) -> Iterator[Trial]:
    """The hard tokens, by the lesson they are of."""
    lists = tomllib.loads(MUST_HEAR.read_text(encoding="utf-8"))
    spoken_there = said(course)
    for place, words in lists.items():
        for token in words:
            whole = [one for lesson, one in spoken_there if lesson == place and token in one]
            yield Trial(place, (token, *whole[:1]), token)


def names(course: Course) -> Iterator[Trial]:
    """Every word of the pronunciation list, in a sentence of the first lesson that has it."""
    spoken_there = said(course)
    for each in course.pronunciations:
        word = re.compile(as_word(each.written))
        found = [
            (place, one) for place, one in spoken_there if word.search(one) and len(one) >= SHORTEST
        ]
        if found:
            first = found[0][0]
            shortest = min((one for place, one in found if place == first), key=len)
            asked = f"What is known about {each.written}?"
            yield Trial(f"{first}, names", (shortest, asked), each.written)


def letters(text: str) -> str:
    """The letters and figures of the text, to compare."""
    return re.sub(r"[\W_]", "", text.casefold())


def folded(text: str) -> str:
    """The letters of the text as it is said, to compare."""
    return letters(spoken(text))


def sounds(text: str, course: Course, read: G2P) -> str:
    """The sounds of the text as the first voice would say it, without stress, to compare."""
    lines = " ".join(read(with_sounds(line)) for line in of_words(text, course))
    return re.sub(r"[\W_ˈˌː]", "", lines).translate(SAME)


def in_text(text: str, course: Course) -> dict[str, str]:
    """The course's words in a text: how they are said, by how they are written."""
    return {
        each.written: each.say
        for each in course.pronunciations
        if re.search(as_word(each.written), text)
    }


async def heard(text: str, voice: Voice, ears: Listener, course: Course) -> str:
    """What the recogniser writes when the voice says the text."""
    recording = await voice.speak(of_words(text, course))
    return await ears.hear(recording.content, in_text(text, course))


def as_intended(wanted: str, heard: str, course: Course, read: G2P) -> bool:
    """Whether the wanted words are among the heard ones, by letters or by sounds."""
    alike = sounds(wanted, course, read) in sounds(heard, course, read)
    return alike or any(form(wanted) in form(heard) for form in (folded, letters))


async def failures(
    trials: Sequence[Trial], voice: Voice, ears: Listener, course: Course
) -> list[tuple[Trial, str]]:
    """Those that are not heard as intended, with what is heard."""
    read, wrong = G2P(), []
    for trial in trials:
        words = ""
        for text in trial.texts:
            words = await heard(text, voice, ears, course)
            if as_intended(trial.wanted, words, course, read):
                break
        else:
            wrong.append((trial, words))
    return wrong


async def measure(voices: Sequence[Voice], course: Course, trials: Sequence[Trial]) -> bool:
    """Print a table for each voice; whether the first one is at the bar."""
    ears, at_bar = Listener(), True
    for voice in voices:
        click.echo(f"\n{voice.name}")
        wrong = await failures(trials, voice, ears, course)
        for kind in dict.fromkeys(trial.kind for trial in trials):
            count = sum(trial.kind == kind for trial in trials)
            missed = sum(trial.kind == kind for trial, _ in wrong)
            click.echo(f"  {kind:36} {count - missed:3} of {count:3}")
        for trial, words in wrong:
            click.echo(f"  wanted {trial.wanted!r}, heard {words!r}")
        if voice is voices[0]:
            at_bar = all("names" in trial.kind for trial, _ in wrong)
        await voice.close()
    await ears.close()
    return at_bar


@click.command()
@click.option("--only", help="Tokens of a lesson by its id, or '<id>, names', or 'page'.")
@click.option("--voice", help="Only this one: hibari or pyttsx3.")
def main(only: str | None, voice: str | None) -> None:
    """Print what is heard of the hard tokens and names; fails below the bar."""
    course = read_courses(HOME / "lessons").courses[0]
    trials = [trial for trial in (*tokens(course), *names(course)) if only in (None, trial.kind)]
    voices = [one for one in installed_voices() if voice is None or one.name == voice]
    sys.exit(0 if asyncio.run(measure(voices, course, trials)) else 1)


if __name__ == "__main__":
    main()
