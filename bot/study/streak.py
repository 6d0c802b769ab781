"""A streak that forgives: days with an answer, and a few missed ones that cost nothing.

Every seventh day of a streak earns a day off, two are kept at most. A missed day takes one by
itself; only when none is left does the streak begin anew. Nobody is told what they lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    """The streak as it stands on a study day, from the study days that have an answer."""
    days = sorted({day for day in answered if day <= today})
    length = longest = off = 0
    before: date | None = None
    for day in days:
        missed = 0 if before is None else (day - before - _DAY).days
        length, off = _gone_on(length, off, missed) if before else (0, FIRST)
        length += 1
        if length % EARNED_EVERY == 0:
            off = min(KEPT, off + 1)
        longest, before = max(longest, length), day
    if before is None:
        return Streak()
    length, off = _gone_on(length, off, max(0, (today - before - _DAY).days))
    return Streak(length, longest, off if length else 0, before == today)


def _gone_on(length: int, off: int, missed: int) -> tuple[int, int]:
    """Length and days off after so many missed days."""
    return (length, off - missed) if missed <= off else (0, FIRST)
