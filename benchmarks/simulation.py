"""Minutes and knowledge: FSRS beside what a simpler tutor would do, on three kinds of memory.

    python -m benchmarks.simulation [--seeds 6]

200 cards, 5 new ones a day, 180 days, one session a day, answers right or wrong. An answer takes
20 s at first sight, 8 s when right, 20 s when wrong (the explanation is read). Each card has a
hidden ease (± 30 %). Three truths:

    A  FSRS-6 with its default parameters: FSRS's home ground
    B  FSRS-6 as fitted to a real learner's log, who differs from the defaults
    C  ACT-R (Pavlik and Anderson 2005): a memory that knows nothing of FSRS

`known` is the mean over days 121 to 180 of the cards that would be recalled; `busiest` the most
questions on one day. `FSRS needs` is the minutes on FSRS's own frontier (over desired retention) at
the policy's `known`, and how much that is off the policy's minutes: below 0, FSRS saves time. What
is less than the spread of the seeds says nothing.
"""

from __future__ import annotations

import math
import random
import statistics
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import click

from bot.study.card import Card
from bot.study.plan import Candidate, Pace, plan
from bot.study.rating import Rating
from bot.study.scheduler import DEFAULT_PARAMETERS, Scheduler

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CARDS, NEW, DAYS, MEASURED_FROM = 200, 5, 180, 120
FIRST, RIGHT, WRONG = 20, 8, 20  # seconds
FIRST_RIGHT = 0.5  # who has just read the section
START = date(2026, 1, 1)
RETENTIONS = (0.70, 0.75, 0.80, 0.85, 0.90, 0.93, 0.95, 0.97)
FITTED = (
    0.1802, 0.8069, 2.2867, 5.5535, 6.6272, 0.5958, 3.1931, 0.0291, 1.6906, 0.2212, 0.6266, 1.5880,
    0.0263, 0.3758, 1.7592, 0.6021, 1.8729, 0.6900, 0.1359, 0.1540, 0.3114,
)  # fmt: skip
"""As `benchmarks.fitting` prints them."""


class Memory(Protocol):
    """A true memory of all cards, days counted from 0."""

    def recall(self, card: int, day: int) -> float: ...
    def learn(self, card: int, right: bool, day: int) -> None: ...


class Policy(Protocol):
    """What a tutor asks on a day, new cards included, and what it makes of the answers."""

    def ask(self, day: int) -> Sequence[int]: ...
    def rated(self, card: int, right: bool, day: int) -> None: ...


class FsrsMemory:
    """Truths A and B. A card's ease stretches the stability it begins with."""

    def __init__(self, parameters: Sequence[float], dice: random.Random) -> None:
        self._scheduler = Scheduler(parameters=parameters)
        self._cards = [Card(number) for number in range(CARDS)]
        self._ease = [dice.uniform(0.7, 1.3) for _ in range(CARDS)]

    def recall(self, card: int, day: int) -> float:
        state = self._cards[card]
        return FIRST_RIGHT if state.new else self._scheduler.retrievability(state, _date(day))

    def learn(self, card: int, right: bool, day: int) -> None:
        state = self._cards[card]
        rated, _ = self._scheduler.rate(state, Rating.GOOD if right else Rating.AGAIN, _date(day))
        if state.new and rated.stability is not None:
            rated = replace(rated, stability=rated.stability * self._ease[card])
        self._cards[card] = rated


class ActRMemory:
    """Truth C: each practice leaves a trace that decays, faster the stronger the memory was.

    Decay 0.217·e^m + 0.177, noise 0.255 and days of 0.025·86,400 s are Pavlik and Anderson's; the
    threshold is -1.1.
    """

    DAY, THRESHOLD, NOISE, SCALE, INTERCEPT = 0.025 * 86_400, -1.1, 0.255, 0.217, 0.177

    def __init__(self, dice: random.Random) -> None:
        self._traces: list[list[tuple[int, float]]] = [[] for _ in range(CARDS)]
        self._ease = [dice.uniform(0.7, 1.3) for _ in range(CARDS)]

    def recall(self, card: int, day: int) -> float:
        if not self._traces[card]:
            return FIRST_RIGHT
        away = (self.THRESHOLD - self._activation(card, day)) / self.NOISE
        return 1 / (1 + math.exp(away))

    def learn(self, card: int, right: bool, day: int) -> None:
        """Both leave a trace: after a wrong answer the right one is read."""
        del right
        strength = self._activation(card, day) if self._traces[card] else -math.inf
        self._traces[card].append((day, self.SCALE * math.exp(strength) + self.INTERCEPT))

    def _activation(self, card: int, day: int) -> float:
        ease = self._ease[card]
        seconds = ((max(day - since, 0.02) * self.DAY / ease, d) for since, d in self._traces[card])
        return math.log(sum(away**-decay for away, decay in seconds))


