"""Lesson 1: the model neuron of McCulloch and Pitts as "and" and as "or".

The thresholds are those of the lesson (McCulloch and Pitts, 1943): with two inputs, a threshold of
two fires only for "this and that", and a threshold of one for "this or that".
"""

from __future__ import annotations

from drawings.card import (
    ACCENT,
    BODY,
    EDGE,
    INK,
    MUTED,
    PAGE,
    PALE,
    SMALL,
    STRONG,
    TRACK,
    WIDTH,
    Card,
)

__all__ = ["draw"]


def draw() -> bytes:
    """Two neurons, one above the other; in each one input is on, and one is off."""
    card = Card(960, "One neuron does “and” and “or”")
    _draw_neuron(card, 160, 2, "this and that", fires=False)
    card.line([(EDGE, 560), (WIDTH - EDGE, 560)], TRACK, 3)
    _draw_neuron(card, 580, 1, "this or that", fires=True)
    return card.png()


def _draw_neuron(card: Card, top: float, threshold: int, name: str, *, fires: bool) -> None:
    middle = top + 190
    for y, on in ((middle - 90, True), (middle + 90, False)):
        card.arrow((EDGE + 136, y), (410, middle + (y - middle) * 0.42), STRONG if on else MUTED)
        _draw_input(card, EDGE + 68, y, on=on)
    card.dot(490, middle, 100, PALE, edgecolor=STRONG, linewidth=4)
    card.text(490, middle - 14, "needs", SMALL, ha="center")
    card.text(490, middle + 44, str(threshold), 64, ha="center", weight="bold")
    card.arrow((594, middle), (690, middle), ACCENT if fires else MUTED)
    card.text(712, middle - 12, name, BODY, weight="bold")
    card.text(
        712, middle + 40, "fires" if fires else "stays silent", BODY, ACCENT if fires else MUTED
    )


def _draw_input(card: Card, x: float, y: float, *, on: bool) -> None:
    card.dot(x, y, 56, STRONG if on else PAGE, edgecolor=STRONG if on else MUTED, linewidth=4)
    card.text(x, y + 13, "on" if on else "off", BODY, PAGE if on else INK, ha="center")
