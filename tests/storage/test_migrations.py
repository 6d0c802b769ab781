from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from bot.errors import NewerDatabase
from bot.storage.migrations import migrate
from bot.storage.tables import metadata

if TYPE_CHECKING:
    from bot.storage.database import Database


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


async def test_migrating_twice_changes_nothing(database: Database) -> None:
    await migrate(database)
    async with database.read() as tx:
        assert (await tx.execute(text("SELECT version_num FROM alembic_version"))).all() == [
            ("0001",)
        ]


async def test_a_store_of_a_newer_viva_is_refused(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase, match="Update Viva"):
        await migrate(database)