@dataclass
class RandomPolicy:
    """So many cards a day, drawn from all that were met, and five new ones."""

    each_day: int
    dice: random.Random
    met: list[int] = field(default_factory=list)

    def ask(self, day: int) -> Sequence[int]:
        drawn = self.dice.sample(self.met, min(self.each_day, len(self.met)))
        return [*drawn, *_new(day)]

    def rated(self, card: int, right: bool, day: int) -> None:
        del right
        if day == card // NEW:
            self.met.append(card)


@dataclass
class LadderPolicy:
    """Fixed intervals: a step up when right, back to the first when wrong."""

    steps: tuple[int, ...]
    step: dict[int, int] = field(default_factory=dict)
    due: dict[int, int] = field(default_factory=dict)

    def ask(self, day: int) -> Sequence[int]:
        return [*(card for card, due in self.due.items() if due <= day), *_new(day)]

    def rated(self, card: int, right: bool, day: int) -> None:
        self.step[card] = min(self.step.get(card, -1) + 1, len(self.steps) - 1) if right else 0
        self.due[card] = day + self.steps[self.step[card]]


@dataclass
class AnkiSm2Policy:
    """Anki's SM-2: ease 2.5, down by .2 at a lapse to 1.3 at least; a lapse begins at a day."""

    interval: dict[int, float] = field(default_factory=dict)
    ease: dict[int, float] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)

    def ask(self, day: int) -> Sequence[int]:
        due = [c for c, last in self.last.items() if last + round(self.interval[c]) <= day]
        return [*due, *_new(day)]

    def rated(self, card: int, right: bool, day: int) -> None:
        ease = self.ease.setdefault(card, 2.5)
        if card not in self.last or not right:
            self.ease[card] = ease if card not in self.last else max(1.3, ease - 0.2)
            self.interval[card] = 1
        else:
            late = day - self.last[card] - self.interval[card]
            grown = (self.interval[card] + late / 2) * ease
            self.interval[card] = max(self.interval[card] + 1, grown)
        self.last[card] = day


class FsrsPolicy:
    """The tutor's own scheduler and plan, as learners have them; without a cap."""

    def __init__(
        self,
        retention: float,
        dice: random.Random,
        parameters: Sequence[float] = DEFAULT_PARAMETERS,
    ) -> None:
        self._scheduler = Scheduler(retention, parameters)
        self._cards = [Card(number) for number in range(CARDS)]
        self._load: Counter[date] = Counter()
        self._dice = dice

    def ask(self, day: int) -> Sequence[int]:
        candidates = [Candidate(card, "") for card in self._cards]
        planned = plan(candidates, _date(day), self._scheduler, Pace(NEW, cap=10 * CARDS))
        return [card.id for card in planned.cards]

    def rated(self, card: int, right: bool, day: int) -> None:
        before = self._cards[card]
        rating = Rating.GOOD if right else Rating.AGAIN
        rated, _ = self._scheduler.rate(
            before, rating, _date(day), load=self._load, dice=self._dice
        )
        if before.due:
            self._load[before.due] -= 1
        if rated.due:
            self._load[rated.due] += 1
        self._cards[card] = replace(rated, suspended=None)  # every policy keeps all its cards


@dataclass(frozen=True)
class Run:
    """What 180 days came to."""

    minutes: float
    known: float
    busiest: int


