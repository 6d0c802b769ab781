"""Lesson 8: of 1,098 alarms of a good test for a rare illness, 99 are true.

The arithmetic is the lesson's own: 100,000 people, one in 1,000 of them ill, and a test that is
right for 99 percent of the ill and of the healthy.
"""

from __future__ import annotations

from drawings.card import ACCENT, BODY, EDGE, MUTED, SMALL, STRONG, WARM, WIDTH, Card, Point

__all__ = ["draw"]

_TRUE, _FALSE = 99, 999
_COLUMNS = 33
_PITCH = (WIDTH - 2 * EDGE) / _COLUMNS


def draw() -> bytes:
    """A dot for each alarm, the true ones first."""
    rows = -(-(_TRUE + _FALSE) // _COLUMNS)
    card = Card(round(330 + rows * _PITCH + 20), "Most alarms are false")
    card.text(EDGE, 170, f"{_TRUE} true alarms", BODY, STRONG, weight="bold")
    card.text(WIDTH - EDGE, 170, "each dot is one alarm", SMALL, MUTED, ha="right")
    card.dots(_places(200, _TRUE), 10, STRONG, STRONG)
    below = 200 + _TRUE / _COLUMNS * _PITCH
    card.text(EDGE, below + 58, f"{_FALSE} false alarms", BODY, ACCENT, weight="bold")
    card.dots(_places(below + 80, _FALSE), 9, WARM, ACCENT)
    return card.png()


def _places(top: float, alarms: int) -> list[Point]:
    """Row by row from the left."""
    cells = (divmod(number, _COLUMNS) for number in range(alarms))
    return [(EDGE + (column + 0.5) * _PITCH, top + (row + 0.5) * _PITCH) for row, column in cells]
