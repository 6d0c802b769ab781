"""Which cards are asked on a study day, and in which order.

Due cards come first, the least likely to be recalled before the others; then new ones, if the cap
leaves room and nothing waits behind it. Two questions on one sentence (siblings) never meet on one
day, for one gives the other away. After a holiday the plate is smaller and holds nothing new: what
waits is not lost, FSRS credits the delay at the next answer.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date

    from bot.study.card import Card
    from bot.study.scheduler import Scheduler

__all__ = ["Candidate", "Pace", "Plan", "Today", "plan", "retries"]

HOLIDAY_DAYS: Final = 5
"""Study days without an answer after which the first plate is a gentle one."""
GENTLE_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Pace:
    """How much a learner takes on: new cards a day, and answers a day at most."""

    new: int = 5
    cap: int = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """A card that may be asked. New ones are taken in the order they are given in.

    `siblings` names what the question rests on (the lesson's sentence, a cloze's text): of cards
    with the same name one is asked a day.
    """

    card: Card
    lesson: str
    siblings: str = ""


@dataclass(frozen=True, slots=True)
class Today:
    """What a study day has already seen: for a plan made again in its course."""

    answered: int = 0
    new: int = 0
    siblings: frozenset[str] = frozenset()
    """Of every card asked today."""
    away: int = 0
    """Study days since the last one with an answer, this one not counted; 0: never away."""
    lesson: str | None = None
    """Of the last question: the next one is better from another."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The cards to ask, in order. `waiting` is how many due ones are left for another day."""

    cards: tuple[Card, ...]
    waiting: int
    gentle: bool = False


def plan(
    candidates: Iterable[Candidate],
    day: date,
    scheduler: Scheduler,
    pace: Pace,
    today: Today | None = None,
) -> Plan:
    """The plan of a study day, or of what is left of it."""
    today = today or Today()
    gentle = today.away >= HOLIDAY_DAYS
    cap = max(1, round(pace.cap * GENTLE_SHARE)) if gentle else pace.cap
    room = max(0, cap - today.answered)
    everything = list(candidates)
    due = [one for one in everything if one.card.is_due(day)]
    due.sort(key=lambda one: (scheduler.retrievability(one.card, day), one.card.id))
    due_apart = _apart(due, today.siblings)
    asked = due_apart[:room]
    caught_up = len(due) + today.answered - today.new <= cap
    if caught_up and not gentle:
        taken = today.siblings | {one.siblings for one in asked}
        new = [one for one in everything if one.card.new and one.card.suspended is None]
        asked += _apart(new, taken)[: max(0, min(pace.new - today.new, room - len(asked)))]
    waiting = len(due) - sum(one.card.is_due(day) for one in asked)
    return Plan(tuple(one.card for one in _mixed(asked, today.lesson)), waiting, gentle)


def retries(answers: Sequence[tuple[int, bool]]) -> tuple[int, ...]:
    """The cards (by id) to ask once more at the end of the day, unscored: those missed.

    `answers` are the day's scored ones in order: a card's id, and whether it was recalled.
    """
    missed = dict.fromkeys(card for card, recalled in answers if not recalled)
    return tuple(missed)


def _apart(candidates: Sequence[Candidate], taken: Collection[str]) -> list[Candidate]:
    """The candidates without those whose sibling comes before them, or was asked already."""
    seen = set(taken)
    kept = []
    for one in candidates:
        if one.siblings not in seen or not one.siblings:
            kept.append(one)
            seen.add(one.siblings)
    return kept


def _mixed(candidates: Sequence[Candidate], before: str | None) -> list[Candidate]:
    """The same candidates, neighbours from different lessons as far as that is possible; `before`
    is the lesson of the question before them.

    Each time the first of another lesson than the last; but a lesson that holds over half of what
    is left comes at once, or its questions would pile up at the end.
    """
    left = list(candidates)
    mixed: list[Candidate] = []
    while left:
        before = mixed[-1].lesson if mixed else before
        lesson, count = Counter(one.lesson for one in left).most_common(1)[0]
        pressing = lesson if 2 * count > len(left) and lesson != before else None
        following = next(
            (one for one in left if one.lesson != before and pressing in (None, one.lesson)),
            left[0],
        )
        left.remove(following)
        mixed.append(following)
    return mixed
