"""A backup, and a move to another engine: all of it comes along, or nothing."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import stat
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import JSON, Boolean, Date, Float, Table, Text, func, insert, select, update

from bot.errors import CannotCopy
from bot.storage import checking, copying, learners, outbox, owners
from bot.storage.database import Database
from bot.storage.learners import LearnerId
from bot.storage.migrations import migrate
from bot.storage.tables import Instant, metadata
from bot.storage.tables import outbox as outbox_table

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sqlalchemy import Column

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROWS = 3
ON_POSTGRESQL = pytest.mark.parametrize("where", ["postgresql"], indirect=True)


def value(column: Column[Any], number: int) -> object:
    """The same number in every key, so that rows of different tables belong together."""
    match column.type:
        case Instant():
            return NOON + timedelta(days=number, microseconds=number)
        case JSON():
            return {"text": f"é🐝 {number}", "spans": [[0, None]], "half": 0.5}
        case Date():
            return NOON.date() + timedelta(days=number)
        case Float():
            return number / 3
        case Boolean():
            return bool(number % 2)
        case Text():
            return f"{column.name} Ä~é🐝'\n {number}"
        case _:
            return number


def row(table: Table, number: int, *, sparse: bool = False) -> dict[str, object]:
    return {
        column.name: None if sparse and column.nullable else value(column, number)
        for column in table.columns
    }


async def fill(database: Database) -> None:
    """Every table, every column; the last row of each without what may be left out."""
    async with database.write() as tx:
        for table in metadata.sorted_tables:
            full = [row(table, number) for number in range(1, ROWS)]
            await tx.execute(insert(table), [*full, row(table, ROWS, sparse=True)])


async def contents(database: Database) -> dict[str, list[tuple[object, ...]]]:
    found = {}
    async with database.read() as tx:
        for table in metadata.sorted_tables:
            rows = (await tx.execute(select(table))).all()
            found[table.name] = sorted((tuple(each) for each in rows), key=repr)
    return found


async def left_out(database: Database) -> dict[str, int]:
    """How many rows have nothing there, by column that may have nothing; JSON's null is something."""
    columns = [each for table in metadata.sorted_tables for each in table.columns if each.nullable]
    async with database.read() as tx:
        return {
            str(column): (
                await tx.execute(select(func.count()).where(column.is_(None)))
            ).scalar_one()
            for column in columns
        }


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Database]:
    """A store on SQLite, brought to this version."""
    opened = Database(tmp_path / "here" / "viva.db")
    await migrate(opened)
    yield opened
    await opened.close()


@ON_POSTGRESQL
async def test_a_store_comes_back_from_the_other_engine_as_it_was(
    here: Database, empty: Database, tmp_path: Path
) -> None:
    await fill(here)
    moved: list[tuple[int, int]] = []
    there = await copying.move(here, empty, lambda done, total: moved.append((done, total)))
    assert [tally.table for tally in there] == [table.name for table in metadata.sorted_tables]
    assert {tally.rows for tally in there} == {ROWS}
    assert moved[-1] == (ROWS * len(metadata.tables), ROWS * len(metadata.tables))
    assert await contents(empty) == await contents(here)
    assert set((await left_out(empty)).values()) == {1}
    back = Database(tmp_path / "back" / "viva.db")
    assert await copying.move(empty, back) == there
    assert await contents(back) == await contents(here)
    await back.close()


async def test_after_a_move_new_rows_get_ids_of_their_own(here: Database, empty: Database) -> None:
    await fill(here)
    await copying.move(here, empty)
    counted = [
        (table, column) for table in metadata.sorted_tables
        if (column := table.autoincrement_column) is not None
    ]  # fmt: skip
    assert {table.name for table, _ in counted} >= {"turns", "feedback", "outbox"}
    async with empty.write() as tx:
        for table, column in counted:
            fresh = row(table, ROWS + 1, sparse=True)
            fresh |= {key.parent.name: ROWS for key in table.foreign_keys}
            del fresh[column.name]
            made = await tx.execute(insert(table).values(fresh).returning(column))
            assert made.scalar_one() == ROWS + 1


