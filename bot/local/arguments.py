"""What a request carries, however it carries it: query, form, multipart with files, JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.datastructures import UploadFile

from bot.local.errors import ApiError, bad_request
from bot.local.files import UPLOAD_BYTES
from bot.local.spec import Upload

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    """All arguments by name. A file's place ("attach://name") is filled with the file."""
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
    attached: set[str] = set()
    for name, value in arguments.items():
        arguments[name] = filled(value, uploads, attached)
    return arguments | {name: file for name, file in uploads.items() if name not in attached}


def filled(value: Any, uploads: Mapping[str, Upload], attached: set[str]) -> Any:
    """A value with the files in their places, also in JSON. Adds to `attached` whose they are."""
    if isinstance(value, dict):
        return {key: filled(item, uploads, attached) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, uploads, attached) for item in value]
    if not isinstance(value, str) or ATTACHED not in value:
        return value
    name = value.removeprefix(ATTACHED)
    if name in uploads:
        attached.add(name)
        return uploads[name]
    return filled_json(value, uploads, attached)


def filled_json(text: str, uploads: Mapping[str, Upload], attached: set[str]) -> Any:
    """The object or array that a form carries as text, if files have their places in it."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    found: set[str] = set()
    made = filled(value, uploads, found)
    attached |= found
    return made if found else text


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
