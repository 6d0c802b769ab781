"""Sound: every note equally loud and small, and any file decoded or refused."""

from __future__ import annotations

import contextlib
import io
import re
import time
import tracemalloc
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import soundfile

from bot.errors import AudioTooLong, BrokenAudio
from bot.speech.audio import Wave, decode, level, loudness, record, seconds_of, silence
from tests.speech.conftest import listen, lufs, true_peak

RATE = 24_000


def tone(hertz: float, seconds: float, rate: int = RATE) -> Wave:
    return (0.3 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)).astype(
        np.float32
    )


def noise(seconds: float, rate: int = RATE) -> Wave:
    return np.random.default_rng(1).normal(0, 0.1, int(seconds * rate)).astype(np.float32)


# --- level and encode ----------------------------------------------------------------------------


def test_loudness_is_that_of_the_standard(speech: Wave) -> None:
    for wave in (speech, noise(5), np.concatenate([speech, silence(8, RATE), speech * 0.03])):
        assert loudness(seconds_of(wave, RATE), RATE) == pytest.approx(lufs(wave, RATE), abs=0.15)


@pytest.mark.parametrize("gain", [0.1, 1.0, 4.0], ids=["faint", "as it comes", "clipped"])
def test_a_note_is_what_telegram_plays_and_all_are_equally_loud(speech: Wave, gain: float) -> None:
    wave = np.clip(speech * gain, -1, 1)
    note = record(wave, RATE, "opus")
    heard, rate = listen(note.content)
    about = soundfile.info(io.BytesIO(note.content))
    assert (about.format, about.subtype, about.channels, rate) == ("OGG", "OPUS", 1, 48_000)
    assert len(heard) / rate == pytest.approx(len(wave) / RATE, abs=0.05)
    assert note.seconds == pytest.approx(len(heard) / rate, abs=0.05)
    assert -20.5 <= lufs(heard, rate) <= -17.5
    assert true_peak(heard) <= -0.3
    assert len(note.content) / note.seconds * 60 <= 180_000


def test_a_click_does_not_make_the_rest_quiet(speech: Wave) -> None:
    wave = speech.copy()
    wave[RATE] = 1.0
    heard, rate = listen(record(wave, RATE, "opus").content)
    assert -20.5 <= lufs(heard, rate) <= -17.5
    assert true_peak(heard) <= -0.3


def test_what_lies_under_the_ceiling_is_only_turned_up(speech: Wave) -> None:
    quiet = np.concatenate(list(level(speech, RATE))) * np.float32(0.4)
    louder = np.concatenate(list(level(quiet, RATE, ceiling=10)))
    ratio = louder[np.abs(quiet) > 0.01] / quiet[np.abs(quiet) > 0.01]
    assert ratio.max() - ratio.min() < 1e-3


def test_silence_stays_silent() -> None:
    note = record(silence(2, RATE), RATE, "opus")
    assert note.loudness == -np.inf
    assert np.abs(listen(note.content)[0]).max() < 1e-3


def test_the_same_sound_is_the_same_bytes(speech: Wave) -> None:
    assert record(speech, RATE, "opus").content == record(speech, RATE, "opus").content


# --- decode --------------------------------------------------------------------------------------


def encoded(
    wave: Wave, container: str, codec: str, rate: int, layout: str, own_rate: int = RATE
) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        stream: Any = file.add_stream(codec, rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(wave[None], format="flt", layout="mono")
        frame.sample_rate = own_rate
        form = stream.codec_context.codec.audio_formats[0].name
        resampler = av.AudioResampler(format=form, layout=layout, rate=rate)
        for even in [*resampler.resample(frame), *resampler.resample(None)]:
            file.mux(stream.encode(even))
        file.mux(stream.encode(None))
    return out.getvalue()


@pytest.mark.parametrize(
    ("container", "codec", "rate", "layout"),
    [
        ("ogg", "libopus", 48_000, "mono"),
        ("ogg", "libopus", 48_000, "stereo"),
        ("mp3", "libmp3lame", 44_100, "mono"),
        ("ipod", "aac", 44_100, "stereo"),
        ("mp4", "aac", 22_050, "mono"),
        ("wav", "pcm_s16le", 8_000, "mono"),
        ("flac", "flac", 48_000, "mono"),
        ("webm", "libopus", 48_000, "mono"),
    ],
)
def test_voice_notes_of_all_kinds_are_decoded(
    container: str, codec: str, rate: int, layout: str
) -> None:
    assert_tone(encoded(tone(440, 2), container, codec, rate, layout))


def test_a_note_in_vorbis_is_decoded() -> None:
    out = io.BytesIO()
    soundfile.write(out, tone(440, 2), RATE, format="OGG", subtype="VORBIS")
    assert_tone(out.getvalue())


def assert_tone(note: bytes) -> None:
    """It is two seconds of the concert pitch."""
    wave = decode(note, 16_000, 60)
    assert len(wave) / 16_000 == pytest.approx(2, abs=0.1)
    spectrum = np.abs(np.fft.rfft(wave))
    assert np.fft.rfftfreq(len(wave), 1 / 16_000)[spectrum.argmax()] == pytest.approx(440, abs=2)


def test_a_note_that_is_too_long_is_refused_early() -> None:
    hour = encoded(silence(3600, 1_000), "flac", "flac", 8_000, "mono", 1_000)
    assert len(hour) < 1_000_000  # a small file that would be 230 MB of sound
    tracemalloc.start()
    started = time.monotonic()
    with pytest.raises(AudioTooLong):
        decode(hour, 16_000, 60)
    assert time.monotonic() - started < 1
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def video() -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as file:
        stream: Any = file.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return out.getvalue()


def test_what_is_no_audio_is_refused(speech: Wave, tmp_path: Path) -> None:
    note = record(speech, RATE, "opus").content
    wav = tmp_path / "other.wav"
    wav.write_bytes(encoded(tone(440, 1), "wav", "pcm_s16le", 8_000, "mono"))
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{wav}\n#EXT-X-ENDLIST\n".encode()
    concat = f"ffconcat version 1.0\nfile '{wav}'\n".encode()
    random = np.random.default_rng(1).bytes(50_000)
    head_only = note[: [found.start() for found in re.finditer(b"OggS", note)][2]]
    cases = [b"", b"OggS", b"hello, is this on?", random, note[:100], head_only, video()]
    for content in [*cases, playlist, concat]:
        with pytest.raises(BrokenAudio):
            decode(content, 16_000, 60)


def test_half_a_file_gives_what_it_holds_or_is_refused(speech: Wave) -> None:
    note = record(speech, RATE, "opus").content
    half = decode(note[: len(note) // 2], 16_000, 60)
    assert 0.4 < len(half) / 16_000 / (len(speech) / RATE) < 0.6


def test_damaged_notes_never_do_worse_than_being_refused(speech: Wave) -> None:
    note = record(speech[: 3 * RATE], RATE, "opus").content
    dice = np.random.default_rng(1)
    for _ in range(60):
        damaged = bytearray(note)
        for at in dice.integers(0, len(note), dice.integers(1, 200)):
            damaged[at] = dice.integers(0, 256)
        with contextlib.suppress(BrokenAudio, AudioTooLong):
            assert len(decode(bytes(damaged), 16_000, 60)) <= 60 * 16_000
