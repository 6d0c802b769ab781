"""Letters: an update as it came, opened only as far as the inbox needs to know.

What stands in it is not trusted: a field may be missing or of any type.
"""

from __future__ import annotations

import json
from typing import Any

from bot.chat.callback_data import Ask, UnknownData, parse
from bot.storage.inbox import Letter

__all__ = ["letter"]

LARGEST = 2**63 - 1
"""What the database can hold."""

_FROM_CHAT = ("message", "edited_message", "my_chat_member")


def letter(bot: int, update: object) -> Letter | None:
    """The update as the inbox keeps it, or None when it has no id to keep it under."""
    if not isinstance(update, dict) or not _is_id(update.get("update_id")):
        return None
    return Letter(
        bot=bot,
        update=update["update_id"],
        chat=_chat(update),
        question=_is_question(update),
        body=json.dumps(update),  # plain ASCII: any database takes it, whatever was written
    )


def _chat(update: dict[str, Any]) -> int | None:
    """The chat whose order it belongs to. In a private chat that is the person's own id."""
    places = [
        *((kind, "chat", "id") for kind in _FROM_CHAT),
        ("callback_query", "message", "chat", "id"),
        ("callback_query", "from", "id"),
        ("poll_answer", "user", "id"),
    ]
    found = (_at(update, *place) for place in places)
    return next((chat for chat in found if _is_id(chat, -LARGEST)), None)


def _is_question(update: dict[str, Any]) -> bool:
    """Whether it has to wait for the course: any text that is no command, and Ask buttons."""
    text, data = _at(update, "message", "text"), _at(update, "callback_query", "data")
    if isinstance(text, str):
        return not text.startswith("/")
    try:
        return isinstance(data, str) and isinstance(parse(data), Ask)
    except UnknownData:
        return False


def _at(value: Any, *path: str) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _is_id(value: object, least: int = 0) -> bool:
    return type(value) is int and least <= value <= LARGEST
