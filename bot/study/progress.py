"""What a learner knows: recall today by lesson, what is at risk, and how often they were right."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from bot.study.card import Card
    from bot.study.plan import Candidate
    from bot.study.review import Review
    from bot.study.scheduler import Scheduler
    from bot.study.streak import Streak

__all__ = ["Progress", "Recall", "at_risk", "recall_by_lesson", "retention"]


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


@dataclass(frozen=True, slots=True)
class Progress:
    """What a learner's progress picture shows on a study day.

    `recall` is by the title of the lesson, in the order of the course; `answers_by_day` counts all
    answers of a study day; `ahead` are those expected on each of the next days, `day` first;
    `streak` is None for who hides it; `retention` is how many were recalled, and of how many.
    """

    day: date
    recall: Mapping[str, Recall]
    answers_by_day: Mapping[date, int]
    ahead: Sequence[int]
    streak: Streak | None
    retention: tuple[int, int]

    @property
    def begun(self) -> bool:
        """Whether anything was answered yet."""
        return any(self.answers_by_day.values())

    def answers_since(self, first: date) -> dict[date, int]:
        """The days with an answer from that one to today, and how many there were."""
        return {
            day: count
            for day, count in sorted(self.answers_by_day.items())
            if count and first <= day <= self.day
        }

    def first_shown(self, weeks: int) -> date:
        """The Monday that begins the last so many weeks, of which this is the newest."""
        return self.day - timedelta(days=self.day.weekday() + 7 * (weeks - 1))

    def lessons(self, most: int) -> list[tuple[str, Recall]]:
        """The lessons in their order; if there are more than so many, those begun come first."""
        ranked = sorted(self.recall.items(), key=lambda lesson: not lesson[1].met)[:most]
        kept = {title for title, _ in ranked}
        return [lesson for lesson in self.recall.items() if lesson[0] in kept]


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
