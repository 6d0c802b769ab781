"""What a learner knows: recall today by lesson, what is at risk, and how often they were right."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from bot.study.card import Card
    from bot.study.plan import Candidate
    from bot.study.review import Review
    from bot.study.scheduler import Scheduler

__all__ = ["Recall", "at_risk", "recall_by_lesson", "retention"]


@dataclass(frozen=True, slots=True)
class Recall:
    """Of a lesson's questions, `met` have been asked; `recalled` of them would be known today."""

    met: int
    recalled: float
    questions: int

    @property
    def share(self) -> float:
        """The mean recall of what was met, from 0 to 1; 0 if nothing was."""
        return self.recalled / self.met if self.met else 0.0


def recall_by_lesson(
    candidates: Iterable[Candidate], day: date, scheduler: Scheduler
) -> dict[str, Recall]:
    """What is expected to be recalled today, lesson by lesson in the order given."""
    cards: dict[str, list[Card]] = defaultdict(list)
    for one in candidates:
        cards[one.lesson].append(one.card)
    found = {}
    for lesson, inside in cards.items():
        met = [card for card in inside if not card.new]
        recalled = sum(scheduler.retrievability(card, day) for card in met)
        found[lesson] = Recall(len(met), recalled, len(inside))
    return found


def at_risk(
    candidates: Iterable[Candidate], day: date, scheduler: Scheduler, count: int
) -> tuple[Card, ...]:
    """The cards least likely to be recalled today, due or not; new and suspended ones left out."""
    met = [one.card for one in candidates if not one.card.new and one.card.suspended is None]
    met.sort(key=lambda card: (scheduler.retrievability(card, day), card.id))
    return tuple(met[:count])


def retention(reviews: Iterable[Review], since: date | None = None) -> tuple[int, int]:
    """How many reviews were recalled, and of how many, since that day.

    Counted is the first answer of a day to a card that was met on an earlier one: what a schedule
    promises. Rows come in the order they were written.
    """
    last: dict[int, date] = {}
    recalled = counted = 0
    for review in reviews:
        before = last.get(review.card)
        last[review.card] = review.day
        if before is None or before == review.day or (since and review.day < since):
            continue
        counted += 1
        recalled += review.rating.recalled
    return recalled, counted
