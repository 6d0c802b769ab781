"""Study days: a learner's days begin at 04:00 local time, so that a late evening is still today.

FSRS counts days. Counting them as 24-hour periods would make an answer at 09:00 fall on the same
day as one at 20:00 the evening before, so every review is dated by its study day instead, and
that of one learner never goes back, whatever zones they cross.

Wall times that a change of the clocks makes ambiguous follow one rule. In a gap (02:30 on the
night when 02:00 becomes 03:00) the instant is shifted forward, to 03:30; if that would leave the
study day, it is shifted back, to 01:30. What happens twice is taken the first time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

__all__ = ["DAY_BEGINS", "Message", "instant_of", "next_message", "study_day"]

DAY_BEGINS = time(4)
LATE = timedelta(hours=4)
"""A message that is later than this (the tutor was down) waits for the next day."""
GAP = timedelta(hours=10)
"""Two messages never come closer, even to who moves ahead of the clock or changes the hour.
Enough that 20:00 today and 08:00 tomorrow are both kept."""

_DAY = timedelta(days=1)
_NIGHT = timedelta(hours=DAY_BEGINS.hour)


@dataclass(frozen=True, slots=True)
class Message:
    """The daily message of a study day, and the instant (UTC) from which it is to be sent."""

    day: date
    at: datetime


def study_day(now: datetime, zone: ZoneInfo, last: date | None = None) -> date:
    """The study day of an instant. `last` is the learner's newest one so far: never before it."""
    day = (now.astimezone(zone).replace(tzinfo=None) - _NIGHT).date()
    return day if last is None else max(day, last)


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """The instant (UTC) of a wall time on a study day; None if the zone has no such day.

    Times before 04:00 belong to the night that ends the study day.
    """
    morning = day if at >= DAY_BEGINS else day + _DAY
    # With fold=0 a time in a gap is read by the offset before it, which shifts it forward, and one
    # that happens twice is the first; fold=1 shifts a time in a gap back.
    for fold in (0, 1):
        wall = datetime.combine(morning, at).replace(tzinfo=zone, fold=fold)
        instant = wall.astimezone(UTC)
        if study_day(instant, zone) == day:
            return instant
    return None


def next_message(
    now: datetime,
    zone: ZoneInfo,
    at: time,
    last: Message | None = None,
    *,
    late: timedelta = LATE,
    gap: timedelta = GAP,
) -> Message:
    """The next daily message to a learner who wants it `at` that wall time.

    `last` is the message of the newest study day served. What has been missed by more than `late`
    is left out, and so is a day whose message would come closer than `gap` to the last one.
    """
    day = study_day(now, zone) - _DAY  # its night may not be over yet
    if last is not None:
        day = max(day, last.day + _DAY)
    while True:
        instant = instant_of(day, at, zone)
        if instant is not None and _fits(instant, now - late, last, gap):
            return Message(day, instant)
        day += _DAY


def _fits(instant: datetime, earliest: datetime, last: Message | None, gap: timedelta) -> bool:
    return instant >= earliest and (last is None or instant - last.at >= gap)
