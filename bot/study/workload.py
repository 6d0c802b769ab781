"""What a schedule comes to in minutes: before a learner chooses, and on the days ahead.

Both are found by letting the real scheduler and plan run ahead, each answer drawn with the dice at
the recall that FSRS expects. So they are as right as FSRS is for that learner.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.study.plan import Candidate, Pace, Today, plan
from bot.study.rating import Rating
from bot.study.scheduler import RETENTIONS, Scheduler

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence
    from datetime import date

__all__ = ["Seconds", "days_ahead", "minutes_a_day"]

AHEAD: Final = 60
"""Days looked ahead for a choice: by then new cards and reviews have found their balance."""
FIRST_RECALL: Final = 0.6
"""How often a question on a section just met is answered right."""


@dataclass(frozen=True, slots=True)
class Seconds:
    """What an answer takes: the median of a real log was 12 s when right, 15 s when wrong."""

    first: float = 20
    right: float = 12
    wrong: float = 15


def days_ahead(
    candidates: Sequence[Candidate],
    day: date,
    scheduler: Scheduler,
    pace: Pace,
    dice: random.Random,
    days: int = 30,
    so_far: Today | None = None,
) -> list[int]:
    """How many answers each of the next days is likely to take, that day first.

    `so_far` is what that day has already seen: it counts only what is left of it.
    """
    run = _run(candidates, day, scheduler, pace, dice, days, Seconds(), so_far)
    return [count for count, _ in run]


def minutes_a_day(
    candidates: Sequence[Candidate],
    day: date,
    pace: Pace,
    parameters: Sequence[float],
    dice: random.Random,
    seconds: Seconds | None = None,
) -> dict[float, float]:
    """For each retention a learner may choose, the minutes a day over the next two months.

    All are tried with the same dice, so that they differ by the choice alone.
    """
    state = dice.getstate()
    found = {}
    for retention in RETENTIONS:
        dice.setstate(state)
        scheduler = Scheduler(retention, parameters)
        run = _run(candidates, day, scheduler, pace, dice, AHEAD, seconds or Seconds())
        found[retention] = sum(spent for _, spent in run) / len(run) / 60
    return found


def _run(
    candidates: Sequence[Candidate],
    day: date,
    scheduler: Scheduler,
    pace: Pace,
    dice: random.Random,
    days: int,
    seconds: Seconds,
    so_far: Today | None = None,
) -> list[tuple[int, float]]:
    """Answers and seconds of each day, if the learner answers what is planned."""
    state = {one.card.id: one for one in candidates}
    load = Counter(one.card.due for one in candidates if one.card.due is not None)
    run = []
    for today in (day + timedelta(days=number) for number in range(days)):
        seen = so_far if today == day else None
        planned = plan(state.values(), today, scheduler, pace, seen).cards
        spent = 0.0
        for card in planned:
            recall = FIRST_RECALL if card.new else scheduler.retrievability(card, today)
            right = dice.random() < recall
            spent += seconds.first if card.new else seconds.right if right else seconds.wrong
            rating = Rating.GOOD if right else Rating.AGAIN
            rated, _ = scheduler.rate(card, rating, today, load=load, dice=dice)
            load.update([due for due in (rated.due,) if due is not None])
            state[card.id] = replace(state[card.id], card=rated)
        run.append((len(planned), spent))
    return run
