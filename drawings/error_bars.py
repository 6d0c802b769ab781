"""Lesson 8: 91 instead of 90 right answers on a hundred questions is noise.

The error bars are the lesson's own: about six points up and down for 100 questions, and about two
for 1,000, at the usual level of 95 percent. They are drawn by the normal approximation, 1.96 times
the root of p (1 - p) / n.
"""

from __future__ import annotations

import math
from typing import Final

from drawings.card import ACCENT, BODY, EDGE, MUTED, SMALL, STRONG, TRACK, WIDTH, Card, Frame

__all__ = ["draw"]

_FRAME = Frame(EDGE + 20, 250, WIDTH - 2 * EDGE - 40, 560, (82, 100), (0, 3))
_SCORES: Final = (
    ("the old score: 90 of 100", 90, 100, STRONG),
    ("the “new record”: 91 of 100", 91, 100, ACCENT),
    ("with more questions: 900 of 1,000", 90, 1000, STRONG),
)


def draw() -> bytes:
    """Three scores as dots, each with the range in which the true value probably lies."""
    card = Card(950, "How far to trust a score")
    for percent in (85, 90, 95, 100):
        x = _FRAME.at(percent, 0)[0]
        card.line([(x, 190), (x, 830)], TRACK, 3)
        card.text(x, 884, f"{percent}%", SMALL, MUTED, ha="center" if percent < 100 else "right")
    for row, (name, percent, questions, colour) in enumerate(_SCORES):
        card.text(_FRAME.left, 220 + row * 210, name, BODY, colour, weight="bold")
        _draw_bar(card, 285 + row * 210, percent, questions, colour)
    return card.png()


def _draw_bar(card: Card, y: float, percent: int, questions: int, colour: str) -> None:
    share = percent / 100
    reach = 196 * math.sqrt(share * (1 - share) / questions)
    left, right = (_FRAME.at(percent + side * reach, 0)[0] for side in (-1, 1))
    card.line([(left, y), (right, y)], colour, 8)
    for end in (left, right):
        card.line([(end, y - 24), (end, y + 24)], colour, 8)
    card.dot(_FRAME.at(percent, 0)[0], y, 20, colour)
