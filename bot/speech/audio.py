"""Sound: levelled, encoded, and any voice note decoded. The one file that imports PyAV.

It is used in the processes of the voices and of the recogniser, so that neither the libraries nor
a damaged file ever stand in the bot's own. A wave is mono, float32, full scale at 1.
"""

from __future__ import annotations

import io
import itertools
import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import av
import numpy as np
import numpy.typing as npt

from bot.errors import AudioTooLong, BrokenAudio
from bot.speech.recording import Form, Recording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

__all__ = [
    "OPUS_RATE",
    "TARGET",
    "Chapter",
    "Wave",
    "bind",
    "decode",
    "encode_aac",
    "encode_opus",
    "level",
    "loudness",
    "record",
    "seconds_of",
    "silence",
]

Wave = npt.NDArray[np.float32]
Weights = npt.NDArray[np.float64]
Chapter = tuple[str, "Sequence[Path]"]
"""A chapter's title and its pieces in order, of which there is at least one."""

OPUS_RATE: Final = 48_000
OPUS_BITS: Final = 22_000
"""Per second: 160 kB a minute of the first voice, 175 of the second, and the whole width of speech
is still there.
"""
AAC_RATE: Final = 24_000
AAC_BITS: Final = 48_000
AAC_FRAME: Final = 1024
"""Samples of a packet."""

TARGET: Final = -18.8
"""LUFS, aimed at so that a note comes out of the codec at -19, the usual level of spoken mono."""
CEILING: Final = 0.7
"""Highest sample before encoding (-3.1 dBFS): Opus at this rate swings over by 1.5 dB."""
HIGHEST: Final = 0.89
"""Highest sample after decoding (-1 dBFS), so that between two samples it stays under full scale.
Should Opus swing over by more, it is given less."""
MOST_GAIN: Final = 40.0
"""dB. What is fainter than that is no speech, and is left to be found silent."""

_FORMATS: Final = "ogg,mp3,mov,mp4,m4a,wav,flac,aac,matroska,webm,amr"
"""What a voice note may be. A playlist is none: it would open other files and addresses."""


def silence(seconds: float, rate: int) -> Wave:
    """So many seconds of nothing."""
    return np.zeros(round(seconds * rate), np.float32)


# --- level ---------------------------------------------------------------------------------------


def level(wave: Wave, rate: int, ceiling: float = CEILING) -> Iterator[Wave]:
    """The wave at TARGET LUFS, with no sample above the ceiling, in pieces of a second.

    The limiter takes a little of the loudness away, so the gain is corrected once.
    """
    first = loudness(seconds_of(wave, rate), rate)
    gain = 0.0
    if first > TARGET - MOST_GAIN:
        gain = TARGET - first
        gain += TARGET - loudness(_limited(wave, rate, _ratio(gain), ceiling), rate)
    return _limited(wave, rate, _ratio(gain), ceiling)


def _ratio(decibels: float) -> float:
    return float(10 ** (decibels / 20))


def seconds_of(wave: Wave, rate: int) -> Iterator[Wave]:
    """The wave in pieces of a second; the last may be shorter."""
    for start in range(0, len(wave), rate):
        yield wave[start : start + rate]


def loudness(pieces: Iterable[Wave], rate: int) -> float:
    """Integrated loudness in LUFS after ITU-R BS.1770-4: K-weighted, gated; -inf for silence.

    The pieces are of a second, the last may be shorter. The weighting is applied to the spectrum
    of each tenth of a second, of which four in a row make one of the standard's blocks.
    """
    weight = _k_weight(rate // 10, rate)
    tenths = np.concatenate([np.zeros(0), *(_weighted_power(piece, weight) for piece in pieces)])
    if len(tenths) < 4:
        tenths = np.pad(tenths, (0, 4 - len(tenths)), mode="edge") if len(tenths) else np.zeros(4)
    blocks = np.convolve(tenths, np.full(4, 0.25), mode="valid")
    loud = blocks[blocks > _power(-70)]
    loud = loud[loud > loud.mean() / 10] if len(loud) else loud
    return _lufs(float(loud.mean())) if len(loud) else -math.inf


def _lufs(power: float) -> float:
    return -0.691 + 10 * math.log10(power)


def _power(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))


