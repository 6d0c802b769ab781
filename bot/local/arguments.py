"""What a request carries, however it carries it: query, form, multipart with files, JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.datastructures import UploadFile

from bot.local.errors import ApiError, bad_request
from bot.local.files import UPLOAD_BYTES
from bot.local.spec import Upload

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Message, Receive

BODY_BYTES = UPLOAD_BYTES + 2**20  # a file of the largest size, and the fields around it
FIELD_BYTES = 2**20
ATTACHED = "attach://"


def capped(receive: Receive, most: int) -> Receive:
    """Stops reading a body that is longer than allowed, whatever its headers say."""
    read = 0

    async def limited() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise ApiError(413, "Request Entity Too Large")
        return message

    return limited


async def collected(request: Request) -> dict[str, Any]:
    """All arguments by name. A file's place in a text ("attach://name") is filled with the file."""
    arguments: dict[str, Any] = dict(request.query_params)
    if request.headers.get("content-type", "").startswith("application/json"):
        arguments |= await json_body(request)
        return arguments
    uploads: dict[str, Upload] = {}
    async with request.form(max_files=20, max_fields=100, max_part_size=FIELD_BYTES) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                uploads[name] = await read(value)
            else:
                arguments[name] = value
    attached = {name for name in uploads if any(v == ATTACHED + name for v in arguments.values())}
    for name, value in arguments.items():
        if isinstance(value, str) and value.removeprefix(ATTACHED) in attached:
            arguments[name] = uploads[value.removeprefix(ATTACHED)]
    return arguments | {name: file for name, file in uploads.items() if name not in attached}


async def json_body(request: Request) -> dict[str, Any]:
    """A body of JSON; none counts as empty."""
    try:
        body = await request.json() if await request.body() else {}
    except (ValueError, RecursionError):
        raise bad_request("can't parse JSON object") from None
    if not isinstance(body, dict):
        raise bad_request("the body must be a JSON object")
    return body


async def read(file: UploadFile) -> Upload:
    """A part of a multipart body as a file."""
    content = await file.read()
    return Upload(file.filename or "file", content, file.content_type or "application/octet-stream")
