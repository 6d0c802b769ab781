"""One row of the review log, which is the truth about what a learner knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from bot.study.rating import Rating

__all__ = ["Review"]


@dataclass(frozen=True, slots=True)
class Review:
    """A card, rated on a study day.

    `day` is the study day as it was reckoned then; it is kept, and never reckoned anew. `due` is
    the day the card was given next: chosen among several by the load of that time, so it cannot be
    derived again. None (a row from elsewhere): as the scheduler gives it.
    """

    card: int
    day: date
    rating: Rating
    due: date | None = None
