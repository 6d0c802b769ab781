"""When a card is asked again: FSRS-6, by py-fsrs, on study days.

py-fsrs takes instants and counts periods of 24 hours between them, so it is given noon UTC of each
study day: the days between are then whole. It is given ids (it would wait a millisecond to
make one), no minute-long steps (a missed item is asked again at the end of the day, unscored),
and no fuzz of its own: its dice are the process's. The fuzz here is rolled with dice passed in and
spread evenly: of the days allowed, the one with the fewest cards.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

import fsrs
from fsrs.scheduler import DEFAULT_PARAMETERS, FUZZ_RANGES

from bot.study.card import Card, Suspended
from bot.study.review import Review

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Mapping, Sequence

    from bot.study.rating import Rating

__all__ = ["DEFAULT_PARAMETERS", "RETENTIONS", "Scheduler", "days_allowed", "is_leech"]

RETENTIONS: Final = (0.80, 0.85, 0.90, 0.95)
"""The recall a learner may choose to be held at: the higher, the more minutes a day."""
DEFAULT_RETENTION: Final = 0.90
LONGEST: Final = 36_500
"""Days; py-fsrs's own limit."""
LEECH_LAPSES: Final = 6
"""A card forgotten this often is set aside, and again after every third lapse more."""
LEECH_AGAIN: Final = 3

_NOON = time(12, tzinfo=UTC)


class Scheduler:
    """FSRS-6 for one learner: their parameters, and the recall they want. It keeps no state.

    Raises ValueError for parameters out of FSRS's bounds.
    """

    def __init__(
        self,
        retention: float = DEFAULT_RETENTION,
        parameters: Sequence[float] = DEFAULT_PARAMETERS,
        longest: int = LONGEST,
    ) -> None:
        self._fsrs = fsrs.Scheduler(
            parameters,
            desired_retention=retention,
            learning_steps=(),
            relearning_steps=(),
            maximum_interval=longest,
            enable_fuzzing=False,
        )
        self._longest = longest

    @property
    def retention(self) -> float:
        """The share of cards to be recalled when they fall due."""
        return self._fsrs.desired_retention

    def rate(
        self,
        card: Card,
        rating: Rating,
        day: date,
        *,
        load: Mapping[date, int] | None = None,
        dice: random.Random | None = None,
    ) -> tuple[Card, Review]:
        """The card after a rating on a study day, and the row of the log.

        `load` says how many cards already fall due on a day. With `dice` the day is chosen inside
        FSRS's fuzz: the same for the same dice and load. Without, it is FSRS's to the day.
        Raises ValueError for a day before the card's last.
        """
        rated, due = self._after(card, rating, day)
        if dice is not None:
            due = _chosen((due - day).days, day, self._longest, load or {}, dice)
        review = Review(card.id, day, rating, due)
        return replace(rated, due=due), review

    def replay(self, card: int, reviews: Iterable[Review]) -> Card:
        """The card as the log says it is; rows come in the order they were written.

        The log does not know, nor does the answer, that a learner suspended it.
        """
        state = Card(card)
        for review in reviews:
            rated, due = self._after(state, review.rating, review.day)
            state = replace(rated, due=review.due or due)
        return state

    def retrievability(self, card: Card, day: date) -> float:
        """The probability (0 to 1) that the card is recalled on that study day; new: 0."""
        return self._fsrs.get_card_retrievability(_to_fsrs(card), datetime.combine(day, _NOON))

    def _after(self, card: Card, rating: Rating, day: date) -> tuple[Card, date]:
        if card.last is not None and day < card.last:
            said = f"card {card.id} was rated on {card.last}: {day} lies before it"
            raise ValueError(said)
        at = datetime.combine(day, _NOON)
        after, _ = self._fsrs.review_card(_to_fsrs(card), fsrs.Rating(rating), at)
        forgotten = not rating.recalled and card.last is not None and card.last < day
        rated = replace(
            card,
            stability=after.stability,
            difficulty=after.difficulty,
            last=day,
            reviews=card.reviews + 1,
            lapses=card.lapses + forgotten,
        )
        return replace(rated, suspended=_suspended(rated, forgotten)), after.due.date()


def is_leech(card: Card) -> bool:
    """Whether the lapse it just had is one too many. A leech is set aside until it is looked at."""
    over = card.lapses - LEECH_LAPSES
    return over >= 0 and over % LEECH_AGAIN == 0


def _suspended(card: Card, forgotten: bool) -> Suspended | None:
    """A leech that is asked again has been taken back, until it lapses too often once more."""
    if forgotten and is_leech(card):
        return Suspended.LEECH
    return None if card.suspended is Suspended.LEECH else card.suspended


def days_allowed(interval: int, longest: int = LONGEST) -> range:
    """The intervals (in days) that FSRS's fuzz allows instead of this one.

    py-fsrs's own formula (`_get_fuzz_range`); below 2.5 days there is no fuzz.
    """
    if interval < FUZZ_RANGES[0]["start"]:
        return range(interval, interval + 1)
    delta = 1.0 + sum(
        part["factor"] * max(min(float(interval), part["end"]) - part["start"], 0.0)
        for part in FUZZ_RANGES
    )
    most = min(round(interval + delta), longest)
    least = min(max(2, round(interval - delta)), most)
    return range(least, most + 1)


def _chosen(
    interval: int, day: date, longest: int, load: Mapping[date, int], dice: random.Random
) -> date:
    """Of the days allowed one with the fewest cards."""
    days = [day + timedelta(days=away) for away in days_allowed(interval, longest)]
    fewest = min(load.get(one, 0) for one in days)
    return dice.choice([one for one in days if load.get(one, 0) == fewest])


def _to_fsrs(card: Card) -> fsrs.Card:
    new = card.last is None
    return fsrs.Card(
        card_id=card.id,
        state=fsrs.State.Learning if new else fsrs.State.Review,
        stability=card.stability,
        difficulty=card.difficulty,
        due=datetime.combine(card.due, _NOON) if card.due else _EPOCH,
        last_review=None if card.last is None else datetime.combine(card.last, _NOON),
    )


_EPOCH = datetime(1970, 1, 1, 12, tzinfo=UTC)  # py-fsrs would read the clock for it
