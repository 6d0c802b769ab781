"""Options that are named by voice, as a recogniser writes it down; and what names none."""

from __future__ import annotations

import pytest

from bot.study.choosing import named_options

A, B, C, D = range(4)


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("A", (A,)), ("a.", (A,)), ("Eh?", (A,)), ("B.", (B,)), ("Be", (B,)), ("Bee!", (B,)),
        ("See?", (C,)), ("C", (C,)), ("Dee.", (D,)), ("delta", (D,)),
        ("The answer is A.", (A,)), ("Answer A.", (A,)), ("It's C.", (C,)), ("It’s C.", (C,)),
        ("D, please.", (D,)), ("Option B.", (B,)), ("Letter D", (D,)),
        ("Um, I think it is B.", (B,)), ("Is it C?", (C,)), ("I'd say D.", (D,)),
        ("It must be the second one.", (B,)), ("The second one.", (B,)), ("A second one", (B,)),
        ("The first", (A,)), ("third option", (C,)), ("The 4th", (D,)), ("The last one.", (D,)),
        ("Number three.", (C,)), ("Option two", (B,)), ("number to", (B,)), ("answer 4", (D,)),
        ("2", (B,)),
        ("A and D", (A, D)), ("A&D", (A, D)), ("B, and C.", (B, C)), ("BNC.", (B, C)), ("BIDC.", (B, A, D, C)), ("DACB", (D, A, C, B)),
        ("A B and C", (A, B, C)), ("Both B and D.", (B, D)), ("The first and the last", (A, D)),
        ("C, then A, then D, then B.", (C, A, D, B)), ("See than a then-b then-d.", (C, A, B, D)),
    ],
)  # fmt: skip
def test_an_option_is_named(said: str, named: tuple[int, ...]) -> None:
    assert named_options(said, 4) == named


@pytest.mark.parametrize(
    "said",
    [
        "", "...", "B cells", "Vitamin C", "the", "and", "one", "I", "I see it", "to be or not",
        "A bee dances", "Be right back", "a dance", "See you", "the answer", "two thousand", "for",
        "seven of them", "A or B", "not B", "neither", "E", "the fifth one", "number nine", "0",
        "What is option B about?", "I don't know", "repeat", "the first dance",
    ],
)  # fmt: skip
def test_nothing_is_named(said: str) -> None:
    assert named_options(said, 4) is None


def test_the_last_is_the_last_of_those_there_are() -> None:
    assert named_options("the last one", 3) == (2,)
    assert named_options("D", 3) is None
