"""Lesson 1: the ideas from 1936 to 1956 as three lines of a metro map that meet at Dartmouth.

Years and names are those of the lesson, which names the sources: Turing 1936, Shannon 1937,
McCulloch and Pitts 1943, Wiener 1948, Hebb 1949, and so on. The stations follow one another at
equal distances; the map is no scale of time.
"""

from __future__ import annotations

from typing import Final

from drawings.card import ACCENT, BODY, EDGE, INK, MUTED, PAGE, SMALL, STRONG, Card

__all__ = ["draw"]

_LANES: Final = {"logic": (EDGE + 24, STRONG), "networks": (EDGE + 94, ACCENT)}
_LANES["feedback"] = (EDGE + 164, MUTED)
_STATIONS: Final = (
    ("logic", "1936", "Turing: the universal machine"),
    ("logic", "1937", "Shannon: switches do logic"),
    ("networks", "1943", "McCulloch and Pitts: neurons"),
    ("logic", "1948", "Baby runs a stored program"),
    ("feedback", "1948", "Wiener: Cybernetics"),
    ("networks", "1949", "Hebb: how brains may learn"),
    ("logic", "1950", "Turing: the imitation game"),
    ("networks", "1951", "SNARC, a learning machine"),
    ("logic", "1954", "Translation demo, 250 words"),
    ("logic", "1955", "The name “artificial intelligence”"),
)
_FIRST, _PITCH = 300, 88
_YEAR, _NAME = 280, 400


def draw() -> bytes:
    """Three lines with ten stations, and the workshop of 1956 where they meet."""
    end = _FIRST + len(_STATIONS) * _PITCH + 40
    card = Card(end + 90, "Three threads met in 1956")
    _draw_keys(card)
    _draw_lines(card, end)
    for number, (lane, year, name) in enumerate(_STATIONS):
        y = _FIRST + number * _PITCH
        x, colour = _LANES[lane]
        card.dot(x, y, 17, PAGE, edgecolor=colour, linewidth=6)
        _write(card, y, year, name)
    return card.png()


def _draw_keys(card: Card) -> None:
    for lane, x in zip(_LANES, (EDGE, 280, 580), strict=True):
        _, colour = _LANES[lane]
        card.dot(x + 17, 181, 17, colour)
        card.text(x + 48, 193, lane, SMALL, MUTED)


def _draw_lines(card: Card, end: float) -> None:
    middle = _LANES["networks"][0]
    for lane, (x, colour) in _LANES.items():
        first = next(number for number, station in enumerate(_STATIONS) if station[0] == lane)
        bend = _FIRST + (len(_STATIONS) - 0.9) * _PITCH
        card.line([(x, _FIRST + first * _PITCH), (x, bend), (middle, end)], colour, 10)
    card.dot(middle, end, 30, INK)
    _write(card, end, "1956", "Dartmouth workshop", weight="bold")


def _write(card: Card, y: float, year: str, name: str, weight: str = "normal") -> None:
    card.text(_YEAR, y + 13, year, SMALL, MUTED)
    card.text(_NAME, y + 13, name, BODY if weight == "bold" else SMALL, weight=weight)
