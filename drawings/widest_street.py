"""Lesson 3: a support vector machine parts two villages by the widest straight road.

The picture is the lesson's own (Boser, Guyon and Vapnik, 1992; Cortes and Vapnik, 1995); the houses
are invented. Two of them and one stand at the edge of the road, and no wider road would fit.
"""

from __future__ import annotations

from typing import Final

from drawings.card import ACCENT, BODY, EDGE, INK, PAGE, SMALL, STRONG, WIDTH, Card, Point

__all__ = ["draw"]

_TOP, _HIGH = 150, 700
_SLOPE = 0.42
"""How far the road rises for each pixel to the right."""
_MIDDLE, _HALF = 690, 105
"""Where the middle of the road begins at the left, and half its height, in pixels downwards."""
_ABOVE: Final = ((250, 0), (640, 0), (140, 190), (330, 130), (420, 60), (560, 60))
_BELOW: Final = ((470, 0), (830, 90), (640, 130), (360, 60), (930, 190), (720, 50), (540, 170))
"""Houses: how far to the right, and how far from the edge of the road."""


def draw() -> bytes:
    """Two groups of houses, the road between them, and rings around the three at its edge."""
    card = Card(1010, "The widest possible road")
    ends = (EDGE, WIDTH - EDGE)
    card.box(EDGE, _TOP, WIDTH - 2 * EDGE, _HIGH, "#f5f7f9", radius=16)
    edges = [_road(x, -_HALF) for x in ends] + [_road(x, _HALF) for x in reversed(ends)]
    card.area(edges, "#d5dce4")
    for side in (-_HALF, _HALF):
        card.line([_road(x, side) for x in ends], INK, 4)
    card.line([_road(x, 0) for x in ends], PAGE, 5, linestyle=(0, (4, 3)))
    for x, far in _ABOVE:
        _draw_house(card, _road(x, -_HALF - far), STRONG, ring=far == 0)
    for x, far in _BELOW:
        _draw_house(card, _road(x, _HALF + far), ACCENT, ring=far == 0)
    card.dot(EDGE + 34, 926, 32, "none", edgecolor=INK, linewidth=4)
    card.text(EDGE + 86, 922, "support vectors:", BODY, weight="bold")
    card.text(EDGE + 86, 970, "only these houses decide the road", SMALL)
    return card.png()


def _road(x: float, aside: float) -> Point:
    return x, _MIDDLE - _SLOPE * (x - EDGE) + aside


def _draw_house(card: Card, place: Point, colour: str, *, ring: bool) -> None:
    x, y = place
    if colour == STRONG:
        card.dot(x, y, 19, colour)
    else:
        card.box(x - 18, y - 18, 36, 36, colour, radius=4, zorder=4)
    if ring:
        card.dot(x, y, 36, "none", edgecolor=INK, linewidth=4)
