"""Making: files that are made when their turn to be sent has come. Each maker has a name.

A maker works outside any transaction, for the learner of one chat, and may take its time. When it
raises `CannotBeMade`, the message's own text goes in place of the file.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.errors import TutorError

__all__ = ["CannotBeMade", "MadeFile", "Maker", "Makers"]


class CannotBeMade(TutorError):
    """The file cannot be made."""


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file in memory. A `personal` one is uploaded anew each time and its id is not kept."""

    name: str
    content: bytes = field(repr=False)
    personal: bool = False


Maker = Callable[[int], Awaitable[MadeFile]]
"""Makes the file for the learner of this chat."""

Makers = Mapping[str, Maker]
