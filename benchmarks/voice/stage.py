"""What is spoken and heard in the measurements: the course, both ways of saying it, and the ear."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import jiwer
import numpy as np

from bot.speech.audio import Wave, encode_opus, seconds_of
from bot.speech.spoken import spoken
from bot.speech.worker import Worker
from retrieval.chunking import sentences
from retrieval.courses import Paragraph
from retrieval.lessons import read_courses
from retrieval.pronunciation import as_word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.courses import Course

__all__ = [
    "Ear",
    "Plain",
    "clean_sentences",
    "left_out",
    "misheard",
    "plainly",
    "the_course",
    "word_errors",
    "words",
]

ROOT: Final = Path(__file__).parents[2]
ENGINES: Final = ("espeak", "pyttsx3")


def the_course() -> Course:
    """The course of this repository."""
    [course] = [each for each in read_courses(ROOT / "lessons").courses if each.id == "ai-history"]
    return course


def clean_sentences(course: Course, count: int) -> list[str]:
    """Sentences of running text, from all lessons alike.

    Without figures, brackets, quotes and the words of the pronunciation list, which are measured
    as hard tokens and names.
    """
    hard = re.compile(as_word(*(each.written for each in course.pronunciations)))
    found = [
        text[start:end]
        for lesson in course.lessons
        for section in lesson.reading
        for block in section.blocks
        if isinstance(block, Paragraph)
        for text in [block.text]
        for start, end in sentences(text)
    ]
    clean = [
        s for s in found if re.fullmatch(r"[A-Z][a-zA-Z ,'’-]{50,160}\.", s) and not hard.search(s)
    ]
    return sorted(random.Random(1).sample(clean, count))


# --- plain engines -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Plain:
    """What a plain engine gave: a wave for each text, or None where there is no file."""

    waves: list[Wave | None]
    seconds: float
    hung: bool

    def notes(self) -> list[bytes]:
        """As voice notes, not levelled; empty where there is none."""
        return [
            b"" if sound is None else encode_opus(seconds_of(sound, RATE), RATE)
            for sound in self.waves
        ]

    @property
    def length(self) -> float:
        """Seconds of sound."""
        return sum(len(sound) for sound in self.waves if sound is not None) / RATE


RATE: Final = 22_050


def plainly(engine: str, texts: Sequence[str], threads: int = 1, within: float = 120) -> Plain:
    """The texts said by a plain engine in a process that may take so many seconds."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.voice.plain_engine", engine, folder]
        try:
            done = subprocess.run(
                [*command, str(threads)],
                input=json.dumps(texts).encode(),
                capture_output=True,
                timeout=within,
                check=False,
            )
            took, hung = float(done.stdout or within), False
        except subprocess.TimeoutExpired:
            took, hung = within, True
        files = [Path(folder) / f"{at:04}.wav" for at in range(len(texts))]
        return Plain([_read(file) for file in files], took, hung)


def _read(file: Path) -> Wave | None:
    try:
        with wave.open(str(file), "rb") as sound:
            samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2")
    except (OSError, EOFError, wave.Error):
        return None
    return samples.astype(np.float32) / np.float32(32768) if len(samples) else None


# --- the ear -------------------------------------------------------------------------------------


class Ear:
    """The recogniser without a course's words and without the bound of a minute."""

    def __init__(self) -> None:
        self._worker = Worker("bot.speech.whisper_worker")

    async def hear(self, note: bytes) -> str:
        """What it makes of the note; nothing of no note."""
        if not note:
            return ""
        _, text = await self._worker.ask({"glossary": {}, "most": 3600}, note, 600)
        return text.decode()

    async def close(self) -> None:
        """End its process."""
        await self._worker.close()


def words(text: str) -> str:
    """As it is said: figures in words, no capitals, no marks."""
    plain = spoken(text).lower().replace("’", "'")
    return " ".join(re.findall(r"[^\W_]+(?:'[^\W_]+)?", plain.replace("-", " "))) or "nothing"


def word_errors(said: Sequence[str], heard: Sequence[str]) -> float:
    """Word error rate over all the pairs."""
    return jiwer.wer([words(s) for s in said], [words(h) for h in heard])


def misheard(said: str, heard: str) -> list[str]:
    """What was heard as something else, each as "these words, heard as those"."""
    aligned = jiwer.process_words(words(said), words(heard))
    wanted, got = aligned.references[0], aligned.hypotheses[0]
    return [
        f"{' '.join(wanted[c.ref_start_idx : c.ref_end_idx])!r}, heard as "
        f"{' '.join(got[c.hyp_start_idx : c.hyp_end_idx])!r}"
        for c in aligned.alignments[0]
        if c.type != "equal"
    ]


def left_out(said: str, heard: str) -> tuple[int, int]:
    """Words of which nothing was heard, and words there were.

    A word is left out when the alignment drops it and both its neighbours were heard as they are:
    beside a misheard word it is part of that ("deep mind", "deepmind").
    """
    aligned = jiwer.process_words(words(said), words(heard))
    return sum(_dropped(aligned.alignments[0])), len(aligned.references[0])


def _dropped(chunks: Sequence[jiwer.AlignmentChunk]) -> Iterator[int]:
    for before, chunk, after in zip([None, *chunks[:-1]], chunks, [*chunks[1:], None], strict=True):
        alone = all(each is None or each.type == "equal" for each in (before, after))
        if chunk.type == "delete" and alone:
            yield chunk.ref_end_idx - chunk.ref_start_idx
