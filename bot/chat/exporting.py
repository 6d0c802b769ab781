"""Exporting: a learner's own file of all that is kept of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.chat.making import CannotBeMade, MadeFile
from bot.errors import StorageError
from bot.storage import privacy
from bot.storage.learners import LearnerId

if TYPE_CHECKING:
    from bot.chat.replica import Replica

__all__ = ["EXPORT", "export"]

EXPORT = "export"
"""The maker's name."""


async def export(replica: Replica, chat: int, argument: str) -> MadeFile:
    """The file for the learner of a private chat, whose id is the learner's own."""
    who = LearnerId(replica.id, chat)
    try:
        async with replica.database.read() as tx:
            kept = await privacy.everything_of(tx, who, chat)
    except StorageError as error:
        raise CannotBeMade(str(error)) from error
    content = {"made_at": replica.clock().isoformat(), "kept": kept}
    text = json.dumps(content, ensure_ascii=False, indent=2)
    return MadeFile("viva-export.json", text.encode("utf-8", "replace"), personal=True)
