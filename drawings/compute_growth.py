"""Lesson 6: how fast the computing power for training grew before and after 2010, on a log axis.

The doubling times are those of the lesson (Sevilla and colleagues, 2022): about 20 months before
2010, about six months from 2010 to 2022. The curve is drawn from these two numbers alone, with the
power of 2010 as one; single systems scatter widely around it.
"""

from __future__ import annotations

import math

from drawings.card import ACCENT, BODY, EDGE, MUTED, SMALL, STRONG, TRACK, WIDTH, Card, Frame

__all__ = ["draw"]

_FRAME = Frame(290, 240, WIDTH - 290 - EDGE, 680, (1998, 2022), (-3, 7.5))


def draw() -> bytes:
    """A flat line until 2010, a steep one after it, and the old pace going on, dashed."""
    card = Card(1010, "A faster pace from 2010")
    card.text(EDGE, 170, "Computing power, 2010 = 1", SMALL, MUTED)
    for exponent, name in ((-3, "1/1000"), (0, "1"), (3, "1,000"), (6, "1 million")):
        card.line([_FRAME.at(1998, exponent), _FRAME.at(2022, exponent)], TRACK, 3)
        card.text(270, _FRAME.at(1998, exponent)[1] + 12, name, SMALL, MUTED, ha="right")
    for year in (2000, 2010, 2020):
        card.text(_FRAME.at(year, 0)[0], 972, str(year), SMALL, MUTED, ha="center")
    _draw_pace(card, 1998, 2010, 20, STRONG, "-")
    _draw_pace(card, 2010, 2022, 20, STRONG, (0, (2, 2)))
    _draw_pace(card, 2010, 2022, 6, ACCENT, "-")
    card.text(310, 570, "doubles every\n20 months", BODY, STRONG, weight="bold")
    card.text(440, 384, "doubles every\n6 months", BODY, ACCENT, weight="bold")
    return card.png()


def _draw_pace(
    card: Card, start: int, end: int, months: int, colour: str, linestyle: object
) -> None:
    exponents = [(year - 2010) * 12 / months * math.log10(2) for year in (start, end)]
    ends = [_FRAME.at(year, at) for year, at in zip((start, end), exponents, strict=True)]
    card.line(ends, colour, 10, linestyle=linestyle)
