"""The steps from one version of the store to the next, applied when the tutor starts.

A new step: copy the last file of `versions`, give it the next number, and change `tables` with it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import NewerDatabase, StorageError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.storage.database import Database

__all__ = ["migrate"]


async def migrate(database: Database) -> None:
    """Bring the store to this version, in one transaction; does nothing when it is there already.

    Raises NewerDatabase when the store is ahead of this program.
    """
    try:
        database.path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"The folder {database.path.parent} cannot be made: {error.strerror}. "
            "Set VIVA_HOME to a folder you may write."
        ) from error
    async with database.write() as tx:
        await tx.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise NewerDatabase from error
