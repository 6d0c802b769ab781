"""The database: how a transaction is opened, and what its failures mean.

SQLite with a write-ahead log. A write transaction begins with BEGIN IMMEDIATE, so that it never
fails half-way for want of the lock, and commits with synchronous FULL: a commit survives a power
cut. Inside one process the writers queue in order instead of racing for the file's lock.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, event
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

__all__ = ["Database", "Transaction"]

Transaction = AsyncConnection

BUSY_SECONDS = 10

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


class Database:
    """One database file and its pool of connections."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writing = asyncio.Lock()
        self._engine = _engine(path)

    async def close(self) -> None:
        """Give the connections back. Open transactions must have ended."""
        await self._engine.dispose()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """A transaction that may change rows: commits when the block ends, or rolls back."""
        async with self._writing, self._begun(writing=True) as transaction:
            yield transaction

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """A transaction that sees one state of the store throughout."""
        async with self._begun(writing=False) as transaction:
            yield transaction

    @asynccontextmanager
    async def _begun(self, *, writing: bool) -> AsyncIterator[Transaction]:
        with _explained(self.path):
            async with self._engine.connect() as connection:
                await connection.execution_options(viva_writing=writing)
                async with connection.begin():
                    yield connection


def _engine(path: Path) -> AsyncEngine:
    url = URL.create("sqlite+aiosqlite", database=str(path))
    # Parameters are learners' words: they stay out of error messages.
    engine = create_async_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _prepare(connection: Any, record: object) -> None:
    """Settings of a new connection. The driver's own transaction handling is switched off."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("viva_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn a failure of the engine into a StorageError that names the file and the remedy."""
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        raise StorageError(f"The database {path}: {_remedy(error.orig)}") from error
    except sqlite3.Error as error:
        raise StorageError(f"The database {path}: {_remedy(error)}") from error


def _remedy(cause: BaseException | None) -> str:
    # The low byte is the primary code; the rest only refines it.
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    return _REMEDIES.get(code, f"it failed ({cause}).")
