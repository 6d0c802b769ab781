"""The shelf of recordings: what was said once is not made again.

One file a recording, in 256 folders. Its name holds the key, the length in milliseconds and the
start of the content's SHA-256, so a file is whole and right or is not used. Several processes may
use the same folder. It never fails: what cannot be read is made anew, and what cannot be written
is not kept.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.speech.recording import Form

__all__ = ["Kept", "KeptAudio"]

log = logging.getLogger(__name__)

_ENDINGS: Final[dict[Form, str]] = {"opus": ".ogg", "aac": ".m4a", "book": ".m4b"}
_UNFINISHED: Final = ".part"
_ABANDONED: Final = 3600.0
"""Seconds after which an unfinished file belongs to nobody who lives."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A recording from the shelf."""

    content: bytes
    seconds: float


class KeptAudio:
    """Recordings by key, at most so many bytes of them; the longest unused go first."""

    def __init__(self, folder: Path, most_bytes: int = 500_000_000) -> None:
        self._folder = folder
        self._most = most_bytes
        self._added = most_bytes  # what lies here already is not known: the first `put` looks
        self._lock = threading.Lock()

    def get(self, key: str, form: Form) -> Kept | None:
        """The recording, if it is here and undamaged."""
        path = self.find(key, form)
        if path is None:
            return None
        with suppress(OSError):
            return Kept(path.read_bytes(), _milliseconds(path) / 1000)
        return None

    def find(self, key: str, form: Form) -> Path | None:
        """Its file, found undamaged and marked as used now."""
        for path in self._named(key, form):
            try:
                whole = _digest(path) == path.name.split(".")[2]
                if whole:
                    os.utime(path)
                    return path
                log.warning("a kept recording was damaged: it is made anew")
                path.unlink()
            except OSError:
                continue  # another process took it away
        return None

    def put(self, key: str, form: Form, content: bytes, seconds: float) -> Path | None:
        """Keep a recording. None: there is no room or no right to write; it is logged."""
        try:
            made = self.unfinished()
            try:
                made.write_bytes(content)
                return self.take(key, form, seconds, made)
            finally:
                made.unlink(missing_ok=True)
        except OSError as fault:
            log.warning("a recording could not be kept: %s", fault.strerror)
            return None

    def unfinished(self) -> Path:
        """A new empty file on the shelf, to be filled and given to `take`. OSError: no room."""
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(suffix=_UNFINISHED, dir=self._folder)
        os.close(handle)
        return Path(name)

    def take(self, key: str, form: Form, seconds: float, made: Path) -> Path:
        """Put a finished file into its place. OSError: it cannot be read or moved."""
        shelf = self._folder / key[:2]
        shelf.mkdir(exist_ok=True)
        path = shelf / f"{key}.{round(seconds * 1000)}.{_digest(made)}{_ENDINGS[form]}"
        made.replace(path)
        for other in self._named(key, form):
            if other != path:
                other.unlink(missing_ok=True)
        self._bound(path.stat().st_size)
        return path

    def _named(self, key: str, form: Form) -> list[Path]:
        return list((self._folder / key[:2]).glob(f"{key}.*.*{_ENDINGS[form]}"))

    def _bound(self, added: int) -> None:
        """Sweep whenever so much was added that it may be needed.

        Other processes add as well, unseen, so the bound is kept at a distance: four of them
        together stay under it.
        """
        with self._lock:
            self._added += added
            if self._added < self._most // 40:
                return
            self._added = 0
            self._sweep()

    def _sweep(self) -> None:
        """Above nine tenths of the bound, take the longest unused away until eight are left."""
        files = sorted(self._files())
        total = sum(size for _, size, _ in files)
        if total <= self._most * 9 // 10:
            return
        for _, size, path in files[:-1]:
            if total <= self._most * 8 // 10:
                break
            with suppress(OSError):
                path.unlink()
            total -= size

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        """When it was used last, its bytes and its place, of each file; leftovers are removed."""
        for path in self._folder.rglob("*.*"):
            with suppress(OSError):
                about = path.stat()
                if path.suffix in _ENDINGS.values():
                    yield about.st_mtime, about.st_size, path
                elif path.suffix == _UNFINISHED and _age(about.st_mtime, self._folder) > _ABANDONED:
                    path.unlink()


def _age(changed: float, folder: Path) -> float:
    """Seconds since, by the clock of the file system: that of the folder's last change."""
    return folder.stat().st_mtime - changed


def _milliseconds(path: Path) -> int:
    return int(path.name.split(".")[1])


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()[:16]
