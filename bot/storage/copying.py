"""Copying: the whole store into a file beside it, or into another engine.

Both go by the columns of the tables, so a table that is added later is copied by itself.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sqlite3
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, func, insert, inspect, select, table
from sqlalchemy.exc import DataError, IntegrityError

from bot.errors import CannotCopy
from bot.storage import owners
from bot.storage.database import Database
from bot.storage.migrations import Standing, migrate, standing
from bot.storage.tables import metadata
from bot.storage.tables import owners as owners_table

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row, Table

    from bot.storage.database import Transaction

    Report = Callable[[int, int], None]

__all__ = ["Tally", "back_up", "counts", "move"]

BATCH = 500
"""Rows at a time: few enough for the memory, enough to be quick."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a table holds: equal tallies, equal rows."""

    table: str
    rows: int
    sha256: str


async def counts(tx: Transaction) -> dict[str, int]:
    """How many rows each table holds, in a store of any version."""

    def names(connection: Connection) -> list[str]:
        return sorted(set(inspect(connection).get_table_names()) - {"alembic_version"})

    found = {}
    for name in await tx.run_sync(names):
        query = select(func.count()).select_from(table(name))
        found[name] = int((await tx.execute(query)).scalar_one())
    return found


async def back_up(
    source: Database, file: Path, now: datetime, report: Report | None = None
) -> dict[str, int]:
    """Copy the store as it stands, also while others write to it, into a SQLite file.

    The copy is made aside and gets its name once it is whole. What processes had in hand is free
    in it, as after a crash: whoever starts from it is not one of them. Returns how many rows it
    holds. Raises CannotCopy or StorageError.
    """
    _check_that_it_is_there(source)
    _check_that_it_is_free(file)
    try:
        with TemporaryDirectory(dir=file.parent, prefix=".viva-backup-") as folder:
            aside = Path(folder) / "viva.db"
            await (_copied_file if source.path else _copied_rows)(source, aside, report)
            await asyncio.to_thread(_check_that_it_is_whole, aside)
            held = await _freed(aside, now)
            await asyncio.to_thread(_seal, aside)
            _check_that_it_is_free(file)
            aside.replace(file)
            _sync(file.parent)
    except OSError as error:
        raise CannotCopy(f"{file} cannot be written: {error.strerror}.") from error
    return held


async def move(source: Database, target: Database, report: Report | None = None) -> list[Tally]:
    """Copy the whole store to another engine, and prove that it is the same there.

    It is one transaction on the target: if it ends early, nothing is there. Raises CannotCopy when
    the tutor runs or the target holds rows, or StorageError.
    """
    _check_that_it_is_there(source)
    await _check_that_it_is_current(source)
    await _check_that_nobody_runs(source)
    await migrate(target)
    async with source.read() as old, target.write() as new:
        if any((await counts(new)).values()):
            raise CannotCopy(f"{target.name} holds rows already. Name an empty database.")
        await _copy(old, new, report)
        await _count_on(new)
        there = await _tallies(new)
        if there != await _tallies(old):
            raise CannotCopy(f"{target.name} does not give back what was written to it.")
        await _check_that_nobody_runs(source)
    return there


# --- the ways to copy --------------------------------------------------------------------------


async def _copied_file(source: Database, aside: Path, report: Report | None) -> None:
    """SQLite's own backup, in one step: writers of other processes are not held up."""

    def copy(path: Path) -> None:
        with _connected(path) as old, _connected(aside) as new:
            old.backup(new)

    assert source.path  # noqa: S101
    with source.explained():
        await asyncio.to_thread(copy, source.path)


async def _copied_rows(source: Database, aside: Path, report: Report | None) -> None:
    await _check_that_it_is_current(source)
    copy = Database(aside)
    try:
        await migrate(copy)
        async with source.read() as old, copy.write() as new:
            await _copy(old, new, report)
    finally:
        await copy.close()


async def _copy(old: Transaction, new: Transaction, report: Report | None) -> None:
    """All rows, those that others refer to first."""
    total, done = sum((await counts(old)).values()), 0
    for of in metadata.sorted_tables:
        async with aclosing(_batches(old, of)) as batches:
            async for batch in batches:
                await _put(new, of, batch)
                done += len(batch)
                if report:
                    report(done, total)


