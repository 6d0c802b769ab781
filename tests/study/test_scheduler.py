from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import fsrs
import pytest

from bot.study.card import Card, Suspended
from bot.study.rating import Rating
from bot.study.review import Review
from bot.study.scheduler import DEFAULT_PARAMETERS, RETENTIONS, Scheduler, days_allowed
from bot.study.study_day import instant_of, study_day

MONDAY = date(2026, 6, 1)


def later(days: int) -> date:
    return MONDAY + timedelta(days=days)


def history(dice: random.Random) -> list[tuple[date, Rating]]:
    """Up to 14 ratings on study days that never go back, now and then two on one day."""
    day, rows = MONDAY, []
    for _ in range(dice.randint(1, 14)):
        rows.append((day, dice.choice(list(Rating))))
        day += timedelta(days=dice.choice((0, 1, 1, 2, 3, 7, 20, dice.randint(1, 200))))
    return rows


def test_intervals_are_those_of_py_fsrs_on_the_same_study_days() -> None:
    dice = random.Random(1)
    for number in range(1000):
        retention = dice.choice(RETENTIONS)
        theirs = fsrs.Scheduler(
            DEFAULT_PARAMETERS,
            retention,
            learning_steps=(),
            relearning_steps=(),
            enable_fuzzing=False,
        )
        ours = Scheduler(retention)
        card, their_card = Card(number), fsrs.Card(card_id=number)
        log: list[Review] = []
        for day, rating in history(dice):
            midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
            their_card, _ = theirs.review_card(their_card, fsrs.Rating(rating), midnight)
            card, review = ours.rate(card, rating, day)
            log.append(review)
            assert review.due == card.due == their_card.due.date()
            assert card.stability == their_card.stability
            asked = day + timedelta(days=9)
            recall = theirs.get_card_retrievability(their_card, midnight + timedelta(days=9))
            assert ours.retrievability(card, asked) == recall
        assert ours.replay(number, log) == card


def test_replay_gives_the_state_with_the_days_as_they_were_chosen() -> None:
    dice, scheduler = random.Random(2), Scheduler(0.9)
    load: Counter[date] = Counter()
    for number in range(200):
        card, log = Card(number), []
        for day, rating in history(dice):
            card, review = scheduler.rate(card, rating, day, load=load, dice=dice)
            log.append(review)
            assert card.due is not None
            load[card.due] += 1
        assert scheduler.replay(number, log) == card
        undone = scheduler.replay(number, log[:-1])
        assert undone.reviews == len(log) - 1


def test_the_hour_inside_a_study_day_changes_no_interval() -> None:
    """The trap: 20:00, then 09:00, is 13 hours and yet a day."""
    scheduler = Scheduler()
    card = Card(1)
    for away in (0, 1, 2):
        card, _ = scheduler.rate(card, Rating.GOOD, later(away))
    assert card.stability is not None
    assert card.stability > 8  # counted as 24-hour periods, the second day would be lost


def test_jitter_inside_the_study_days_changes_no_interval() -> None:
    """Six weeks in Berlin across the change of the clocks, at eight and at any hour."""
    zone, dice = ZoneInfo("Europe/Berlin"), random.Random(3)
    days = [date(2026, 10, 1) + timedelta(days=away) for away in (0, 2, 3, 9, 24, 26, 40)]
    at_eight = [time(20)] * len(days)
    at_any = [time(dice.randrange(24), dice.randrange(60)) for _ in days]
    cards = []
    for hours in (at_eight, at_any):
        card = Card(1)
        for day, hour in zip(days, hours, strict=True):
            instant = instant_of(day, hour, zone)
            assert instant is not None
            card, _ = Scheduler().rate(card, Rating.GOOD, study_day(instant, zone, card.last))
        cards.append(card)
    assert cards[0] == cards[1]


def test_right_and_wrong_give_two_days_and_one() -> None:
    scheduler = Scheduler()
    good, _ = scheduler.rate(Card(1), Rating.GOOD, MONDAY)
    again, _ = scheduler.rate(Card(1), Rating.AGAIN, MONDAY)
    assert (good.due, again.due) == (later(2), later(1))
    assert scheduler.retrievability(good, MONDAY) == 1
    assert scheduler.retrievability(good, later(2)) < 1
    assert scheduler.retrievability(Card(2), MONDAY) == 0


def test_higher_retention_asks_sooner() -> None:
    dues = []
    for retention in RETENTIONS:
        card, scheduler = Card(1), Scheduler(retention)
        for away in (0, 4, 20):
            card, _ = scheduler.rate(card, Rating.GOOD, later(away))
        dues.append(card.due)
    assert dues == sorted(dues, reverse=True)  # type: ignore[type-var]
    assert len(set(dues)) == 4


@pytest.mark.parametrize(
    ("interval", "allowed"),
    [(1, (1, 1)), (2, (2, 2)), (3, (2, 4)), (10, (8, 12)), (100, (93, 107))],
)
def test_the_fuzz_is_that_of_py_fsrs(interval: int, allowed: tuple[int, int]) -> None:
    days = days_allowed(interval)
    assert (days[0], days[-1]) == allowed


def test_the_least_loaded_day_is_chosen_and_the_same_for_the_same_dice() -> None:
    scheduler = Scheduler()
    card = Card(1)
    for away in (0, 3):
        card, _ = scheduler.rate(card, Rating.GOOD, later(away))
    plain, _ = scheduler.rate(card, Rating.GOOD, later(20))
    assert plain.due is not None
    free = plain.due + timedelta(days=2)
    load = dict.fromkeys((later(n) for n in range(200)), 5) | {free: 4}
    spread, _ = scheduler.rate(card, Rating.GOOD, later(20), load=load, dice=random.Random(7))
    assert spread.due == free
    twice = [
        scheduler.rate(card, Rating.GOOD, later(20), dice=random.Random(seed))[0].due
        for seed in (1, 1, *range(30))
    ]
    assert twice[0] == twice[1]
    assert len(set(twice)) > 3


def test_a_card_forgotten_six_times_is_a_leech_and_then_every_third_time() -> None:
    scheduler, card, day, set_aside = Scheduler(), Card(1), MONDAY, []
    for _ in range(13):
        card, _ = scheduler.rate(card, Rating.AGAIN, day)
        if card.suspended is Suspended.LEECH:
            set_aside.append(card.lapses)
        day += timedelta(days=1)
    assert set_aside == [6, 9, 12]


def test_a_second_miss_on_one_day_is_no_second_lapse() -> None:
    scheduler = Scheduler()
    card, _ = scheduler.rate(Card(1), Rating.AGAIN, MONDAY)
    assert card.lapses == 0
    for _ in range(2):
        card, _ = scheduler.rate(card, Rating.AGAIN, later(1))
    assert card.lapses == 1


def test_a_day_before_the_last_one_is_refused() -> None:
    scheduler = Scheduler()
    card, _ = scheduler.rate(Card(1), Rating.GOOD, later(3))
    with pytest.raises(ValueError, match="lies before"):
        scheduler.rate(card, Rating.GOOD, later(2))


def test_a_suspended_card_and_a_new_one_are_not_due() -> None:
    card, _ = Scheduler().rate(Card(1), Rating.GOOD, MONDAY)
    assert not card.is_due(later(1))
    assert card.is_due(later(2))
    assert card.overdue(later(5)) == 3
    assert not replace(card, suspended=Suspended.LEARNER).is_due(later(2))
    assert not Card(2).is_due(MONDAY)
