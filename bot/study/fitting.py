"""Parameters of FSRS fitted to one learner, kept only if they predict that learner better.

Per learner, never per lesson: on public logs the latter predicts worse. fsrs-rs fits in a tenth of
a second and needs no torch.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import fsrs_rs_python

from bot.study.card import Card
from bot.study.scheduler import DEFAULT_PARAMETERS, Scheduler

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from bot.study.review import Review

__all__ = ["ENOUGH_REVIEWS", "Fit", "Predicted", "fit", "fitted", "log_loss", "predictions"]

ENOUGH_REVIEWS: Final = 200
"""Reviews on a later day than the one before them: with fewer, a fit follows noise."""
NEWEST: Final = 0.2
"""The share of a learner's reviews that a fit is tried on and does not see."""
_SURE = 1e-6


@dataclass(frozen=True, slots=True)
class Predicted:
    """What was predicted of one review (0 to 1), and what came of it."""

    day: date
    recall: float
    recalled: bool


@dataclass(frozen=True, slots=True)
class Fit:
    """Fitted parameters, with the log loss of theirs and of those before on the newest reviews.

    The lower, the better predicted. `parameters` are the better of the two.
    """

    parameters: tuple[float, ...]
    kept: bool
    loss: float
    loss_before: float


def fit(
    reviews: Iterable[Review],
    before: Sequence[float] = DEFAULT_PARAMETERS,
    enough: int = ENOUGH_REVIEWS,
) -> Fit | None:
    """Fit to a learner's log (in the order it was written); None while there is too little of it.

    `before` are the parameters in use: they stay, unless the new ones predict the newest fifth of
    the reviews, which they have not seen, with a lower log loss.
    """
    log = list(reviews)
    graded = sorted(one.day for one in predictions(log, before))
    if len(graded) < enough:
        return None
    since = graded[int(len(graded) * (1 - NEWEST))]
    parameters = fitted(review for review in log if review.day < since)
    if parameters is None:
        return None
    loss_before = log_loss(predictions(log, before), since)
    loss = log_loss(predictions(log, parameters), since)
    kept = loss < loss_before
    return Fit(parameters if kept else tuple(before), kept, loss, loss_before)


def fitted(reviews: Iterable[Review]) -> tuple[float, ...] | None:
    """The parameters that explain a log best; None if they are out of FSRS's bounds."""
    items = _items(reviews)
    if not items:
        return None
    model = fsrs_rs_python.FSRS(list(DEFAULT_PARAMETERS))
    parameters = tuple(float(one) for one in model.compute_parameters(items))
    try:
        Scheduler(parameters=parameters)
    except ValueError:
        return None
    return parameters


def predictions(reviews: Iterable[Review], parameters: Sequence[float]) -> list[Predicted]:
    """What the scheduler would have said of each review on a later day than its card's last."""
    scheduler = Scheduler(parameters=parameters)
    cards: dict[int, Card] = {}
    found = []
    for review in reviews:
        card = cards.get(review.card) or Card(review.card)
        if card.last is not None and card.last < review.day:
            recall = scheduler.retrievability(card, review.day)
            found.append(Predicted(review.day, recall, review.rating.recalled))
        cards[review.card], _ = scheduler.rate(card, review.rating, review.day)
    return found


def log_loss(predicted: Iterable[Predicted], since: date | None = None) -> float:
    """The mean surprise, in nats, at what came of the reviews since that day; NaN for none."""
    losses = [
        -math.log(max(_SURE, one.recall if one.recalled else 1 - one.recall))
        for one in predicted
        if since is None or one.day >= since
    ]
    return sum(losses) / len(losses) if losses else math.nan


def _items(reviews: Iterable[Review]) -> list[fsrs_rs_python.FSRSItem]:
    """For each review on a later day its card's history up to it, with the days between.

    They stay in the order of the log: fsrs-rs gives those at the end, the newest, more weight.
    """
    histories: dict[int, list[fsrs_rs_python.FSRSReview]] = defaultdict(list)
    last: dict[int, date] = {}
    items = []
    for review in reviews:
        days = (review.day - last.get(review.card, review.day)).days
        history = histories[review.card]
        history.append(fsrs_rs_python.FSRSReview(int(review.rating), days))
        last[review.card] = review.day
        if days > 0:
            items.append(fsrs_rs_python.FSRSItem(list(history)))
    return items