async def _put(tx: Transaction, of: Table, batch: Sequence[Row[Any]]) -> None:
    try:
        await tx.execute(insert(of), [dict(row._mapping) for row in batch])
    except (IntegrityError, DataError) as error:
        raise CannotCopy(
            f"A row of {of.name} cannot be kept there. Run `viva doctor` on the old store."
        ) from error


async def _batches(tx: Transaction, of: Table) -> AsyncGenerator[Sequence[Row[Any]]]:
    """The rows of a table, ordered by key, the same way on each engine."""
    query = select(of).order_by(*(_ordered(tx, column) for column in of.primary_key))
    async with tx.stream(query) as result:
        async for batch in result.partitions(BATCH):
            yield batch


def _ordered(tx: Transaction, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """PostgreSQL would order letters by the language of its server, SQLite by their bytes."""
    if tx.dialect.name == "postgresql" and isinstance(column.type, Text):
        return column.collate("C")
    return column


async def _count_on(tx: Transaction) -> None:
    """PostgreSQL's counters know nothing of ids that were given: they go on after the last one."""
    if tx.dialect.name != "postgresql":
        return
    for of in metadata.sorted_tables:
        column = of.autoincrement_column
        if column is not None:
            counter = func.pg_get_serial_sequence(of.name, column.name)
            last = func.coalesce(func.max(column), 1)
            await tx.execute(select(func.setval(counter, last, func.count() > 0)).select_from(of))


# --- the proof ---------------------------------------------------------------------------------


async def _tallies(tx: Transaction) -> list[Tally]:
    return [await _tally(tx, of) for of in metadata.sorted_tables]


async def _tally(tx: Transaction, of: Table) -> Tally:
    rows, digest = 0, hashlib.sha256()
    async with aclosing(_batches(tx, of)) as batches:
        async for batch in batches:
            for row in batch:
                line = json.dumps(list(row), sort_keys=True, default=_plain)
                digest.update(f"{line}\n".encode())
            rows += len(batch)
    return Tally(of.name, rows, digest.hexdigest())


def _plain(value: datetime) -> str:
    return value.isoformat()


# --- the backup's end --------------------------------------------------------------------------


async def _freed(aside: Path, now: datetime) -> dict[str, int]:
    """Let go what processes had in hand; returns what the copy holds."""
    copy = Database(aside)
    try:
        async with copy.write() as tx:
            if await standing(tx) is Standing.CURRENT:
                known = (await tx.execute(select(owners_table.c.owner))).scalars().all()
                await owners.let_go(tx, known, now)
            return await counts(tx)
    finally:
        await copy.close()


def _seal(aside: Path) -> None:
    """One whole file, on the disk, for this user only: it holds learners' words."""
    with _connected(aside) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    aside.chmod(0o600)
    _sync(aside)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path)
    try:
        yield connection
    finally:
        connection.close()


# --- what must hold before ---------------------------------------------------------------------


def _check_that_it_is_there(source: Database) -> None:
    if source.path is not None and not source.path.is_file():
        raise CannotCopy(f"There is no store at {source.name} yet.")


def _check_that_it_is_free(file: Path) -> None:
    if file.exists():
        raise CannotCopy(f"{file} is there already. Name a new file.")
    if not file.parent.is_dir():
        raise CannotCopy(f"There is no folder {file.parent}.")


def _check_that_it_is_whole(aside: Path) -> None:
    try:
        with _connected(aside) as connection:
            [found] = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        found = str(error)
    if found != "ok":
        raise CannotCopy("The store is damaged, and so would be its copy. Run `viva doctor`.")


async def _check_that_it_is_current(source: Database) -> None:
    async with source.read() as tx:
        stands = await standing(tx)
    if stands is not Standing.CURRENT:
        raise CannotCopy(
            f"The store {source.name} is not of this version. Start `viva run` once: it migrates."
        )


async def _check_that_nobody_runs(source: Database) -> None:
    async with source.read() as tx:
        known = (await tx.execute(select(owners_table.c.owner))).scalars().all()
    with source.explained():
        alive = await source.locks.held(known)
    if alive:
        raise CannotCopy("The tutor is running. Stop all its processes, then move the store.")
