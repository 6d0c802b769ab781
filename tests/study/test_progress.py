from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.study.card import Card, Suspended
from bot.study.plan import Candidate
from bot.study.progress import Recall, at_risk, recall_by_lesson, retention
from bot.study.rating import Rating
from bot.study.review import Review
from bot.study.scheduler import Scheduler

DAY = date(2026, 6, 1)
SCHEDULER = Scheduler()


def known(number: int, ago: int, lesson: str = "one") -> Candidate:
    card, _ = SCHEDULER.rate(Card(number), Rating.GOOD, DAY - timedelta(days=ago))
    return Candidate(card, lesson)


def test_recall_is_told_by_lesson() -> None:
    new = Candidate(Card(9), "two")
    found = recall_by_lesson([known(1, 0), known(2, 30), known(3, 0, "two"), new], DAY, SCHEDULER)
    assert list(found) == ["one", "two"]
    assert found["two"] == Recall(met=1, recalled=1.0, questions=2)
    assert found["two"].share == 1
    assert 0.5 < found["one"].share < 1
    assert recall_by_lesson([new], DAY, SCHEDULER)["two"].share == 0


def test_what_is_at_risk_comes_first() -> None:
    leech = known(4, 90)
    aside = replace(leech, card=replace(leech.card, suspended=Suspended.LEECH))
    cards = [known(1, 1), known(2, 40), known(3, 10), aside, Candidate(Card(5), "one")]
    assert [card.id for card in at_risk(cards, DAY, SCHEDULER, 2)] == [2, 3]


def test_retention_counts_the_first_answer_of_a_later_day() -> None:
    def row(card: int, ago: int, rating: Rating) -> Review:
        return Review(card, DAY - timedelta(days=ago), rating)

    log = [
        row(1, 9, Rating.AGAIN),  # first sight
        row(1, 7, Rating.GOOD),
        row(1, 7, Rating.AGAIN),  # again on one day
        row(1, 3, Rating.AGAIN),
        row(2, 3, Rating.GOOD),
        row(1, 1, Rating.GOOD),
    ]
    assert retention(log) == (2, 3)
    assert retention(log, since=DAY - timedelta(days=3)) == (1, 2)
    assert retention([]) == (0, 0)


@pytest.mark.parametrize("rating", list(Rating))
def test_only_again_is_not_recalled(rating: Rating) -> None:
    assert rating.recalled == (rating is not Rating.AGAIN)
