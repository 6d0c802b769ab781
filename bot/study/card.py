"""A card: what one learner's memory of one question is held to be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

__all__ = ["Card", "Suspended"]


class Suspended(StrEnum):
    """Why a card is not asked. One whose question stands in no lesson any more is not asked either:
    it waits as it is, with its history, for the question to come back.
    """

    LEECH = "leech"
    """It was forgotten again and again: its question should be written anew."""
    LEARNER = "learner"


@dataclass(frozen=True, slots=True)
class Card:
    """A learner's memory of a question. Without a review it is new: no stability, not due.

    `id` is the store's. `stability` is in days, `difficulty` from 1 to 10, as in FSRS.
    `lapses` counts the times it was forgotten on a later day than it was met.
    """

    id: int
    stability: float | None = None
    difficulty: float | None = None
    last: date | None = None
    due: date | None = None
    reviews: int = 0
    lapses: int = 0
    suspended: Suspended | None = None

    @property
    def new(self) -> bool:
        """Whether it was never asked."""
        return self.last is None

    def is_due(self, day: date) -> bool:
        """Whether it is to be asked on that study day; a new card only waits its turn."""
        return self.suspended is None and self.due is not None and self.due <= day

    def overdue(self, day: date) -> int:
        """How many study days it has waited; 0 if it is not due."""
        return max(0, (day - self.due).days) if self.due is not None else 0