@ON_POSTGRESQL
async def test_after_a_move_of_empty_tables_ids_begin_at_one(
    here: Database, empty: Database
) -> None:
    await copying.move(here, empty)
    async with empty.write() as tx:
        await outbox.add(tx, 1, 10, [{"text": "Hello"}], NOON)
        assert (await tx.execute(select(outbox_table.c.id))).scalar_one() == 1


async def test_a_target_that_holds_rows_is_refused(here: Database, database: Database) -> None:
    async with database.write() as tx:
        await learners.meet(tx, LearnerId(1, 10), chat=10, language=None)
    with pytest.raises(CannotCopy, match=r"holds rows already\. Name an empty"):
        await copying.move(here, database)


async def test_a_running_tutor_is_not_moved(database: Database, tmp_path: Path) -> None:
    target = Database(tmp_path / "target.db")
    await owners.enter(database, 1, 7, NOON)
    with pytest.raises(CannotCopy, match="The tutor is running"):
        await copying.move(database, target)
    await database.locks.drop(7)  # it died: what it left behind may be moved
    await copying.move(database, target)
    await target.close()


async def test_a_tutor_that_starts_meanwhile_stops_the_move(
    here: Database, empty: Database
) -> None:
    await fill(here)

    async def starts() -> None:
        other = Database(here.path or here.url)
        await owners.enter(other, 1, 77, NOON)
        started.set_result(other)

    started: asyncio.Future[Database] = asyncio.get_running_loop().create_future()
    begun: list[asyncio.Task[None]] = []

    def report(done: int, total: int) -> None:
        if not begun:
            begun.append(asyncio.create_task(starts()))

    with pytest.raises(CannotCopy, match="The tutor is running"):
        await copying.move(here, empty, report)
    assert set((await counts(empty)).values()) == {0}
    await (await started).close()


async def counts(database: Database) -> dict[str, int]:
    async with database.read() as tx:
        return await copying.counts(tx)


async def test_a_store_of_another_version_is_not_moved(empty: Database, tmp_path: Path) -> None:
    await migrate(empty, "0001")
    target = Database(tmp_path / "target.db")
    with pytest.raises(CannotCopy, match=r"not of this version\. Start `viva run` once"):
        await copying.move(empty, target)
    await target.close()


async def test_rows_that_do_not_fit_are_not_moved(here: Database, empty: Database) -> None:
    """Nothing is moved then; the error holds no words of a learner."""
    orphan(here)
    with pytest.raises(
        CannotCopy, match=r"A row of turns cannot be kept there.*viva doctor"
    ) as told:
        await copying.move(here, empty)
    assert "my own words" not in f"{told.value} {told.value.__cause__}"
    assert set((await counts(empty)).values()) == {0}


def orphan(database: Database) -> None:
    with sqlite3.connect(str(database.path)) as connection:  # does not watch over foreign keys
        connection.execute(
            "INSERT INTO turns (bot_id, learner_id, asked_at, question, level, passages, generation)"
            " VALUES (1, 99, '2026-11-23 12:00:00.000000', 'my own words', 'none', '[]', '7')"
        )
    connection.close()


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from bot.settings import parse_database_url
from bot.storage import copying
from bot.storage.database import Database
copying.BATCH = 1
def report(done, total):
    if done == total // 2:
        os.kill(os.getpid(), signal.SIGKILL)
async def move():
    await copying.move(*(Database(parse_database_url(each)) for each in sys.argv[1:]), report)
