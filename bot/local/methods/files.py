"""Files to be downloaded by a bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.local.errors import bad_request
from bot.local.files import DOWNLOAD_BYTES, path_of, references
from bot.local.methods import Call, method

if TYPE_CHECKING:
    from bot.local.store import JSON


@method("getFile")
def get_file(call: Call, file_id: str) -> JSON:
    """Where a file can be downloaded."""
    file = call.board.files.one(call.bot.id, file_id)
    if file["size"] > DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {**references(file), "file_path": path_of(file)}
