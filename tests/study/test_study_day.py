from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from benchmarks.study_days import faults_at, transitions
from bot.study.study_day import Message, instant_of, next_message, study_day

BERLIN = ZoneInfo("Europe/Berlin")
TOKYO = ZoneInfo("Asia/Tokyo")
FRANCISCO = ZoneInfo("America/Los_Angeles")


def local(zone: ZoneInfo, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=zone).astimezone(UTC)  # type: ignore[arg-type, misc]


def test_a_late_evening_is_still_today() -> None:
    assert study_day(local(BERLIN, 2026, 7, 2, 3, 59), BERLIN) == date(2026, 7, 1)
    assert study_day(local(BERLIN, 2026, 7, 2, 4, 0), BERLIN) == date(2026, 7, 2)


def test_answers_in_the_evening_and_the_next_morning_are_a_day_apart() -> None:
    answers = [(1, 20, 0), (2, 9, 0), (3, 19, 50)]
    days = [study_day(local(BERLIN, 2026, 7, d, h, m), BERLIN) for d, h, m in answers]
    assert days == [date(2026, 7, 1), date(2026, 7, 2), date(2026, 7, 3)]


def test_the_days_of_who_flies_west_never_go_back() -> None:
    in_tokyo = local(TOKYO, 2026, 7, 2, 9, 0)
    first = study_day(in_tokyo, TOKYO)
    landed = in_tokyo + timedelta(hours=3)
    assert study_day(landed, FRANCISCO) == date(2026, 7, 1)
    assert study_day(landed, FRANCISCO, last=first) == first == date(2026, 7, 2)


@pytest.mark.parametrize(
    ("zone", "day", "at", "instant"),
    [
        ("Europe/Paris", (2026, 3, 28), (2, 30), (2026, 3, 29, 1, 30)),  # gap: 03:30 local
        ("Europe/Paris", (2026, 10, 24), (2, 30), (2026, 10, 25, 0, 30)),  # twice: the first
        ("America/New_York", (2026, 3, 7), (2, 30), (2026, 3, 8, 7, 30)),
        ("Australia/Lord_Howe", (2026, 10, 3), (2, 15), (2026, 10, 3, 15, 45)),
        ("Asia/Beirut", (2026, 3, 28), (0, 0), (2026, 3, 28, 22, 0)),
        # forward would be 04:30, which is the next study day: so back, to 02:30
        ("Europe/Helsinki", (2026, 3, 28), (3, 30), (2026, 3, 29, 0, 30)),
    ],
)
def test_wall_times_when_the_clocks_change(
    zone: str, day: tuple[int, int, int], at: tuple[int, int], instant: tuple[int, ...]
) -> None:
    expected = datetime(*instant, tzinfo=UTC)  # type: ignore[arg-type, misc]
    assert instant_of(date(*day), time(*at), ZoneInfo(zone)) == expected


def test_a_day_that_never_was_has_no_instant() -> None:
    apia = ZoneInfo("Pacific/Apia")
    assert instant_of(date(2011, 12, 30), time(9), apia) is None
    last = Message(date(2011, 12, 29), local(apia, 2011, 12, 29, 9))
    assert next_message(last.at, apia, time(9), last).day == date(2011, 12, 31)


def test_the_next_message_is_today_if_its_hour_is_to_come_and_else_tomorrow() -> None:
    morning = local(BERLIN, 2026, 7, 1, 8, 0)
    today = next_message(morning, BERLIN, time(9))
    assert today == Message(date(2026, 7, 1), local(BERLIN, 2026, 7, 1, 9))
    assert next_message(today.at, BERLIN, time(9), today).day == date(2026, 7, 2)


def test_a_message_is_sent_late_within_some_hours_and_else_the_next_day() -> None:
    at = time(9)
    assert next_message(local(BERLIN, 2026, 7, 1, 12), BERLIN, at).day == date(2026, 7, 1)
    assert next_message(local(BERLIN, 2026, 7, 1, 14), BERLIN, at).day == date(2026, 7, 2)


def test_a_message_of_the_small_hours_is_sent_late_past_four() -> None:
    late = next_message(local(BERLIN, 2026, 7, 2, 5), BERLIN, time(3, 30))
    assert late == Message(date(2026, 7, 1), local(BERLIN, 2026, 7, 2, 3, 30))


def test_who_flies_east_is_not_written_to_twice_in_ten_hours() -> None:
    last = Message(date(2026, 7, 1), local(FRANCISCO, 2026, 7, 1, 9))
    following = next_message(last.at, TOKYO, time(9), last)
    assert following == Message(date(2026, 7, 3), local(TOKYO, 2026, 7, 3, 9))


def test_an_earlier_hour_counts_from_tomorrow_on() -> None:
    last = Message(date(2026, 7, 1), local(BERLIN, 2026, 7, 1, 20))
    assert next_message(last.at, BERLIN, time(8), last).day == date(2026, 7, 2)


@pytest.mark.parametrize(
    "name",
    ["Europe/Berlin", "Europe/Helsinki", "Africa/Cairo", "Australia/Lord_Howe", "America/Havana",
     "Asia/Beirut", "Antarctica/Troll", "America/Santiago", "Africa/Casablanca", "America/Nuuk"],
)  # fmt: skip
def test_every_study_day_has_one_message_whatever_the_clocks_do(name: str) -> None:
    zone = ZoneInfo(name)
    changes = transitions(zone, 2026, 2027)
    assert len(changes) >= 4
    assert [fault for change in changes for fault in faults_at(zone, change)] == []