asyncio.run(move())
"""


async def test_a_kill_half_way_leaves_the_target_empty(here: Database, empty: Database) -> None:
    await fill(here)
    addresses = [f"sqlite:///{each.path}" if each.path else str(each.url) for each in (here, empty)]
    mover = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED, *addresses)
    assert await mover.wait() == -signal.SIGKILL
    assert set((await counts(empty)).values()) == {0}
    there = await copying.move(here, empty)
    assert {tally.rows for tally in there} == {ROWS}


# --- backup ------------------------------------------------------------------------------------


async def test_a_backup_holds_all_that_the_store_held(database: Database, tmp_path: Path) -> None:
    await fill(database)
    file = tmp_path / "backup.db"
    held = await copying.back_up(database, file, NOON)
    assert held == (await counts(database)) | {"owners": 0}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob("*backup*")] == ["backup.db"]
    copy = Database(file)
    kept, theirs = await contents(copy), await contents(database)
    await copy.close()
    assert {name for name in kept if kept[name] != theirs[name]} == {"owners"} | in_hand()


def in_hand() -> set[str]:
    """The tables whose rows say which process has them: it is let go."""
    return {"inbox", "bots"}


async def test_a_backup_is_consistent_while_others_write(
    database: Database, tmp_path: Path
) -> None:
    """Each transaction adds a learner with a message to them: a backup holds both or neither."""
    other = Database(database.path or database.url)
    await owners.enter(other, 1, 7, NOON)
    numbers = iter(range(1, 1_000_000))

    async def write() -> None:
        for number in numbers:
            async with other.write() as tx:
                await learners.meet(tx, LearnerId(1, number), chat=number, language=None)
                await outbox.add(tx, 1, number, [{"text": "Hello"}], NOON)
                await tx.execute(update(outbox_table).values(state="claimed", owner=7))

    writing = asyncio.create_task(write())
    held = []
    for number in range(3):
        await asyncio.sleep(0.1)
        held.append(await copying.back_up(database, tmp_path / f"{number}.db", NOON))
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    await other.close()
    for number, counted in enumerate(held):
        copy = Database(tmp_path / f"{number}.db")
        assert counted["learners"] == counted["outbox"] > 0
        assert await counts(copy) == counted
        async with copy.read() as tx:
            assert [*await checking.fabric(tx), *await checking.rows(tx, NOON, [])] == []
            states = (await tx.execute(select(outbox_table.c.state).distinct())).scalars().all()
        assert states == ["pending"]
        await copy.close()
    assert held[0]["learners"] < held[2]["learners"]


async def test_a_backup_writes_over_nothing(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    file.write_text("something dear")
    with pytest.raises(CannotCopy, match=r"backup\.db is there already. Name a new file."):
        await copying.back_up(database, file, NOON)
    assert file.read_text() == "something dear"


async def test_a_backup_needs_a_folder(database: Database, tmp_path: Path) -> None:
    with pytest.raises(CannotCopy, match="There is no folder"):
        await copying.back_up(database, tmp_path / "nowhere" / "backup.db", NOON)


async def test_of_no_store_there_is_no_backup(tmp_path: Path) -> None:
    database = Database(tmp_path / "viva.db")
    with pytest.raises(CannotCopy, match=r"There is no store at .*viva\.db yet."):
        await copying.back_up(database, tmp_path / "backup.db", NOON)
    await database.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
async def test_an_older_store_can_be_backed_up_before_it_is_migrated(
    empty: Database, tmp_path: Path
) -> None:
    await migrate(empty, "0001")
    held = await copying.back_up(empty, tmp_path / "backup.db", NOON)
    assert held == {"feedback": 0, "learners": 0, "places": 0, "turns": 0}


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
async def test_of_a_damaged_store_no_backup_is_kept(database: Database, tmp_path: Path) -> None:
    await fill(database)
    await database.close()
    assert database.path
    whole = database.path.read_bytes()
    database.path.write_bytes(whole.replace(b"lesson ", b"lessom ", 1))
    with pytest.raises(CannotCopy, match="The store is damaged"):
        await copying.back_up(database, tmp_path / "backup.db", NOON)
    assert not (tmp_path / "backup.db").exists()
