"""SQLite: the engine of one machine. A file, held open by one or several processes.

A write transaction begins with BEGIN IMMEDIATE, so that it never fails half-way for want of the
lock, and commits with synchronous FULL: a commit survives a power cut.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout
from sqlalchemy import URL, Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["FileLocks", "engine", "make_room", "remedy", "url_of"]

BUSY_SECONDS = 30

_REMEDIES = {
    sqlite3.SQLITE_FULL: "the disk is full. Free some space, then start Viva again.",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened. Check that VIVA_HOME is a folder you may write.",
    sqlite3.SQLITE_READONLY: "it cannot be written. Give this user write permission on its folder.",
    sqlite3.SQLITE_PERM: "access was refused. Give this user read and write permission.",
    sqlite3.SQLITE_NOTADB: "it is not a database. Move it away, or restore a backup over it.",
    sqlite3.SQLITE_CORRUPT: "it is damaged. Move it away, or restore a backup over it.",
    sqlite3.SQLITE_BUSY: "another program has held it for too long. Stop that program.",
    sqlite3.SQLITE_IOERR: "the disk gave an error. Check the disk, then start Viva again.",
}


def url_of(path: Path) -> URL:
    """The address of a database file."""
    return URL.create("sqlite+aiosqlite", database=str(path))


def engine(url: URL) -> AsyncEngine:
    """A pool of connections. Parameters are learners' words: they stay out of error messages."""
    made = create_async_engine(
        url.set(drivername="sqlite+aiosqlite"),
        hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS},
    )
    event.listen(made.sync_engine, "connect", _prepare)
    event.listen(made.sync_engine, "begin", _begin)
    return made


def make_room(path: Path) -> None:
    """The folder of the file, and the file; a file that cannot be opened fails here.

    The asynchronous driver leaves a thread behind when it cannot open a file, which then calls
    into an event loop that may be closed.
    """
    try:
        (path.parent / "locks").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"The folder {path.parent} cannot be made: {error.strerror}. "
            "Set VIVA_HOME to a folder you may write."
        ) from error
    try:
        with FileLock(path.parent / "locks" / "opening.lock"):
            _make_wal(path)
    except sqlite3.Error as error:
        raise StorageError(f"The database {path}: {remedy(error)}") from error


def _make_wal(path: Path) -> None:
    """A file remembers that it keeps a write-ahead log. Becoming so waits for no other program,
    and fails when one is there: hence the lock around it.
    """
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()


def remedy(cause: BaseException | None) -> str:
    """What went wrong and what to do about it."""
    # The low byte is the primary code; the rest only refines it.
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    return _REMEDIES.get(code, f"it failed ({cause}).")


def is_of_a_value(cause: BaseException | None) -> bool:
    """Whether it was a value that it could not take: not the store's fault."""
    return isinstance(cause, sqlite3.Error) and "binding parameter" in str(cause)


class FileLocks:
    """Locks that die with the process that holds them: locked files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mine: dict[int, FileLock] = {}

    async def hold(self, number: int) -> None:
        """Take a lock that nobody else has; it is kept until `drop`, or until the process ends."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = self._lock(number)
            lock.acquire(timeout=0)
        except OSError as error:
            raise StorageError(
                f"The folder {self._folder} cannot be written: {error.strerror}. "
                "Give this user write permission on it."
            ) from error
        self._mine[number] = lock

    async def drop(self, number: int) -> None:
        """Give a lock back."""
        lock = self._mine.pop(number, None)
        if lock is not None:
            lock.release()
            self._path(number).unlink(missing_ok=True)

    async def held(self, numbers: Iterable[int]) -> set[int]:
        """Those of the numbers that a living process holds."""
        return {number for number in numbers if number in self._mine or self._taken(number)}

    async def close(self) -> None:
        """Give all locks back."""
        for number in list(self._mine):
            await self.drop(number)

    def _taken(self, number: int) -> bool:
        if not self._path(number).exists():
            return False
        lock = self._lock(number)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        lock.release()
        self._path(number).unlink(missing_ok=True)
        return False

    def _path(self, number: int) -> Path:
        return self._folder / f"{number}.lock"

    def _lock(self, number: int) -> FileLock:
        # Not a singleton and not bound to a thread: it is taken and given back by the event loop.
        return FileLock(self._path(number), thread_local=False)


def _prepare(connection: Any, record: object) -> None:
    """Settings of a new connection. The driver's own transaction handling is switched off."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("viva_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
