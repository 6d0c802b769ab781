"""The database: how a transaction is opened, and what its failures mean.

One store on two engines: a SQLite file, or PostgreSQL by address. What differs between them stands
in `sqlite` and `postgresql`; everything else is written once.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.dialects import postgresql as postgresql_dialect
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StorageError
from bot.storage import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from sqlalchemy import URL, Table

__all__ = ["Database", "Transaction", "upsert"]

Transaction = AsyncConnection


def upsert(tx: Transaction, table: Table) -> sqlite_dialect.Insert | postgresql_dialect.Insert:
    """An INSERT that can say what to do on a conflict; the engines write it the same way."""
    if tx.dialect.name == "sqlite":
        return sqlite_dialect.insert(table)
    return postgresql_dialect.insert(table)


class Database:
    """One store and its pool of connections. `where`: a file for SQLite, or an address."""

    def __init__(self, where: Path | URL) -> None:
        url = sqlite.url_of(where) if isinstance(where, Path) else where
        self.url = url
        self.on_sqlite = url.get_backend_name() == "sqlite"
        self.path = Path(url.database or "viva.db") if self.on_sqlite else None
        self.name = str(self.path) if self.on_sqlite else url.render_as_string(hide_password=True)
        self._writing = asyncio.Lock()
        self._engine = sqlite.engine(url) if self.on_sqlite else postgresql.engine(url)
        self.locks: sqlite.FileLocks | postgresql.AdvisoryLocks = (
            sqlite.FileLocks(self.path.parent / "locks")
            if self.path
            else postgresql.AdvisoryLocks(self._engine)
        )

    async def close(self) -> None:
        """Give locks and connections back. Open transactions must have ended."""
        await self.locks.close()
        await self._engine.dispose()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """A transaction that may change rows: commits when the block ends, or rolls back.

        On SQLite the writers of one process queue here, in order, instead of racing for the
        file's lock.
        """
        async with AsyncExitStack() as stack:
            if self.on_sqlite:
                await stack.enter_async_context(self._writing)
            yield await stack.enter_async_context(self._begun(writing=True))

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """A transaction that sees one state of the store throughout."""
        async with self._begun(writing=False) as transaction:
            yield transaction

    @asynccontextmanager
    async def _begun(self, *, writing: bool) -> AsyncIterator[Transaction]:
        with self.explained():
            async with self._engine.connect() as connection:
                if self.on_sqlite:
                    await connection.execution_options(viva_writing=writing)
                elif not writing:
                    await connection.execution_options(isolation_level="REPEATABLE READ")
                async with connection.begin():
                    yield connection

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turn a failure of the engine into a StorageError that names the store and the remedy."""
        remedy = sqlite.remedy if self.on_sqlite else postgresql.remedy
        try:
            yield
        except (IntegrityError, DataError):
            raise  # the row's fault, not the store's
        except DBAPIError as error:
            cause = error.orig.__cause__ if error.orig and not self.on_sqlite else error.orig
            if (sqlite if self.on_sqlite else postgresql).is_of_a_value(cause):
                raise
            raise StorageError(f"The database {self.name}: {remedy(cause)}") from error
        except sqlite3.Error as error:
            raise StorageError(f"The database {self.name}: {remedy(error)}") from error
        except PoolTimeout as error:
            raise StorageError(f"The database {self.name}: all connections are busy.") from error
        except OSError as error:
            raise StorageError(f"The database {self.name}: {remedy(error)}") from error
