"""Lesson 2: why one layer of weights can express "both are on" and not XOR.

The statement is that of the lesson (Minsky and Papert, 1969): XOR asks whether exactly one of two
inputs is on, and one layer of weights, which is one straight line here, cannot express it.
"""

from __future__ import annotations

from drawings.card import ACCENT, BODY, EDGE, INK, MUTED, PAGE, SMALL, STRONG, TRACK, Card, Frame

__all__ = ["draw"]

_SIDE = 340


def draw() -> bytes:
    """Two squares of four points: one line parts yes from no on the left, none on the right."""
    card = Card(900, "One straight line is not enough")
    _draw_keys(card)
    left = _draw_square(card, EDGE + 64, "Both on?", {(1, 1)})
    card.line([left.at(0.25, 1.22), left.at(1.22, 0.25)], INK, 8)
    card.text(EDGE + 64, 800, "One line parts\nyes from no.", BODY)
    right = _draw_square(card, 636, "Exactly one on?", {(0, 1), (1, 0)})
    card.line([right.at(-0.22, 0.72), right.at(0.72, -0.22)], INK, 8, linestyle=(0, (2, 2)))
    card.dot(*right.at(1, 1), 54, "none", edgecolor=INK, linewidth=4)
    card.text(636, 800, "Every line leaves\na mistake.", BODY)
    return card.png()


def _draw_keys(card: Card) -> None:
    _draw_answer(card, EDGE + 20, 178, yes=True)
    card.text(EDGE + 62, 190, "yes", SMALL, MUTED)
    _draw_answer(card, EDGE + 214, 178, yes=False)
    card.text(EDGE + 256, 190, "no", SMALL, MUTED)


def _draw_square(card: Card, left: float, question: str, yes: set[tuple[int, int]]) -> Frame:
    frame = Frame(left, 350, _SIDE, _SIDE, (-0.3, 1.3), (-0.3, 1.3))
    card.text(left, 310, question, BODY, weight="bold")
    card.box(left, 350, _SIDE, _SIDE, TRACK, radius=16)
    for first in (0, 1):
        for second in (0, 1):
            _draw_answer(card, *frame.at(first, second), yes=(first, second) in yes)
    for value, word in ((0, "off"), (1, "on")):
        card.text(frame.at(value, 0)[0], 730, word, SMALL, MUTED, ha="center")
        card.text(left - 14, frame.at(0, value)[1] + 12, word, SMALL, MUTED, ha="right")
    return frame


def _draw_answer(card: Card, x: float, y: float, *, yes: bool) -> None:
    radius = 28
    if yes:
        card.dot(x, y, radius, STRONG)
    else:
        card.dot(x, y, radius - 4, PAGE, edgecolor=ACCENT, linewidth=6)
