"""Files: what Telegram calls a file that was sent before, so that none is uploaded twice.

By content: the same bytes are the same file, whichever lesson they came from. An id holds for one
bot only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from bot.storage.database import upsert
from bot.storage.tables import files

if TYPE_CHECKING:
    from datetime import datetime

    from bot.storage.database import Transaction

__all__ = ["find", "forget", "keep"]


async def find(tx: Transaction, bot: int, kind: str, sha256: str) -> str | None:
    """Telegram's id for this content, or None when it was never sent as this kind."""
    query = select(files.c.file_id).where(
        files.c.bot_id == bot, files.c.kind == kind, files.c.sha256 == sha256
    )
    found: str | None = (await tx.execute(query)).scalar_one_or_none()
    return found


async def keep(
    tx: Transaction, bot: int, kind: str, sha256: str, file_id: str, now: datetime
) -> None:
    """Remember the id that Telegram gave."""
    statement = upsert(tx, files).values(
        bot_id=bot, kind=kind, sha256=sha256, file_id=file_id, sent_at=now
    )
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=[files.c.bot_id, files.c.sha256, files.c.kind],
            set_={"file_id": file_id, "sent_at": now},
        )
    )


async def forget(tx: Transaction, bot: int, kind: str, sha256: str) -> None:
    """Telegram does not know the id any more."""
    await tx.execute(
        delete(files).where(files.c.bot_id == bot, files.c.kind == kind, files.c.sha256 == sha256)
    )
