"""Keyboards: what Telegram would refuse is refused here, before a learner meets it.

An inline keyboard hangs under its message and goes with it. A reply keyboard stands over the field
for writing, until another one takes its place or it is taken away.
"""

from __future__ import annotations

from typing import Any

from bot.local.entities import checked_url
from bot.local.errors import bad_request

ACTIONS = {"callback_data", "url", "copy_text"}
REPLY_ACTIONS = {"request_location"}
LOOKS = {"text", "style"}
STYLES = {"danger", "success", "primary"}
BUTTONS = 100  # in one keyboard
ROW = 8
DATA_BYTES = 64
COPY_LENGTH = 256
PLACEHOLDER_LENGTH = 64


def checked_keyboard(markup: dict[str, Any] | None) -> dict[str, Any] | None:
    """The keyboard without its empty rows; None when nothing is left of it."""
    if markup is None:
        return None
    if "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    rows = filled(markup["inline_keyboard"])
    for row in rows:
        for button in row:
            check_button(button)
    return {"inline_keyboard": rows} if rows else None


def checked_markup(markup: dict[str, Any] | None) -> dict[str, Any] | None:
    """What may go with a new message: a keyboard of either kind, or the end of a reply keyboard."""
    if markup is None or "inline_keyboard" in markup:
        return checked_keyboard(markup)
    if "keyboard" in markup:
        return checked_reply_keyboard(markup)
    if "remove_keyboard" in markup:
        return {"remove_keyboard": True} if markup["remove_keyboard"] else None
    raise bad_request("only keyboards, and their removal, are known to the local server")


def checked_reply_keyboard(markup: dict[str, Any]) -> dict[str, Any] | None:
    """A reply keyboard without its empty rows; None when nothing is left of it."""
    rows = filled(markup["keyboard"])
    for row in rows:
        for button in row:
            check_look(button, REPLY_ACTIONS, "keyboard button")
    if len(markup.get("input_field_placeholder", "")) > PLACEHOLDER_LENGTH:
        raise bad_request("input field placeholder is too long")
    return {**markup, "keyboard": rows} if rows else None


def filled(rows: list[list[dict[str, Any]]]) -> list[list[dict[str, Any]]]:
    """The rows with buttons in them, if they are not too many."""
    rows = [row for row in rows if row]
    if sum(map(len, rows)) > BUTTONS or any(len(row) > ROW for row in rows):
        raise bad_request("reply markup is too long")
    return rows


def check_look(button: dict[str, Any], actions: set[str], what: str) -> None:
    """Raises for a button with an unknown field, without a text, or of no known style."""
    if unknown := button.keys() - actions - LOOKS:
        raise bad_request(f'button field "{min(unknown)}" is not known to the local server')
    if not button["text"].strip():
        raise bad_request(f"can't parse {what}: text must be non-empty")
    if button.get("style", "primary") not in STYLES:
        raise bad_request(f"can't parse {what}: invalid button style specified")


def check_button(button: dict[str, Any]) -> None:
    """Raises for an inline button that Telegram, or this server, cannot show."""
    check_look(button, ACTIONS, "inline keyboard button")
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


def uses(keyboard: dict[str, Any], message: dict[str, Any]) -> bool:
    """Whether a person's message is what a button of a reply keyboard sends."""
    buttons = [button for row in keyboard["keyboard"] for button in row]
    if "location" in message:
        return any(button.get("request_location") for button in buttons)
    return message.get("text") in {button["text"] for button in buttons}
