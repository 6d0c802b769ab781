"""The steps from one version of the store to the next, applied when the tutor starts.

A new step: copy the last file of `versions`, give it the next number, and change `tables` with it.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from bot.errors import NewerDatabase
from bot.storage.sqlite import make_room

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

    from bot.storage.database import Database, Transaction

__all__ = ["Standing", "migrate", "standing"]

LOCK = 8_482_000_001
"""Any number, the same in every Viva: of several that start at once on PostgreSQL, one migrates."""


class Standing(Enum):
    """How a store stands to this program."""

    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"


async def standing(tx: Transaction) -> Standing:
    """Whether the store is at this program's version."""
    return await tx.run_sync(_standing)


async def migrate(database: Database, to: str = "head") -> None:
    """Bring the store to this version, in one transaction; does nothing when it is there already.

    Raises NewerDatabase when the store is ahead of this program, and StorageError when it cannot
    be opened.
    """
    if database.path is not None:
        make_room(database.path)
    async with database.write() as tx:
        if not database.on_sqlite:
            await tx.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        await tx.run_sync(_upgrade, to)


def _upgrade(connection: Connection, to: str) -> None:
    from alembic import command
    from alembic.util import CommandError

    try:
        command.upgrade(_config(connection), to)
    except CommandError as error:
        raise NewerDatabase from error


def _standing(connection: Connection) -> Standing:
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    found = MigrationContext.configure(connection).get_current_revision()
    if found is None:
        return Standing.EMPTY
    known = [
        step.revision for step in ScriptDirectory.from_config(_config(connection)).walk_revisions()
    ]
    if found == known[0]:
        return Standing.CURRENT
    return Standing.OLDER if found in known else Standing.NEWER


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
