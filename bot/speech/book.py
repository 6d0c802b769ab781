"""A course as an audio book: .m4b files with titled chapters, made once for each version of it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
import tempfile
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.errors import CannotSpeak, WorkerFailed
from bot.speech.narrating import split
from bot.speech.script import Script, lines_to_json
from bot.speech.worker import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from bot.speech.kept import KeptAudio
    from bot.speech.narrating import Narrator

__all__ = ["Bookbinder"]

MOST_BYTES: Final = 48_000_000
"""Of a file: a bot may send 50,000,000 (Bot API, sendDocument)."""
PIECE: Final = 60.0
"""Seconds of speech made at a time, so that whoever asks a question meanwhile waits a second."""
MOST_PARTS: Final = 20
BINDING: Final = 120.0
"""Seconds a part may take to be bound; it is copied, not encoded."""


@dataclass(frozen=True, slots=True)
class _Order:
    """What a book is made of; the same order, with the same voice, is the same book."""

    title: str
    chapters: Sequence[tuple[str, Script]]
    language: str
    speed: float
    voice: str | None

    def key(self) -> str:
        contents = [[name, lines_to_json(script).decode()] for name, script in self.chapters]
        return _key(self.title, contents, self.language, self.speed)


@dataclass(frozen=True, slots=True)
class _Chapter:
    title: str
    pieces: tuple[Path, ...]

    @property
    def size(self) -> int:
        return sum(piece.stat().st_size for piece in self.pieces)


class Bookbinder:
    """Makes books of scripts, one at a time, and keeps them on the shelf of recordings."""

    def __init__(
        self,
        narrator: Narrator,
        kept: KeptAudio,
        worker: Worker | None = None,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._narrator = narrator
        self._kept = kept
        self._worker = worker or Worker("bot.speech.book_worker", room=4, lasting=False)
        self._most = most_bytes
        self._turn = asyncio.Lock()

    async def book(
        self,
        title: str,
        chapters: Sequence[tuple[str, Script]],
        language: str = "en",
        speed: float = 1.0,
        voice: str | None = None,
    ) -> list[Path]:
        """The book's files in order: one, unless it is longer than two hours.

        They stay on the shelf until it is full, so send them soon. CannotSpeak: no voice can, or
        there is no room on the disk.
        """
        order = _Order(title, chapters, language, speed, voice)
        async with self._turn:
            key = self._key(order, [self._narrator.first(language, voice)])
            ready = await asyncio.to_thread(self._on_the_shelf, key)
            return ready or await self._made(order)

    async def close(self) -> None:
        """End the process, if it runs."""
        await self._worker.close()

    def _key(self, order: _Order, voices: Sequence[str | None]) -> str:
        return _key(order.key(), voices, self._most)

    def _on_the_shelf(self, key: str) -> list[Path]:
        for count in range(1, MOST_PARTS + 1):
            paths = [
                path
                for part in range(count)
                if (path := self._kept.find(_key(key, count, part), "book"))
            ]
            if len(paths) == count:
                return paths
        return []

    async def _made(self, order: _Order) -> list[Path]:
        voices: set[str] = set()
        try:
            async with _folder() as folder:
                read = []
                for at, (name, script) in enumerate(order.chapters):
                    pieces = await self._said(order, script, folder, at, voices)
                    read.append(_Chapter(name, pieces))
                return await self._bound(order.title, read, self._key(order, sorted(voices)))
        except OSError as fault:
            raise CannotSpeak(f"The book cannot be written: {fault.strerror}.") from None

    async def _said(
        self, order: _Order, script: Script, folder: Path, at: int, voices: set[str]
    ) -> tuple[Path, ...]:
        """The pieces of a chapter as files; `voices` gathers who said them."""
        pieces = []
        for number, part in enumerate(split(script, order.speed, PIECE)):
            said = await self._narrator.narrate(
                part, order.language, order.speed, order.voice, "aac"
            )
            voices.add(said.voice)
            pieces.append(folder / f"{at:04}-{number:04}.m4a")
            await asyncio.to_thread(pieces[-1].write_bytes, said.content)
        return tuple(pieces)

    async def _bound(self, title: str, chapters: Sequence[_Chapter], key: str) -> list[Path]:
        parts = parted(chapters, self._most)
        paths = []
        for at, part in enumerate(parts):
            name = title if len(parts) == 1 else f"{title} ({at + 1} of {len(parts)})"
            paths.append(await self._part(name, part, _key(key, len(parts), at)))
        return paths

    async def _part(self, title: str, chapters: Sequence[_Chapter], key: str) -> Path:
        out = await asyncio.to_thread(self._kept.unfinished)
        try:
            head = {
                "title": title,
                "chapters": [[some.title, [str(p) for p in some.pieces]] for some in chapters],
                "out": str(out),
            }
            reply, _ = await self._worker.ask(head, b"", BINDING)
            return await asyncio.to_thread(self._kept.take, key, "book", reply["seconds"], out)
        except WorkerFailed as failure:
            raise CannotSpeak(f"The book cannot be bound: {failure}") from None
        finally:
            out.unlink(missing_ok=True)


def parted(chapters: Sequence[_Chapter], most: int) -> list[list[_Chapter]]:
    """The chapters in parts of at most so many bytes. Only a chapter longer than that is cut."""
    units: list[_Chapter] = []
    for chapter in chapters:
        if chapter.size <= most:
            units.append(chapter)
        else:
            units += [_Chapter(chapter.title, (piece,)) for piece in chapter.pieces]
    parts: list[list[_Chapter]] = [[]]
    room = most
    for unit in units:
        if parts[-1] and unit.size > room:
            parts.append([])
            room = most
        parts[-1].append(unit)
        room -= unit.size
    return parts


@asynccontextmanager
async def _folder() -> AsyncIterator[Path]:
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="viva-book-"))
    try:
        yield folder
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _key(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
