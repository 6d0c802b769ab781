from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.errors import StorageError
from bot.storage import learners
from bot.storage.database import Database
from bot.storage.learners import LearnerId
from bot.storage.migrations import migrate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

ADA = LearnerId(1, 10)


async def test_a_block_that_fails_changes_nothing(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as tx:
            await learners.meet(tx, ADA, chat=10, language=None)
            raise RuntimeError("in between")

    with pytest.raises(RuntimeError, match="in between"):
        await fail()
    async with database.read() as tx:
        assert await learners.find(tx, ADA) is None


@pytest.fixture
async def on_sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(tmp_path / "viva.db")
    await migrate(opened)
    yield opened
    await opened.close()


async def test_commits_survive_a_power_cut_and_keys_are_checked(on_sqlite: Database) -> None:
    async with on_sqlite.read() as tx:
        pragmas = {
            name: (await tx.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


async def test_writers_of_two_programs_wait_for_each_other(database: Database) -> None:
    other = Database(database.path or database.url)

    async def meet(through: Database, number: int) -> None:
        async with through.write() as tx:
            await learners.meet(tx, LearnerId(1, number), chat=number, language=None)
            await asyncio.sleep(0)

    await asyncio.gather(*(meet((database, other)[n % 2], n) for n in range(40)))
    await other.close()
    async with database.read() as tx:
        assert (await tx.execute(text("SELECT count(*) FROM learners"))).scalar_one() == 40


async def test_a_damaged_file_is_named_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "viva.db"
    path.write_bytes(b"not a database at all" * 100)
    database = Database(path)
    with pytest.raises(StorageError, match=r"viva\.db: it is not a database\. Move it away"):
        await migrate(database)
    await database.close()


async def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    database = Database(tmp_path / "file" / "viva.db")
    with pytest.raises(StorageError, match="Set VIVA_HOME"):
        await migrate(database)
    await database.close()


async def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "viva.db").mkdir()
    database = Database(tmp_path / "viva.db")
    with pytest.raises(StorageError, match="cannot be opened"):
        await migrate(database)
    await database.close()


async def test_a_full_disk_is_told_and_loses_nothing(on_sqlite: Database) -> None:
    async with on_sqlite.read() as tx:
        pages = (await tx.execute(text("PRAGMA page_count"))).scalar_one()

    async def fill() -> None:
        async with on_sqlite.write() as tx:
            await tx.execute(text(f"PRAGMA max_page_count={pages}"))
            for number in range(1000):
                await learners.meet(tx, LearnerId(1, number), chat=1, language="x" * 1000)

    with pytest.raises(StorageError, match="the disk is full"):
        await fill()
    async with on_sqlite.read() as tx:
        assert await learners.find(tx, LearnerId(1, 0)) is None


async def test_errors_hold_none_of_the_learners_words(database: Database) -> None:
    with pytest.raises(StorageError) as caught:
        async with database.write() as tx:
            await tx.execute(text("INSERT INTO nowhere VALUES (:said)"), {"said": "my own words"})
    assert "my own words" not in f"{caught.value} {caught.value.__cause__}"


async def test_a_value_of_a_wrong_type_is_not_the_stores_fault(database: Database) -> None:
    """Else whoever brought it would wait for the store for ever."""

    async def meet() -> None:
        async with database.write() as tx:
            await learners.meet(tx, ADA, chat=10, language=["de"])  # type: ignore[arg-type]

    with pytest.raises(DBAPIError):
        await meet()