def _weighted_power(piece: Wave, weight: Weights) -> Weights:
    """Mean square of each whole tenth of a second, weighted."""
    length = 2 * (len(weight) - 1)
    frames = piece[: len(piece) // length * length].reshape(-1, length)
    spectrum = np.fft.rfft(frames, axis=1)
    return np.asarray(np.square(np.abs(spectrum)) @ weight, np.float64)


def _k_weight(length: int, rate: int) -> Weights:
    """Squared response of the two filters of BS.1770-4 (tables 1 and 2, at 48 kHz), scaled so that
    the sum over a spectrum of so many samples is their mean square.
    """
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(length, 1 / rate) / 48_000)
    shelf = np.polyval([1.19839281085285, -2.69169618940638, 1.53512485958697], z) / np.polyval(
        [0.73248077421585, -1.69065929318241, 1.0], z
    )
    high_pass = np.polyval([1.0, -2.0, 1.0], z) / np.polyval(
        [0.99007225036621, -1.99004745483398, 1.0], z
    )
    return np.asarray(np.abs(shelf * high_pass) ** 2 * 2 / length**2, np.float64)


def _limited(wave: Wave, rate: int, gain: float, ceiling: float) -> Iterator[Wave]:
    """The wave with that gain, turned down around every sample that would pass the ceiling.

    The gain each millisecond needs is spread to its neighbours, 10 ms before and after (the least
    of them counts), and then averaged over a window no wider, so it is smooth and nowhere more
    than is needed.
    """
    step, reach = rate // 1000, 10
    peaks = _peaks(wave, step) * gain
    needed = np.minimum(1, ceiling / np.maximum(peaks, ceiling)) * gain
    spread = np.lib.stride_tricks.sliding_window_view(
        np.pad(needed, reach + 1, mode="edge"), 2 * reach + 3
    ).min(axis=1)
    window = np.hanning(2 * reach + 3)[1:-1]
    smooth = np.convolve(np.pad(spread, reach, mode="edge"), window / window.sum(), mode="valid")
    for start, piece in zip(range(0, len(wave), rate), seconds_of(wave, rate), strict=False):
        at = (np.arange(start, start + len(piece)) - (step - 1) / 2) / step
        yield piece * np.interp(at, np.arange(len(smooth)), smooth).astype(np.float32)


def _peaks(wave: Wave, step: int) -> Weights:
    """The highest sample of each so many; of none, one that is 0."""
    starts = np.arange(0, len(wave), step)
    if not len(starts):
        return np.zeros(1)
    highest = np.maximum.reduceat(wave, starts), -np.minimum.reduceat(wave, starts)
    return np.asarray(np.maximum(*highest), np.float64)


# --- encode --------------------------------------------------------------------------------------


def record(wave: Wave, rate: int, form: Form) -> Recording:
    """The wave levelled and encoded, then decoded again: what was measured is what is heard."""
    encode = encode_opus if form == "opus" else encode_aac
    peak, ceiling = HIGHEST, CEILING
    for _ in range(3):
        ceiling *= HIGHEST / max(peak, HIGHEST)
        content = encode(level(wave, rate, ceiling), rate)
        length, peak, loud = _measured(content)
        if peak <= HIGHEST:
            break
    return Recording(content, length, peak, loud)


def _measured(content: bytes) -> tuple[float, float, float]:
    """Of a recording, decoded: its length in seconds, its highest sample and its loudness."""
    length, peak = 0, 0.0

    def pieces() -> Iterator[Wave]:
        nonlocal length, peak
        for piece in _regrouped(_decoded(content, OPUS_RATE), OPUS_RATE):
            length += len(piece)
            peak = max(peak, float(np.abs(piece).max()))
            yield piece

    loud = loudness(pieces(), OPUS_RATE)
    return length / OPUS_RATE, peak, loud


def _regrouped(frames: Iterable[Wave], length: int) -> Iterator[Wave]:
    """The same samples in pieces of that length; the last may be shorter."""
    waiting: list[Wave] = []
    for frame in frames:
        waiting.append(frame)
        while sum(map(len, waiting)) >= length:
            joined = np.concatenate(waiting)
            yield joined[:length]
            waiting = [joined[length:]]
    if sum(map(len, waiting)):
        yield np.concatenate(waiting)


def encode_opus(pieces: Iterable[Wave], rate: int) -> bytes:
    """Ogg/Opus as Telegram's voice notes are: mono, 48 kHz, tuned for speech.

    Frames of 40 ms would take a tenth off the size, but swing over by 6 dB. The encoder's greatest
    effort, 10, takes a third longer than 5, more than all the speaking, and comes nearer to the
    sound by .1 dB of 5.4, between their spectra (all measured).
    """
    options = {
        "application": "voip",
        "vbr": "on",
        "frame_duration": "20",
        "compression_level": "5",
    }
    return _encoded(pieces, rate, "ogg", "libopus", OPUS_RATE, OPUS_BITS, options)