TRUTHS: dict[str, Callable[[random.Random], Memory]] = {
    "A": lambda dice: FsrsMemory(DEFAULT_PARAMETERS, dice),
    "B": lambda dice: FsrsMemory(FITTED, dice),
    "C": lambda dice: ActRMemory(dice),
}
OTHERS: dict[str, Callable[[random.Random], Policy]] = {
    "random 5 a day": lambda dice: RandomPolicy(5, dice),
    "random 10 a day": lambda dice: RandomPolicy(10, dice),
    "random 20 a day": lambda dice: RandomPolicy(20, dice),
    "ladder 1-3-7-14-30-60-120": lambda _: LadderPolicy((1, 3, 7, 14, 30, 60, 120)),
    "ladder 1-6-12-48-96-180": lambda _: LadderPolicy((1, 6, 12, 48, 96, 180)),
    "Anki's SM-2": lambda _: AnkiSm2Policy(),
    "FSRS-6 as fitted for B, 0.90": lambda dice: FsrsPolicy(0.90, dice, FITTED),
}


def simulate(memory: Memory, policy: Policy, dice: random.Random) -> Run:
    """180 days of a learner with that memory under that policy."""
    seconds, known, busiest, met = 0, 0.0, 0, set[int]()
    for day in range(DAYS):
        asked = policy.ask(day)
        busiest = max(busiest, len(asked))
        for card in asked:
            right = dice.random() < memory.recall(card, day)
            seconds += FIRST if card not in met else RIGHT if right else WRONG
            met.add(card)
            memory.learn(card, right, day)
            policy.rated(card, right, day)
        if day >= MEASURED_FROM:
            known += sum(memory.recall(card, day + 1) for card in met)
    return Run(seconds / 60, known / (DAYS - MEASURED_FROM), busiest)


def minutes_for(known: float, frontier: Sequence[tuple[float, float]]) -> float | None:
    """The minutes at which a frontier of (known, minutes) reaches that much; None: outside it.

    A point that another beats in both is no part of it.
    """
    best: list[tuple[float, float]] = []
    for point in sorted(frontier, key=lambda one: one[1]):
        if not best or point[0] > best[-1][0]:
            best.append(point)
    for (low, cheap), (high, dear) in pairwise(best):
        if low <= known <= high:
            return cheap + (dear - cheap) * (known - low) / (high - low)
    return None


def _new(day: int) -> range:
    return range(day * NEW, min((day + 1) * NEW, CARDS)) if day * NEW < CARDS else range(0)


def _date(day: int) -> date:
    return START + timedelta(days=day)


def _runs(truth: str, made: Callable[[random.Random], Policy], seeds: int) -> list[Run]:
    return [
        simulate(
            TRUTHS[truth](random.Random(seed)),
            made(random.Random(seed + 1000)),
            random.Random(seed + 2000),
        )
        for seed in range(seeds)
    ]


def _means(runs: Sequence[Run]) -> tuple[float, float]:
    return statistics.fmean(r.known for r in runs), statistics.fmean(r.minutes for r in runs)


def _row(name: str, runs: Sequence[Run]) -> str:
    known, minutes = _means(runs)
    spread = statistics.stdev(r.minutes for r in runs) if len(runs) > 1 else 0
    wide = statistics.stdev(r.known for r in runs) if len(runs) > 1 else 0
    busiest = max(r.busiest for r in runs)
    return f"{name:28} {minutes:5.0f} ±{spread:3.0f} {known:7.1f} ±{wide:4.1f} {busiest:7d}"


@click.command()
@click.option("--seeds", default=6, show_default=True)
def main(seeds: int) -> None:
    """Print the frontier of FSRS and the others beside it, for each truth."""
    for truth in TRUTHS:
        click.echo(f"\ntruth {truth:22} minutes      known      busiest  FSRS needs")
        frontier = []
        for retention in RETENTIONS:
            runs = _runs(truth, partial(FsrsPolicy, retention), seeds)
            frontier.append(_means(runs))
            click.echo(_row(f"FSRS-6 at {retention:.2f}", runs))
        for name, made in OTHERS.items():
            runs = _runs(truth, made, seeds)
            known, minutes = _means(runs)
            needed = minutes_for(known, frontier)
            told = f"{needed:5.0f} ({needed / minutes - 1:+.0%})" if needed else "outside"
            click.echo(f"{_row(name, runs)}  {told}")


if __name__ == "__main__":
    main()
