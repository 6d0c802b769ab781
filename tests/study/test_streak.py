from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.study.streak import Streak, streak

MONDAY = date(2026, 6, 1)


def on(*days: int) -> list[date]:
    return [MONDAY + timedelta(days=n) for n in days]


def at(day: int, *answered: int) -> Streak:
    return streak(on(*answered), MONDAY + timedelta(days=day))


def test_days_in_a_row_count_and_today_is_not_held_against_it() -> None:
    assert at(2, 0, 1, 2) == Streak(3, 3, 1, today=True)
    assert at(3, 0, 1, 2) == Streak(3, 3, 1, today=False)
    assert streak([], MONDAY) == Streak()


def test_a_missed_day_is_forgiven_and_two_are_not_yet() -> None:
    assert at(4, 0, 1, 3, 4).days == 4
    assert at(5, 0, 1, 4, 5).days == 2
    assert at(5, 0, 1, 4, 5).longest == 2


def test_a_week_earns_a_day_off_and_two_are_kept() -> None:
    assert at(6, *range(7)).days_off == 2
    assert at(40, *range(41)).days_off == 2
    assert at(10, *range(8), 10).days == 9  # the 8th and the 9th were missed


def test_a_streak_that_is_over_begins_anew_without_a_word_of_loss() -> None:
    gone = at(30, 0, 1, 2)
    assert (gone.days, gone.longest, gone.days_off) == (0, 3, 0)
    assert at(30, 0, 1, 2, 30) == Streak(1, 3, 1, today=True)


def test_an_answer_dated_tomorrow_does_not_count_today() -> None:
    """Who flew west may have answered on what is tomorrow here."""
    assert at(0, 0, 1).days == 1


@settings(max_examples=300)
@given(st.sets(st.integers(0, 60)), st.integers(0, 60))
def test_another_answer_never_shortens_it(answered: set[int], more: int) -> None:
    assert at(60, *answered, 60).days <= at(60, *answered, more, 60).days