def encode_aac(pieces: Iterable[Wave], rate: int) -> bytes:
    """AAC in an .m4a: mono, 24 kHz, 48 kbit/s, a piece of a book."""
    return _encoded(pieces, rate, "ipod", "aac", AAC_RATE, AAC_BITS, {})


def _encoded(
    pieces: Iterable[Wave],
    rate: int,
    container_format: str,
    codec: str,
    out_rate: int,
    bits: int,
    options: dict[str, str],
) -> bytes:
    out = io.BytesIO()
    bare = {"fflags": "+bitexact"}  # no random serial number: the same words are the same bytes
    with av.open(out, "w", format=container_format, options=bare) as container:
        stream: Any = container.add_stream(codec, rate=out_rate, layout="mono", options=options)
        stream.bit_rate = bits
        sample_format = stream.codec_context.codec.audio_formats[0].name
        resampler = av.AudioResampler(format=sample_format, layout="mono", rate=out_rate)
        for frame in _frames(pieces, rate):
            for even in resampler.resample(frame):
                container.mux(stream.encode(even))
        for even in resampler.resample(None):
            container.mux(stream.encode(even))
        container.mux(stream.encode(None))
    return out.getvalue()


def _frames(pieces: Iterable[Wave], rate: int) -> Iterator[av.AudioFrame]:
    start = 0
    for piece in pieces:
        even = np.clip(piece, -1, 1).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(even[None, :], format="flt", layout="mono")
        frame.sample_rate, frame.pts = rate, start
        start += len(piece)
        yield frame


def bind(title: str, chapters: Sequence[Chapter], out: Path) -> float:
    """Write one .m4b of what `encode_aac` made, with titled chapters; how long it is, in seconds.

    The packets are copied as they are. What each piece's encoder ran ahead, a twentieth of a
    second, stays as silence before it.
    """
    read = [[packet for piece in pieces for packet in _packets(piece)] for _, pieces in chapters]
    ends = [count * AAC_FRAME for count in itertools.accumulate(map(len, read))]
    with av.open(str(out), "w", format="ipod", options={"brand": "M4B "}) as book:
        book.metadata.update({"title": title, "genre": "Audiobook"})
        book.set_chapters(
            [
                {
                    "id": at,
                    "start": start,
                    "end": end,
                    "time_base": Fraction(1, AAC_RATE),
                    "metadata": {"title": name},
                }
                for at, ((name, _), start, end) in enumerate(
                    zip(chapters, [0, *ends], ends, strict=False)
                )
            ]
        )
        with av.open(str(chapters[0][1][0]), "r") as first:
            stream = book.add_stream_from_template(first.streams.audio[0])
        for at, packet in enumerate(itertools.chain.from_iterable(read)):
            packet.stream = stream
            packet.pts = packet.dts = at * AAC_FRAME
            packet.duration = AAC_FRAME
            book.mux(packet)
    return ends[-1] / AAC_RATE


def _packets(piece: Path) -> list[av.Packet[av.AudioStream]]:
    with av.open(str(piece), "r") as source:
        return [packet for packet in source.demux(source.streams.audio[0]) if packet.size]


# --- decode --------------------------------------------------------------------------------------


def decode(content: bytes, rate: int, most: float) -> Wave:
    """Any voice note as a wave of that rate.

    Decoding stops at `most` seconds of sound (AudioTooLong), however small the file is.
    BrokenAudio: it is no audio file, is damaged, or holds no sound.
    """
    pieces: list[Wave] = []
    length = 0
    try:
        for piece in _decoded(content, rate):
            pieces.append(piece)
            length += len(piece)
            if length > most * rate:
                raise AudioTooLong
    except (av.FFmpegError, ValueError, LookupError):
        raise BrokenAudio from None
    if not length:
        raise BrokenAudio
    return np.concatenate(pieces)


def _decoded(content: bytes, rate: int) -> Iterator[Wave]:
    options = {"format_whitelist": _FORMATS, "protocol_whitelist": ""}
    with av.open(io.BytesIO(content), "r", options=options) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
        for frame in container.decode(stream):
            if (frame.format.name, frame.layout.name, frame.sample_rate) == ("fltp", "mono", rate):
                yield np.frombuffer(bytes(frame.planes[0]), np.float32, frame.samples)
                continue  # a note of our own: half the time of reading it was resampling nothing
            for even in resampler.resample(frame):
                yield even.to_ndarray()[0]
        for even in resampler.resample(None):
            yield even.to_ndarray()[0]
