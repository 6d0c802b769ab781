"""Lesson 2: what froze in the first winter, and what went on, from 1965 to 1979.

Years and events are those of the lesson, which names the sources: ALPAC 1966, the Mansfield
amendment of 1969, Olazaran 1996 on the networks, Lighthill 1973, Heilmeier 1991 on DARPA, Klatt
1977 on Harpy. The rows follow one another at equal distances; the picture is no scale of time.
"""

from __future__ import annotations

from typing import Final

from drawings.card import ACCENT, BODY, PAGE, SMALL, STRONG, TRACK, WIDTH, Card

__all__ = ["draw"]

_ROWS: Final = (
    ("1965", "", "DENDRAL starts\nat Stanford"),
    ("1966", "ALPAC ends money\nfor translation", ""),
    ("1968", "", "A star finds\nthe shortest path"),
    ("1969", "Military money only\nfor military uses", ""),
    ("c. 1970", "Networks have lost\ntheir supporters", ""),
    ("1972", "", "Prolog appears,\nMYCIN begins"),
    ("1973", "Britain cuts\nits budgets", ""),
    ("1975", "DARPA asks\nfor uses", ""),
    ("1976", "", "Harpy meets\nits goal"),
    ("1979", "", "AAAI is founded"),
)
_FIRST, _PITCH = 290, 104
_MIDDLE, _BESIDE = WIDTH / 2, 112


def draw() -> bytes:
    """A line of years with the losses on the left of it and the gains on the right."""
    card = Card(_FIRST + len(_ROWS) * _PITCH - 10, "The first winter was uneven")
    card.text(_MIDDLE - _BESIDE, 190, "What froze", BODY, STRONG, ha="right", weight="bold")
    card.text(_MIDDLE + _BESIDE, 190, "What went on", BODY, ACCENT, weight="bold")
    last = _FIRST + (len(_ROWS) - 1) * _PITCH
    card.line([(_MIDDLE, _FIRST), (_MIDDLE, last)], TRACK, 8)
    for number, (year, froze, went_on) in enumerate(_ROWS):
        y = _FIRST + number * _PITCH
        card.box(_MIDDLE - 78, y - 32, 156, 64, STRONG if froze else ACCENT, radius=32, zorder=3)
        card.text(_MIDDLE, y + 12, year, SMALL, PAGE, ha="center")
        _write(card, _MIDDLE - _BESIDE, y, froze, "right")
        _write(card, _MIDDLE + _BESIDE, y, went_on, "left")
    return card.png()


def _write(card: Card, x: float, y: float, words: str, side: str) -> None:
    line = y + 12 if "\n" not in words else y - 10
    card.text(x, line, words, SMALL, ha=side)
