"""Real speech to try things on, and the tools to look at audio with."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pyloudnorm
import pytest
import soundfile
from hibari import Hibari
from scipy.signal import resample_poly

from bot.speech.audio import Wave
from bot.speech.hibari_worker import spoken
from bot.speech.script import Line, Script

LINES: Script = (
    Line("The breakthrough.", 0.7),
    Line("In twenty twelve, AlexNet won the ImageNet challenge by a wide margin.", 0.35),
    Line("It was trained on two gaming cards, and made half as many mistakes as the rest.", 0.35),
    Line("Why did it matter?", 0.35),
)


@pytest.fixture(scope="session")
def hibari() -> Any:
    return Hibari(threads=1)


@pytest.fixture(scope="session")
def speech(hibari: Any) -> Wave:
    """Fourteen seconds of the first voice as it comes: 24 kHz, not levelled."""
    return spoken(hibari, LINES, 1.0)


def listen(ogg: bytes) -> tuple[Wave, int]:
    """A note by a decoder that has nothing to do with the one that made it."""
    wave, rate = soundfile.read(io.BytesIO(ogg), dtype="float32")
    return wave, rate


def lufs(wave: Wave, rate: int) -> float:
    return float(pyloudnorm.Meter(rate).integrated_loudness(wave))


def true_peak(wave: Wave) -> float:
    """In dBFS, of the curve through the samples: four times as many of them."""
    return float(20 * np.log10(np.abs(resample_poly(wave, 4, 1)).max()))
