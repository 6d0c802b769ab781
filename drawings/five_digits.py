"""Lesson 6: a skill that grows steadily, and a score that leaps, for it wants five digits right.

The arithmetic is the lesson's own (after Schaeffer, Miranda and Koyejo, NeurIPS 2023): the chance
of five right digits is the fifth power of the chance of one; 50 percent give about 3, and 90
percent give 59.
"""

from __future__ import annotations

from drawings.card import ACCENT, BODY, EDGE, INK, MUTED, SMALL, STRONG, TRACK, WIDTH, Card, Frame

__all__ = ["draw"]

_FRAME = Frame(170, 230, WIDTH - 170 - EDGE - 40, 640, (0, 100), (0, 100))


def draw() -> bytes:
    """The straight line of single digits and the bent one of whole sums."""
    card = Card(1010, "Steady skill, leaping score")
    for percent in (0, 50, 100):
        card.line([_FRAME.at(0, percent), _FRAME.at(100, percent)], TRACK, 3)
        card.text(150, _FRAME.at(0, percent)[1] + 12, f"{percent}%", SMALL, MUTED, ha="right")
        card.text(_FRAME.at(percent, 0)[0], 920, f"{percent}%", SMALL, MUTED, ha="center")
    card.text(EDGE, 170, "Answers scored as right", SMALL, MUTED)
    card.text(_FRAME.at(50, 0)[0], 970, "chance of each digit", SMALL, MUTED, ha="center")
    card.line([_FRAME.at(0, 0), _FRAME.at(100, 100)], STRONG, 8, linestyle=(0, (3, 2)))
    card.line([_FRAME.at(skill, _whole(skill)) for skill in range(101)], ACCENT, 10)
    for skill in (50, 90):
        _mark(card, skill)
    card.text(*_FRAME.at(20, 62), "one digit", BODY, STRONG, weight="bold")
    card.text(*_FRAME.at(101, 5), "all five digits", BODY, ACCENT, weight="bold", ha="right")
    return card.png()


def _whole(skill: float) -> float:
    return float(100 * (skill / 100) ** 5)


def _mark(card: Card, skill: int) -> None:
    x, y = _FRAME.at(skill, _whole(skill))
    card.dot(x, y, 16, INK)
    card.text(x - 22, y - 18, f"{_whole(skill):.0f}%", BODY, INK, ha="right", weight="bold")
