"""A local server on a free port, a real bot that talks to it over HTTP, and a person."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import av
import httpx
import numpy as np
import pytest
from telegram import Bot

from bot.local.server import LocalServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from bot.local.people import Person


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def move(self, **span: float) -> None:
        self.time += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def server(tmp_path: Path, clock: Clock) -> AsyncIterator[LocalServer]:
    async with LocalServer(tmp_path, port=0, clock=clock) as server:
        yield server


@pytest.fixture
async def bot(server: LocalServer) -> AsyncIterator[Bot]:
    async with Bot(
        server.token, base_url=server.base_url, base_file_url=server.base_file_url
    ) as bot:
        yield bot


@pytest.fixture
def ada(server: LocalServer) -> Person:
    """Someone the bot may write to."""
    ada = server.person("Ada")
    ada.says("/start")
    return ada


@pytest.fixture
async def raw(server: LocalServer) -> AsyncIterator[httpx.AsyncClient]:
    """The bot's side without a library: POST a method's name."""
    async with httpx.AsyncClient(base_url=f"{server.base_url}{server.token}/") as client:
        yield client


@pytest.fixture
async def page(server: LocalServer) -> AsyncIterator[httpx.AsyncClient]:
    """The person's side, as the page has it once it is open."""
    async with httpx.AsyncClient(base_url=server.url) as client:
        (await client.get("/")).raise_for_status()
        yield client


@pytest.fixture
def picture() -> Callable[[int, int], bytes]:
    """Makes a grey PNG of a size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + checksum

    def make(width: int, height: int) -> bytes:
        rows = (
            zlib.compress(b"\0" + bytes(width))
            if width * height > 10**7
            else zlib.compress((b"\0" + b"\x80" * width) * height)
        )
        head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
        return (
            b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
        )

    return make


@pytest.fixture(scope="session")
def tone() -> Callable[..., bytes]:
    """Makes a hum of some seconds in a form and codec of FFmpeg's, Ogg/Opus if none is named."""
    return hum


def hum(seconds: float, form: str = "ogg", codec: str = "libopus", pitch: float = 220) -> bytes:
    made = io.BytesIO()
    times = np.arange(int(seconds * 48_000)) / 48_000
    wave = (8000 * np.sin(2 * np.pi * pitch * times)).astype(np.int16)
    with av.open(made, "w", format=form) as container:
        stream = container.add_stream(codec, rate=48_000, layout="mono")
        assert isinstance(stream, av.AudioStream)
        frame = av.AudioFrame.from_ndarray(wave[np.newaxis], format="s16", layout="mono")
        frame.sample_rate = 48_000
        resampled = av.AudioResampler(format=stream.format, layout="mono").resample(frame)
        for part in [*resampled, None]:
            container.mux(stream.encode(part))
    return made.getvalue()


def buttons(*rows: list[str]) -> dict[str, Any]:
    """A keyboard whose buttons send their own label."""
    return {
        "inline_keyboard": [
            [{"text": label, "callback_data": label} for label in row] for row in rows
        ]
    }


@pytest.fixture
def keyboard() -> Callable[..., dict[str, Any]]:
    return buttons
