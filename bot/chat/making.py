"""Making: what is made when its turn to be sent has come. Each maker has a name.

A maker works outside any transaction, for the learner of one chat, and may take its time. It makes
a file, or the message itself, or nothing, where there is nothing to say any more. When it raises
`CannotBeMade`, the message's own text goes in place of the file.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.chat.replies import Message
from bot.errors import TutorError

__all__ = ["CannotBeMade", "MadeFile", "Maker", "Makers"]


class CannotBeMade(TutorError):
    """The file cannot be made."""


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file in memory. A `personal` one is uploaded anew each time and its id is not kept.

    `kind` is that of `Made`; a `caption` takes the place of the message's. `seconds` is how long a
    "voice" or an "audio" is.
    """

    name: str
    content: bytes = field(repr=False)
    personal: bool = False
    kind: str = "document"
    caption: str = ""
    seconds: float = 0.0
    title: str = ""


Maker = Callable[[int, str], Awaitable[MadeFile | Message | None]]
"""Makes it for the learner of this chat; the text tells more."""

Makers = Mapping[str, Maker]
