"""What a handler answers with. Values only: `sending` turns them into calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from bot.chat.styled import Styled

__all__ = ["Acknowledge", "Button", "Buttons", "Edit", "EditButtons", "Photo", "Reply", "Text"]


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message. `data` comes from `callback_data`."""

    label: str
    data: str


Buttons = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A new message; split when it is too long, with the buttons under its last part."""

    content: Styled
    buttons: Buttons = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """Another text and other buttons in place of a message that the tutor sent.

    Where that message is gone it is sent as a new one.
    """

    message_id: int
    content: Styled
    buttons: Buttons = ()


@dataclass(frozen=True, slots=True)
class EditButtons:
    """Other buttons (or none) under a message that the tutor sent."""

    message_id: int
    buttons: Buttons = ()


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture. When it cannot be sent, its caption takes its place."""

    path: Path
    caption: Styled


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Ends the waiting sign on the pressed button, with a short notice if there is a text.

    At most 200 characters. A handler that gives none is given an empty one.
    """

    text: str = ""


Reply = Text | Edit | EditButtons | Photo | Acknowledge
