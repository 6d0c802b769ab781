"""Known files: what this bot's files are called at Telegram, kept in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.storage import files

if TYPE_CHECKING:
    from bot.chat.replica import Replica

__all__ = ["KnownFiles"]


class KnownFiles:
    """The files of one bot, by kind ("photo", "document" …) and the SHA-256 of their content."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    async def find(self, kind: str, digest: str) -> str | None:
        """The file's id at Telegram, or None when it was never sent as this kind."""
        async with self._replica.database.read() as tx:
            return await files.find(tx, self._replica.id, kind, digest)

    async def keep(self, kind: str, digest: str, file_id: str) -> None:
        """Remember the id that Telegram gave."""
        async with self._replica.database.write() as tx:
            now = self._replica.clock()
            await files.keep(tx, self._replica.id, kind, digest, file_id, now)

    async def forget(self, kind: str, digest: str) -> None:
        """The id holds no longer."""
        async with self._replica.database.write() as tx:
            await files.forget(tx, self._replica.id, kind, digest)
