"""Lesson 3: half of a half of a half, ten times over, is about a thousandth.

The arithmetic is the lesson's own example of the vanishing gradient (Hochreiter, 1991): a factor of
one half at each layer.
"""

from __future__ import annotations

from drawings.card import ACCENT, BODY, EDGE, MUTED, SMALL, STRONG, TRACK, WIDTH, Card

__all__ = ["draw"]

_LAYERS = 10
_LEFT, _FIRST, _PITCH, _HIGH = 190, 250, 70, 44


def draw() -> bytes:
    """A bar for each layer on the way back, half as long as the one above it."""
    card = Card(_FIRST + (_LAYERS + 1) * _PITCH + 20, "The error fades on its way back")
    card.text(EDGE, 190, "Layers back", SMALL, MUTED)
    card.text(WIDTH - EDGE, 190, "share that arrives", SMALL, MUTED, ha="right")
    full = WIDTH - EDGE - _LEFT - 200
    for back in range(_LAYERS + 1):
        y, share = _FIRST + back * _PITCH, 0.5**back
        card.text(_LEFT - 36, y + 13, str(back), BODY, ha="right")
        card.box(_LEFT, y - _HIGH / 2, full, _HIGH, TRACK)
        card.box(_LEFT, y - _HIGH / 2, max(4, full * share), _HIGH, STRONG, zorder=2)
        _name(card, y + 13, back)
    return card.png()


def _name(card: Card, y: float, back: int) -> None:
    names = {0: "all", 1: "1/2", 2: "1/4", 3: "1/8", _LAYERS: "≈ 1/1000"}
    if back in names:
        card.text(
            WIDTH - EDGE, y, names[back], SMALL, ACCENT if back == _LAYERS else MUTED, ha="right"
        )
