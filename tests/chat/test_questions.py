"""Questions as they are shown: in which order their options stand."""

from __future__ import annotations

import random
from itertools import permutations

import pytest

from bot.chat.questions import sequence_of
from retrieval.questions import Option, Question, QuestionKind

DICE = random.Random(7)


def shown(*options: str, kind: QuestionKind = QuestionKind.CHOICE) -> set[tuple[str, ...]]:
    """Every order that was seen in a hundred askings."""
    question = Question("q", kind, "?", 1, options=tuple(Option(o, right=False) for o in options))
    orders = [sequence_of(question, DICE) for _ in range(100)]
    return {tuple(options[number] for number in order) for order in orders}


@pytest.mark.parametrize(
    "ascending",
    [
        ["2011", "2012", "2013"],
        ["about 600,000", "about 60 million", "about 6 billion"],
        ["less than 3 days", "3 days", "more than 3 days", "more than 3 weeks", "a year"],
        ["twenty", "two hundred", "two thousand", "twenty thousand"],
        ["$900 million", "$4 billion", "$12B"],
        ["3.57 percent", "15.3 percent", "26.2 percent"],
        ["October 2015", "March 2016", "June 2017"],
        ["2 to 4 times", "10 to 20 times", "39-fold"],
        ["in the 1940s", "in the 1980s"],
        ["900 metres", "2 km", "2 miles"],
    ],
)
def test_numbers_ascend(ascending: list[str]) -> None:
    mixed = DICE.sample(ascending, len(ascending))
    assert shown(*mixed) == {tuple(ascending)}


@pytest.mark.parametrize(
    "names",
    [
        ["GPT-3", "ResNet-50", "Caltech-101"],
        ["the direction", "the distance", "the flower"],
        ["3 weeks", "a long time", "not at all"],
    ],
)
def test_other_options_are_shuffled(names: list[str]) -> None:
    assert shown(*names) == set(permutations(names))


def test_numbers_that_cannot_be_compared_stand_as_the_author_put_them() -> None:
    assert shown("3 litres", "2 weeks") == {("3 litres", "2 weeks")}


def test_true_stands_before_false_and_an_order_is_never_given_away() -> None:
    assert shown("True", "False", kind=QuestionKind.TRUE_FALSE) == {("True", "False")}
    years = ("1950", "1980", "2012")
    assert shown(*years, kind=QuestionKind.ORDER) == {*permutations(years)} - {years}
