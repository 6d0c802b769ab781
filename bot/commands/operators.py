"""What an operator calls: doctor, backup, move."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.errors import SettingsError, StorageError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import URL

    from bot.settings import Settings
    from bot.storage.checking import Fault
    from bot.storage.copying import Tally
    from bot.storage.database import Database
    from bot.storage.migrations import Standing

__all__ = ["COMMANDS"]

LEAST_FREE = 500 * 1024**2
"""Bytes. A commit needs some, a backup as many as the store is large."""


@click.command()
def doctor() -> None:
    """Check store and index; name every fault with its remedy, one a line."""
    from bot.app import machine_clock
    from bot.settings import read_settings

    try:
        settings = read_settings()
    except SettingsError as error:
        _tell(error.faults)
    store, held = asyncio.run(_examine_store(settings, machine_clock))
    index, answers = _examine_index(settings)
    _tell([*_examine_disk(settings.home), *store, *index])
    click.echo("\n".join(["Nothing is wrong.", held, answers]))


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy the whole store into FILE, also while the tutor runs.

    FILE is a SQLite database, whatever the store is kept in.
    """
    from bot.app import machine_clock
    from bot.settings import read_settings

    held = asyncio.run(_back_up(read_settings().database, file, machine_clock()))
    click.echo(f"{file} holds: {_holdings(held)}.")


@click.command()
@click.argument("url")
def move(url: str) -> None:
    """Copy the whole store to the database at URL, and prove that it is the same there.

    URL: postgresql://user:password@host/name, or sqlite:///path/to/file. Stop the tutor first.
    """
    from bot.settings import parse_database_url, read_settings

    try:
        where = parse_database_url(url)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="URL") from None
    tallies = asyncio.run(_move(read_settings().database, where))
    click.echo("\n".join(["The same in both:", *map(_tally_line, tallies)]))
    click.echo(f"\nNow set VIVA_DATABASE_URL={_address(where)} and start the tutor.")
    click.echo("The old store stands as it was; put it away once the tutor runs.")


COMMANDS = (doctor, backup, move)


# --- doctor ------------------------------------------------------------------------------------


def _tell(faults: Iterable[object]) -> None:
    """One line a fault; ends the program if there is any."""
    lines = [" ".join(str(fault).split()) for fault in faults]
    if lines:
        click.echo("\n".join(lines))
        raise SystemExit(1)


def _examine_disk(home: Path, least: int = LEAST_FREE) -> list[Fault]:
    from bot.storage.checking import Fault

    there = next(path for path in (home, *home.absolute().parents) if path.exists())
    free = shutil.disk_usage(there).free
    if free >= least:
        return []
    return [Fault(f"Only {free // 1024**2} MB are free where VIVA_HOME is.", "Free some space.")]


async def _examine_store(
    settings: Settings, clock: Callable[[], datetime]
) -> tuple[list[Fault], str]:
    """The faults of the store, and what it holds."""
    from bot.storage.checking import Fault

    async with _opened(settings.database) as database:
        try:
            return await _examine(database, clock)
        except StorageError as error:
            return [Fault(str(error))], ""
        except OSError as error:
            what = f"The database {database.name} cannot be reached: {error.strerror or error}."
            return [Fault(what, "Check that it is there, and VIVA_DATABASE_URL.")], ""


async def _examine(database: Database, clock: Callable[[], datetime]) -> tuple[list[Fault], str]:
    from bot.storage import checking, copying, owners
    from bot.storage.migrations import Standing, standing
    from bot.storage.sqlite import make_room

    if database.path is not None:
        if not database.path.exists():
            return [_not_current(database.name, Standing.EMPTY)], ""
        make_room(database.path)
    async with database.read() as tx:
        stands = await standing(tx)
        if stands is not Standing.CURRENT:
            return [_not_current(database.name, stands)], ""
        if faults := await checking.fabric(tx):
            return faults, ""
    gone = await owners.gone(database, clock())
    async with database.read() as tx:
        faults = [*await checking.clocks(tx, clock), *await checking.rows(tx, clock(), gone)]
        return faults, f"{database.name} holds: {_holdings(await copying.counts(tx))}."


def _not_current(name: str, stands: Standing) -> Fault:
    from bot.errors import NewerDatabase
    from bot.storage.checking import Fault
    from bot.storage.migrations import Standing

    if stands is Standing.NEWER:
        return Fault(str(NewerDatabase()))
    if stands is Standing.OLDER:
        return Fault(f"{name} is of an older version.", "Start `viva run`: it migrates.")
    return Fault(f"There is no store at {name} yet.", "Start `viva run`: it makes one.")


def _examine_index(settings: Settings) -> tuple[list[Fault], str]:
    """The faults of the index, and what it answers from."""
    from bot.storage.checking import Fault
    from retrieval import Library
    from retrieval.errors import LessonsError, RetrievalError
    from retrieval.generations import damage

    try:
        if faults := damage(settings.index):
            return [Fault(str(fault)) for fault in faults], ""
        library = Library.open(settings.index)
        if not Library.is_current(settings.lessons, settings.index):
            what = f"The index in {settings.index} is older than the lessons."
            return [Fault(what, "Run `viva build`.")], ""
    except LessonsError as error:
        remedy = "Mend it; `viva check` names everything."
        return [Fault(str(problem), remedy) for problem in error.problems], ""
    except RetrievalError as error:
        return [Fault(str(error))], ""
    lessons, courses = sum(len(course.lessons) for course in library.courses), len(library.courses)
    return [], f"{settings.index} answers from: courses {courses}, lessons {lessons}."


# --- backup and move ---------------------------------------------------------------------------


async def _back_up(where: Path | URL, file: Path, now: datetime) -> Mapping[str, int]:
    from bot.commands.progress import progress
    from bot.storage import copying

    async with _opened(where) as source:
        with progress("Copying") as report:
            return await copying.back_up(source, file, now, report)


async def _move(where: Path | URL, to: Path | URL) -> list[Tally]:
    from bot.commands.progress import progress
    from bot.storage import copying

    async with _opened(where) as source, _opened(to) as target:
        with progress("Copying") as report:
            return await copying.move(source, target, report)


@asynccontextmanager
async def _opened(where: Path | URL) -> AsyncIterator[Database]:
    """The store as it is; nothing is migrated."""
    from bot.storage.database import Database

    database = Database(where)
    try:
        yield database
    finally:
        await database.close()


def _holdings(held: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {rows:,}" for name, rows in held.items() if rows) or "no rows"


def _tally_line(tally: Tally) -> str:
    return f"  {tally.table:<13} {tally.rows:>9,}  sha256 {tally.sha256[:16]}"


def _address(where: Path | URL) -> str:
    """As it is to be set, but for the password."""
    if isinstance(where, Path):
        return f"sqlite:///{where.absolute()}"
    return where.render_as_string(hide_password=True)
