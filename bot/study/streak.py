"""A streak that forgives: days with an answer, and a few missed ones that cost nothing.

Every seventh day of a streak earns a day off, two are kept at most. A missed day takes one by
itself; only when none is left does the streak begin anew. Nobody is told what they lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Streak", "streak"]

EARNED_EVERY: Final = 7
KEPT: Final = 2
FIRST: Final = 1
"""Days off a streak begins with: the first week is when one is most easily lost."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Streak:
    """`days` with an answer in a row, days off not counted; `longest` of all; days off in hand."""

    days: int = 0
    longest: int = 0
    days_off: int = 0
    today: bool = False
    """Whether today has an answer already. It is never held against a streak that it has none."""


def streak(answered: Iterable[date], today: date) -> Streak:
    """The streak as it stands on a study day, from the study days that have an answer.

    It is reckoned from the day that makes it longest: a lone answer before it shall not use up the
    days off, or who did more would have less.
    """
    days = sorted({day for day in answered if day <= today})
    if not days:
        return Streak()
    runs = [_run(days[start:], today) for start in range(len(days))]
    best = max(runs, key=lambda run: (run.days, run.days_off))
    longest = max(run.longest for run in runs)
    return Streak(best.days, longest, best.days_off, days[-1] == today)


def _run(days: Sequence[date], today: date) -> Streak:
    """The streak that begins on the first of the days; no days long if it does not last."""
    length, off, before = 0, FIRST, days[0] - _DAY
    for day in days:
        off -= (day - before - _DAY).days
        if off < 0:
            return Streak(longest=length)
        length, before = length + 1, day
        if length % EARNED_EVERY == 0:
            off = min(KEPT, off + 1)
    off -= max(0, (today - before - _DAY).days)
    return Streak(length, length, off) if off >= 0 else Streak(longest=length)
