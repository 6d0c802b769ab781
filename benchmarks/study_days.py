"""The law of the daily message, tried whole: one message for each study day there is.

    python -m benchmarks.study_days

Every zone of zoneinfo × every change of its offset from 2024 to 2030 × 48 half-hours.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

import click

from bot.study.study_day import Message, next_message, study_day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

HALF_HOURS = [time(hour, minute) for hour in range(24) for minute in (0, 30)]
AROUND = timedelta(days=4)
STEP = timedelta(minutes=15)


def transitions(zone: ZoneInfo, first: int, last: int) -> list[datetime]:
    """The instants, to the minute, at which a zone's offset changes in those years."""
    found = []
    at = datetime(first, 1, 1, tzinfo=UTC)
    while at.year <= last:
        following = at + timedelta(days=1)
        if _offset(at, zone) != _offset(following, zone):
            found.append(_narrowed(at, following, zone))
        at = following
    return found


def faults_at(zone: ZoneInfo, change: datetime, times: Sequence[time] = HALF_HOURS) -> list[str]:
    """What is wrong with the messages of the days round a change; empty: nothing."""
    start, end = change - AROUND, change + AROUND
    # The study days there are, found by walking through the instants.
    steps = range(-96, 2 * AROUND // STEP + 192)
    days = sorted({study_day(start + n * STEP, zone) for n in steps})
    return [fault for at in times for fault in _faults(zone, start, end, at, days)]


def _faults(
    zone: ZoneInfo, start: datetime, end: datetime, at: time, days: Sequence[date]
) -> Iterator[str]:
    sent = _messages(zone, start, end, at)
    for message in sent:
        if study_day(message.at, zone) != message.day:
            yield f"{zone} {at}: {message.day} is served on another study day"
    served = [message.day for message in sent]
    if served != [day for day in days if served[0] <= day <= served[-1]]:
        yield f"{zone} {at}: served {served}"


def _messages(zone: ZoneInfo, start: datetime, end: datetime, at: time) -> list[Message]:
    """The messages as a loop sends them that is asked again after each."""
    sent = [next_message(start, zone, at, late=timedelta(0))]
    while sent[-1].at < end:
        sent.append(next_message(sent[-1].at, zone, at, sent[-1]))
    return sent


def _offset(at: datetime, zone: ZoneInfo) -> timedelta | None:
    return at.astimezone(zone).utcoffset()


def _narrowed(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        if _offset(middle, zone) == _offset(low, zone):
            low = middle
        else:
            high = middle
    return high


@click.command()
def main() -> None:
    """Print what breaks the law, and how much was tried."""
    tried, faults = 0, []
    zones = sorted(available_timezones())
    for name in zones:
        zone = ZoneInfo(name)
        for change in transitions(zone, 2024, 2030):
            tried += len(HALF_HOURS)
            faults += faults_at(zone, change)
    click.echo("\n".join(faults[:20]))
    click.echo(f"{len(zones)} zones, {tried:,} times of day at changes, {len(faults)} faults")
    raise SystemExit(bool(faults))


if __name__ == "__main__":
    main()
