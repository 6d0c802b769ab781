"""What a handler finds around it, and the two forms that a handler has."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.chat.incoming import Incoming
from bot.chat.replies import Reply
from bot.storage.database import Transaction

if TYPE_CHECKING:
    import random
    from datetime import datetime

    from bot.chat.catalogue import Catalogue
    from bot.chat.ears import Ears
    from bot.chat.shelf import Shelf
    from bot.storage.database import Database

__all__ = ["Context", "Handle", "Prepare", "Quick", "Route", "Slow"]


@dataclass(frozen=True, slots=True)
class Context:
    """The learners' moment, the courses, the dice, and the store for what is read beforehand.

    `ears` understand voice notes, where that is installed. `speaks`: replies can be said aloud.
    `by_ear`: this learner listens and does not look. `wants_voice`: they want to hear it as well.
    """

    now: datetime
    shelf: Shelf
    database: Database
    dice: random.Random
    ears: Ears | None = None
    speaks: bool = False
    by_ear: bool = False
    wants_voice: bool = False

    @property
    def catalogue(self) -> Catalogue | None:
        """The courses, or None while no index is open."""
        return self.shelf.catalogue


Handle = Callable[[Incoming, Transaction, Context], Awaitable[list[Reply]]]
Prepare = Callable[[Incoming, Context], Awaitable[Handle]]


@dataclass(frozen=True, slots=True)
class Quick:
    """Handled at once, inside the transaction."""

    handle: Handle

    @property
    def name(self) -> str:
        """For the log."""
        return getattr(self.handle, "__name__", "handler").strip("_")


@dataclass(frozen=True, slots=True)
class Slow:
    """Has work to do before the transaction opens; `prepare` gives what to do inside it."""

    prepare: Prepare

    @property
    def name(self) -> str:
        """For the log."""
        return getattr(self.prepare, "__name__", "handler").strip("_")


Route = Quick | Slow
