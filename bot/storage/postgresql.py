"""PostgreSQL: the engine of several machines, through asyncpg."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["AdvisoryLocks", "engine", "remedy"]

CONNECTIONS = 10
"""Beside them each process keeps one for its locks. A server takes 100 by default."""

WAIT_SECONDS = 30
"""For a free connection."""

IDLE_SECONDS = 20
"""That a transaction may do nothing. A process that is paused within one holds its locks, and up
all the others, until the server ends it."""

# The first two letters of an SQLSTATE name its class (PostgreSQL manual, appendix A).
_REMEDIES = {
    "08": "the connection failed. Check that the server runs and VIVA_DATABASE_URL is right.",
    "28": "it refused the login. Check user and password in VIVA_DATABASE_URL.",
    "3D": "there is no such database. Create it, or mend VIVA_DATABASE_URL.",
    "42501": "access was refused. Grant this user CREATE and USAGE on the schema.",
    "53100": "the server's disk is full. Free some space there.",
    "53": "the server is out of resources. Raise max_connections, or run fewer replicas.",
    "57": "the server is being shut down or was interrupted. Start it again.",
    "25P03": "it was held for too long without a word; this process must have been paused.",
    "25006": "it can only be read. Point VIVA_DATABASE_URL to the primary server.",
}


def engine(url: URL) -> AsyncEngine:
    """A pool of connections. Parameters are learners' words: they stay out of error messages.

    The pool asks whether a connection still lives before it gives it out: a restarted server is
    then found again without an error to anybody.
    """
    made = create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=WAIT_SECONDS,
    )
    event.listen(made.sync_engine, "connect", _prepare)
    return made


def _prepare(connection: Any, record: object) -> None:
    """Settings of a new connection."""
    cursor = connection.cursor()
    cursor.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'")
    cursor.close()
    connection.commit()


def remedy(cause: BaseException | None) -> str:
    """What went wrong and what to do about it."""
    if isinstance(cause, OSError | TimeoutError):
        return _REMEDIES["08"]
    state = str(getattr(cause, "sqlstate", None) or "")
    found = _REMEDIES.get(state) or _REMEDIES.get(state[:2])
    return found or f"it failed (SQLSTATE {state or 'unknown'}, {type(cause).__name__})."


def is_of_a_value(cause: BaseException | None) -> bool:
    """Whether it was a value that it could not take (class 22): not the store's fault."""
    return str(getattr(cause, "sqlstate", None) or "").startswith("22")


_LOCK = text("SELECT pg_advisory_lock(CAST(:number AS bigint))")
_UNLOCK = text("SELECT pg_advisory_unlock(CAST(:number AS bigint))")

# A lock on one bigint is shown as its upper and its lower half (manual, pg_locks).
_HELD = text(
    "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks "
    "WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND database = "
    "(SELECT oid FROM pg_database WHERE datname = current_database())"
)


class AdvisoryLocks:
    """Locks that die with the connection that holds them: advisory locks of one session."""

    def __init__(self, of: AsyncEngine) -> None:
        # A connection outside the pool: locks belong to a session, and this one is never given
        # to anybody else.
        self._engine = create_async_engine(of.url, pool_size=1, max_overflow=0)
        self._session: AsyncConnection | None = None
        self._using = asyncio.Lock()
        self._mine: set[int] = set()

    async def hold(self, number: int) -> None:
        """Take a lock that nobody else has; it is kept until `drop`, or until the session ends."""
        async with self._using:
            session = await self._connected()
            await session.execute(_LOCK, {"number": number})
            self._mine.add(number)

    async def drop(self, number: int) -> None:
        """Give a lock back."""
        async with self._using:
            if number in self._mine:
                self._mine.discard(number)
                await (await self._connected()).execute(_UNLOCK, {"number": number})

    async def held(self, numbers: Iterable[int]) -> set[int]:
        """Those of the numbers that a living session holds."""
        async with self._using:
            rows = await (await self._connected()).execute(_HELD)
        return set(rows.scalars()) & set(numbers)

    async def close(self) -> None:
        """End the session, and with it all locks."""
        async with self._using:
            self._mine.clear()
            if self._session is not None:
                await self._session.close()
                self._session = None
            await self._engine.dispose()

    async def _connected(self) -> AsyncConnection:
        """The session; when it was lost, a new one that holds the same locks."""
        if self._session is not None and await _lives(self._session):
            return self._session
        session = await self._engine.connect()
        self._session = await session.execution_options(isolation_level="AUTOCOMMIT")
        for number in self._mine:
            await self._session.execute(_LOCK, {"number": number})
        return self._session


async def _lives(session: AsyncConnection) -> bool:
    """Whether the server still answers on it; if not, it is put away."""
    try:
        await session.execute(text("SELECT 1"))
    except DBAPIError:
        await session.invalidate()
        await session.close()
        return False
    return True
