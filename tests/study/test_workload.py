from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import date, timedelta

from bot.study.card import Card
from bot.study.plan import Candidate, Pace
from bot.study.scheduler import DEFAULT_PARAMETERS, RETENTIONS, Scheduler
from bot.study.workload import days_ahead, minutes_a_day

MONDAY = date(2026, 6, 1)
FRESH = [Candidate(Card(number), f"lesson {number // 20}") for number in range(100)]


def test_more_retention_costs_more_minutes() -> None:
    minutes = minutes_a_day(FRESH, MONDAY, Pace(), DEFAULT_PARAMETERS, random.Random(1))
    assert list(minutes) == list(RETENTIONS)
    assert minutes[0.95] > minutes[0.90] > minutes[0.80]
    assert all(0.5 < one < 10 for one in minutes.values())


def test_the_days_ahead_keep_to_the_pace_and_are_the_same_for_the_same_dice() -> None:
    ahead = days_ahead(FRESH, MONDAY, Scheduler(), Pace(new=5, cap=12), random.Random(2))
    assert len(ahead) == 30
    assert ahead[0] == 5
    assert max(ahead) <= 12
    assert ahead == days_ahead(FRESH, MONDAY, Scheduler(), Pace(5, 12), random.Random(2))


def test_what_is_due_on_a_day_is_foreseen_for_it() -> None:
    due = MONDAY + timedelta(days=9)
    card = Card(1, stability=20, difficulty=5, last=MONDAY - timedelta(days=11), due=due, reviews=3)
    cards = [Candidate(replace(card, id=number), "one") for number in range(8)]
    ahead = days_ahead(cards, MONDAY, Scheduler(), Pace(), random.Random(3), days=12)
    assert ahead[:9] == [0] * 9
    assert ahead[9] == 8


def test_it_is_reckoned_while_one_waits() -> None:
    began = time.perf_counter()
    minutes_a_day(FRESH, MONDAY, Pace(), DEFAULT_PARAMETERS, random.Random(4))
    assert time.perf_counter() - began < 2
