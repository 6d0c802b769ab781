"""Inline keyboards: what Telegram would refuse is refused here, before a learner meets it."""

from __future__ import annotations

from typing import Any

from bot.local.entities import checked_url
from bot.local.errors import bad_request

ACTIONS = {"callback_data", "url", "copy_text"}
LOOKS = {"text", "style"}
STYLES = {"danger", "success", "primary"}
BUTTONS = 100  # in one keyboard
ROW = 8
DATA_BYTES = 64
COPY_LENGTH = 256


def checked_keyboard(markup: dict[str, Any] | None) -> dict[str, Any] | None:
    """The keyboard without its empty rows; None when nothing is left of it."""
    if markup is None:
        return None
    if "inline_keyboard" not in markup:
        raise bad_request("only inline keyboards are known to the local server")
    rows = [row for row in markup["inline_keyboard"] if row]
    if sum(map(len, rows)) > BUTTONS or any(len(row) > ROW for row in rows):
        raise bad_request("reply markup is too long")
    for row in rows:
        for button in row:
            check_button(button)
    return {"inline_keyboard": rows} if rows else None


def check_button(button: dict[str, Any]) -> None:
    """Raises for a button that Telegram, or this server, cannot show."""
    if unknown := button.keys() - ACTIONS - LOOKS:
        raise bad_request(f'button field "{min(unknown)}" is not known to the local server')
    if not button["text"].strip():
        raise bad_request("can't parse inline keyboard button: text must be non-empty")
    if button.get("style", "primary") not in STYLES:
        raise bad_request("can't parse inline keyboard button: invalid button style specified")
    actions = ACTIONS & button.keys()
    if not actions:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(actions) > 1:
        raise bad_request("can't parse inline keyboard button: a button does exactly one thing")
    CHECKS[actions.pop()](button)


def check_data(button: dict[str, Any]) -> None:
    """Callback data is 1-64 bytes."""
    if not 1 <= len(button["callback_data"].encode()) <= DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")


def check_url(button: dict[str, Any]) -> None:
    """A link leads somewhere."""
    if not checked_url(button["url"]):
        raise bad_request(
            f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL"
        )


def check_copy(button: dict[str, Any]) -> None:
    """A text to copy is 1-256 characters."""
    if not 1 <= len(button["copy_text"]["text"]) <= COPY_LENGTH:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


CHECKS = {"callback_data": check_data, "url": check_url, "copy_text": check_copy}
