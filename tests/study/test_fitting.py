from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.study.card import Card
from bot.study.fitting import fit, log_loss, predictions
from bot.study.rating import Rating
from bot.study.review import Review
from bot.study.scheduler import DEFAULT_PARAMETERS, Scheduler

MONDAY = date(2026, 6, 1)
FORGETFUL = (0.1, 0.2, 0.4, 0.8, *DEFAULT_PARAMETERS[4:8], 1.2, *DEFAULT_PARAMETERS[9:])


def log_of(parameters: tuple[float, ...], cards: int, seed: int) -> list[Review]:
    """The log of a learner who forgets as those parameters say, asked by the default scheduler."""
    dice = random.Random(seed)
    scheduler, truth = Scheduler(), Scheduler(parameters=parameters)
    reviews = []
    for number in range(cards):
        card = real = Card(number)
        day = MONDAY + timedelta(days=number // 5)
        for _ in range(7):
            right = dice.random() < (truth.retrievability(real, day) if real.last else 0.4)
            rating = Rating.GOOD if right else Rating.AGAIN
            card, review = scheduler.rate(card, rating, day)
            real, _ = truth.rate(real, rating, day)
            reviews.append(replace(review, due=None))
            assert card.due is not None
            day = card.due
    return sorted(reviews, key=lambda review: review.day)


def test_a_learner_who_forgets_sooner_is_predicted_better_after_the_fit() -> None:
    found = fit(log_of(FORGETFUL, 300, seed=1))
    assert found is not None
    assert found.kept
    assert found.loss < found.loss_before
    assert found.parameters[2] < DEFAULT_PARAMETERS[2]
    Scheduler(parameters=found.parameters)  # within FSRS's bounds


def test_parameters_that_predict_no_better_are_not_kept() -> None:
    log = log_of(FORGETFUL, 150, seed=2)
    found = fit(log, before=FORGETFUL)
    assert found is not None
    assert found.loss_before == pytest.approx(found.loss, abs=0.05)
    assert found.kept == (found.loss < found.loss_before)
    assert found.kept or found.parameters == FORGETFUL


def test_too_few_reviews_are_not_fitted() -> None:
    assert fit(log_of(FORGETFUL, 20, seed=3)) is None
    assert fit([]) is None


def test_reviews_of_one_day_are_no_predictions() -> None:
    twice = [Review(1, MONDAY, Rating.AGAIN), Review(1, MONDAY, Rating.GOOD)]
    later = Review(1, MONDAY + timedelta(days=1), Rating.GOOD)
    assert predictions(twice, DEFAULT_PARAMETERS) == []
    (one,) = predictions([*twice, later], DEFAULT_PARAMETERS)
    assert one.recalled
    assert 0 < one.recall < 1
    assert log_loss([one]) > 0
