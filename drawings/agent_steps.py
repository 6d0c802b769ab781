"""Lesson 7: small errors of an agent add up over the steps of its task.

The arithmetic is the lesson's own: with a chance of 95 percent for each step, twenty steps that
must all be right succeed in about 36 percent of the cases, and with 99 percent in about 82.
"""

from __future__ import annotations

from drawings.card import ACCENT, BODY, EDGE, MUTED, SMALL, STRONG, TRACK, WIDTH, Card, Frame

__all__ = ["draw"]

_FRAME = Frame(170, 230, WIDTH - 170 - 190, 640, (0, 20), (0, 100))


def draw() -> bytes:
    """Two falling curves from no step to twenty, with their ends named."""
    card = Card(1010, "Small errors add up")
    card.text(EDGE, 170, "Chance that all steps are right", SMALL, MUTED)
    for percent in (0, 50, 100):
        card.line([_FRAME.at(0, percent), _FRAME.at(20, percent)], TRACK, 3)
        card.text(150, _FRAME.at(0, percent)[1] + 12, f"{percent}%", SMALL, MUTED, ha="right")
    for steps in (0, 5, 10, 15, 20):
        card.text(_FRAME.at(steps, 0)[0], 920, str(steps), SMALL, MUTED, ha="center")
    card.text(_FRAME.at(10, 0)[0], 970, "steps", SMALL, MUTED, ha="center")
    _draw_curve(card, 99, STRONG)
    _draw_curve(card, 95, ACCENT)
    card.text(*_FRAME.at(8, 75), "99% a step", BODY, STRONG, weight="bold")
    card.text(*_FRAME.at(2.2, 52), "95% a step", BODY, ACCENT, weight="bold")
    return card.png()


def _draw_curve(card: Card, percent: int, colour: str) -> None:
    chances = [100 * (percent / 100) ** steps for steps in range(21)]
    card.line([_FRAME.at(steps, chance) for steps, chance in enumerate(chances)], colour, 10)
    for steps, chance in enumerate(chances):
        card.dot(*_FRAME.at(steps, chance), 9, colour)
    x, y = _FRAME.at(20, chances[20])
    card.dot(x, y, 18, colour)
    card.text(x + 36, y + 18, f"{chances[20]:.0f}%", 52, colour, weight="bold")
