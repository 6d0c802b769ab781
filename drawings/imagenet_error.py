"""Lesson 4: the fall of the winners' top-5 error in the ImageNet contest.

The numbers are those of the lesson's table and the sentence below it (Russakovsky and colleagues,
2015; Krizhevsky, Sutskever and Hinton, 2012; He and colleagues, 2015): percent of the pictures.
"""

from __future__ import annotations

from typing import Final

from drawings.card import BODY, EDGE, INK, MUTED, PAGE, SMALL, STRONG, TRACK, WIDTH, Card, Frame

__all__ = ["draw"]

_ERRORS: Final = {2010: 28.2, 2011: 25.8, 2012: 15.3, 2013: 11.2, 2014: 6.7, 2015: 3.57}
_DESIGNED: Final = (2010, 2011)
"""Years won with hand-designed features."""
_PERSON: Final = 5.1
_GREY: Final = "#9aa6b2"


def draw() -> bytes:
    """A bar for each year, and a dashed line at the error of one well-practiced person."""
    card = Card(1010, "Top-5 error fell to 3.57 percent")
    _draw_keys(card)
    frame = Frame(EDGE, 290, WIDTH - 2 * EDGE, 600, (2009.5, 2015.5), (0, 28.2))
    for year, error in _ERRORS.items():
        x, top = frame.at(year, error)
        floor = frame.at(year, 0)[1]
        colour = _GREY if year in _DESIGNED else STRONG
        card.box(x - 66, top, 132, floor - top, colour, radius=10)
        _name(card, x, top, error)
        card.text(x, floor + 50, str(year), SMALL, MUTED, ha="center")
    card.line([frame.at(2009.5, 0), frame.at(2015.5, 0)], TRACK, 4)
    _draw_person(card, frame)
    return card.png()


def _name(card: Card, x: float, top: float, error: float) -> None:
    """The number above its bar, or inside where the dashed line would cross it."""
    if error > _PERSON:
        card.text(x, top - 16, f"{error:g}%", BODY, ha="center", weight="bold")
    else:
        card.text(x, top + 52, f"{error:g}%", SMALL, PAGE, ha="center", weight="bold")


def _draw_keys(card: Card) -> None:
    for x, colour, name in (
        (EDGE, _GREY, "hand-designed features"),
        (560, STRONG, "deep networks"),
    ):
        card.box(x, 156, 36, 36, colour)
        card.text(x + 52, 187, name, SMALL, MUTED)


def _draw_person(card: Card, frame: Frame) -> None:
    ends = [frame.at(2009.5, _PERSON), frame.at(2015.5, _PERSON)]
    card.line(ends, INK, 4, linestyle=(0, (3, 2)), zorder=3)
    card.text(WIDTH - EDGE, 330, f"one practiced\nperson: {_PERSON}%", SMALL, ha="right")
    card.line([(WIDTH - EDGE - 10, 396), (WIDTH - EDGE - 10, ends[1][1] - 4)], INK, 3)
