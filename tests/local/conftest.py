"""A local server on a free port, a real bot that talks to it over HTTP, and a person."""

from __future__ import annotations

import struct
import zlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
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
