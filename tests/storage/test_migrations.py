from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

import bot.storage.migrations
from bot.errors import NewerDatabase
from bot.storage import books, learners, places, preferences
from bot.storage.database import Database
from bot.storage.learners import LearnerId
from bot.storage.migrations import migrate
from bot.storage.preferences import Hearing
from bot.storage.tables import metadata

ADA = LearnerId(1, 10)


async def test_the_migrations_make_just_the_tables(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, metadata))

    async with database.read() as tx:
        assert await tx.run_sync(differences) == []
        names = await tx.run_sync(lambda c: set(inspect(c).get_table_names()))
    assert names == set(metadata.tables) | {"alembic_version"}


async def test_every_row_says_which_bot_it_belongs_to() -> None:
    assert metadata.tables
    for table in metadata.tables.values():
        assert not table.c.bot_id.nullable


def steps() -> list[str]:
    """The versions that there are, oldest first."""
    found = ScriptDirectory(str(Path(bot.storage.migrations.__file__).parent))
    return [script.revision for script in found.walk_revisions()][::-1]


async def version(database: Database) -> str:
    async with database.read() as tx:
        found = await tx.execute(text("SELECT version_num FROM alembic_version"))
        return str(found.scalar_one())


async def test_migrating_twice_changes_nothing(database: Database) -> None:
    await migrate(database)
    assert await version(database) == steps()[-1]


@pytest.mark.parametrize("landed", steps()[:-1])
async def test_a_store_of_every_landed_version_is_brought_here_whole(
    empty: Database, landed: str
) -> None:
    await migrate(empty, landed)
    assert await version(empty) == landed
    async with empty.write() as tx:
        await tx.execute(
            text("INSERT INTO learners (bot_id, learner_id, chat_id) VALUES (1, 10, 10)")
        )
        await tx.execute(
            text(
                "INSERT INTO places (bot_id, learner_id, course, lesson, section, part, kept_at) "
                "VALUES (1, 10, 'c', 'l', 's', 2, '2026-11-01 08:00:00')"
            )
        )
    await migrate(empty)
    assert await version(empty) == steps()[-1]
    async with empty.read() as tx:
        assert (await preferences.find(tx, ADA)).hearing is Hearing.TEXT
        assert await books.longest_wanted(tx, ADA.bot) is None
        assert await learners.find(tx, ADA) is not None
        [place] = await places.latest(tx, ADA)
    assert (place.section, place.part) == ("s", 2)


async def test_of_several_that_start_at_once_one_migrates(empty: Database) -> None:
    where = empty.path or empty.url
    others = [Database(where) for _ in range(3)]
    await asyncio.gather(*(migrate(each) for each in (empty, *others)))
    for each in others:
        await each.close()
    assert await version(empty) == steps()[-1]


async def test_a_store_of_a_newer_viva_is_refused(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase, match="Update Viva"):
        await migrate(database)
