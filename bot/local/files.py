"""The files of the chats: contents by hash under `home/local/files`, ids in the store."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import secrets
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from bot.local.errors import ApiError, bad_request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.local.spec import Upload
    from bot.local.store import JSON, Store

UPLOAD_BYTES = 50 * 2**20
DOWNLOAD_BYTES = 20 * 2**20
UNAVAILABLE = "wrong file_id or the file is temporarily unavailable"
logger = logging.getLogger(__name__)


class Files:
    """Takes files in and gives them out."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder = folder
        self._store = store
        self._forgotten: set[str] = set()

    async def keep(
        self, bot_id: int, kind: str, upload: Upload, about: Mapping[str, Any] | None = None
    ) -> JSON:
        """A new file of a bot's chats. `kind` is the first part of its path, as in "photos".

        `about`: what its sender says of it, such as a duration. It stays with the file's id.
        """
        if not upload.content:
            raise bad_request("file must be non-empty")
        if len(upload.content) > UPLOAD_BYTES:
            raise ApiError(413, "Request Entity Too Large")
        sha256 = hashlib.sha256(upload.content).hexdigest()
        await asyncio.to_thread(self._write, sha256, upload.content)
        file = {
            "file_id": f"{kind[0].upper()}{secrets.token_urlsafe(30)}",
            "bot_id": bot_id,
            "kind": kind,
            "sha256": sha256,
            "name": plain_name(upload.name),
            "mime_type": upload.mime_type,
            "size": len(upload.content),
            "about": dict(about or {}),
        }
        return {"number": self._store.add_file(file), **file}

    def _write(self, sha256: str, content: bytes) -> None:
        target = self._folder / sha256
        if target.exists():
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f"{sha256}.{secrets.token_hex(4)}.part")
        draft.write_bytes(content)
        draft.replace(target)

    def known(self, bot_id: int, kind: str, file_id: str) -> JSON:
        """A file sent before, to be sent again."""
        if re.match(r"\w+://", file_id):
            raise bad_request("failed to get HTTP URL content")  # nothing is fetched from outside
        file = self._store.file(bot_id, "file_id", file_id)
        if file_id in self._forgotten:
            raise bad_request(UNAVAILABLE)
        if not file:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if file["kind"] != kind:
            raise bad_request(f"can't use file of type {file['kind']} as {kind}")
        return file

    def one(self, bot_id: int, file_id: str) -> JSON:
        """A file by its id."""
        file = self._store.file(bot_id, "file_id", file_id)
        if not file:
            raise bad_request(UNAVAILABLE)
        return file

    def forget(self, file_id: str) -> None:
        """Lets an id go stale: until the server stops, bots cannot send by it any more."""
        self._forgotten.add(file_id)

    def at(self, bot_id: int, path: str) -> JSON:
        """A file by the path that `getFile` gave."""
        number = re.search(r"_(\d+)(?:\.\w+)?$", path)
        file = self._store.file(bot_id, "number", int(number[1])) if number else None
        if not file or path_of(file) != path:
            raise ApiError(404, "Not Found")
        return file

    def content(self, file: JSON) -> Path:
        """Where its bytes lie."""
        path = self._folder / str(file["sha256"])
        if not path.is_file():
            logger.error("%s is missing: the file must be sent again", path)
            raise ApiError(404, "Not Found: the file's content is missing; send the file again")
        return path


def plain_name(name: str) -> str:
    """The last part of a file's name, without what a file system minds."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return re.sub(r"[\0-\x1f\x7f\"<>|:*?]", "_", last)[:128] or "file"


def path_of(file: JSON) -> str:
    """Its path for downloading, as in "documents/file_7.pdf"."""
    suffix = PurePosixPath(file["name"]).suffix
    return f"{file['kind']}/file_{file['number']}{suffix if suffix.isascii() else ''}"


def unique_id(file: JSON) -> str:
    """The same for the same content, whoever sent it."""
    return str(file["sha256"][:20])


def references(file: JSON) -> dict[str, Any]:
    """The fields by which every kind of file is known."""
    return {
        "file_id": file["file_id"],
        "file_unique_id": unique_id(file),
        "file_size": file["size"],
    }
