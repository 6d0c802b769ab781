"""What a handler answers with. Values only: they are kept as JSON until `sending` makes calls of
them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path  # noqa: TC003 pydantic looks at it
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from bot.chat.styled import CAPTION_LENGTH, Styled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "Acknowledge",
    "Button",
    "Buttons",
    "ClosePoll",
    "Delete",
    "Edit",
    "EditButtons",
    "Made",
    "Message",
    "Photo",
    "Poll",
    "Reply",
    "Text",
    "from_json",
    "messages",
    "to_json",
]


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message. `data` comes from `callback_data`."""

    label: str
    data: str


Buttons = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A new message; split when it is too long, with the buttons under its last part.

    `forget`: nothing of it is kept once it is sent. `asking`: the question it asks, so that its
    message is known by it. `asks_location`: the label of a key that shares the learner's place;
    `removes_keys` takes it away again. `aloud`: see `aloud`.
    """

    content: Styled
    buttons: Buttons = ()
    forget: bool = False
    asking: int | None = None
    asks_location: str = ""
    removes_keys: bool = False
    aloud: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """Another text and other buttons in place of a message that the tutor sent.

    Where that message is gone it is sent as a new one.
    """

    message_id: int
    content: Styled
    buttons: Buttons = ()
    aloud: str = ""


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


@dataclass(frozen=True, slots=True)
class Poll:
    """A quiz in Telegram's own form. `right` are numbers of the options, ascending.

    Where Telegram will not have it, `instead` takes its place. `heard` is what a sound in it says;
    none where it is empty.
    """

    question: str
    options: tuple[str, ...]
    right: tuple[int, ...]
    explanation: str
    asking: int
    instead: Text
    aloud: str | None = None
    heard: str = ""


@dataclass(frozen=True, slots=True)
class ClosePoll:
    """No more votes in a poll that the tutor sent."""

    message_id: int


@dataclass(frozen=True, slots=True)
class Delete:
    """A message that the tutor sent goes from the chat. Telegram allows it for 48 hours."""

    message_id: int


@dataclass(frozen=True, slots=True)
class Made:
    """Something that is made when its turn to be sent has come, outside any transaction.

    `what` names the maker, and `argument` tells it more. When it cannot be made or sent, `instead`
    takes its place. `kind` is what Telegram shows it as: "document", "photo", "voice" or "audio".
    `passed`: whatever else goes to the chat need not wait for it.
    """

    what: str
    caption: Styled = Styled()  # noqa: RUF009 frozen
    instead: Styled = Styled()  # noqa: RUF009 frozen
    argument: str = ""
    buttons: Buttons = ()
    kind: str = "document"
    passed: bool = False


Message = Text | Edit | EditButtons | Photo | Poll | ClosePoll | Delete | Made
"""What is kept until it is sent."""

Reply = Message | Acknowledge

MESSAGE_FORMS = (Text, Edit, EditButtons, Photo, Poll, ClosePoll, Delete, Made)
_FORMS = {form.__name__: TypeAdapter[Any](form) for form in MESSAGE_FORMS}


def messages(reply: Message) -> Sequence[Message]:
    """The reply as messages that Telegram takes: long texts split, the buttons under the last."""
    match reply:
        case Text():
            parts = _texts(reply.content.split(), reply.buttons, forget=reply.forget)
            *before, last = parts or [reply]
            return [
                *before,
                replace(
                    last,
                    asking=reply.asking,
                    asks_location=reply.asks_location,
                    removes_keys=reply.removes_keys,
                ),
            ]
        case Edit():
            first, *rest = reply.content.split()
            if not rest:
                return [reply]
            return [Edit(reply.message_id, first), *_texts(rest, reply.buttons)]
        case Photo():
            first, *rest = reply.caption.split(CAPTION_LENGTH) or (Styled(),)
            return [replace(reply, caption=first), *_texts(rest, ())]
        case _:
            return [reply]


def to_json(message: Message) -> dict[str, Any]:
    """The message as JSON, with the name of its form."""
    form = type(message).__name__
    return {"form": form, **_FORMS[form].dump_python(message, mode="json")}


def from_json(content: Mapping[str, Any]) -> Message:
    """The message that `to_json` was given."""
    values = {name: value for name, value in content.items() if name != "form"}
    message: Message = _FORMS[content["form"]].validate_python(values)
    return message


def _texts(parts: Sequence[Styled], buttons: Buttons, *, forget: bool = False) -> list[Text]:
    last = len(parts) - 1
    return [Text(part, buttons if at == last else (), forget) for at, part in enumerate(parts)]
