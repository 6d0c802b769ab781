"""Lesson 5: attention in one sentence, as all-MiniLM-L6-v2 computes it.

The shares come from `attention.json`, which `attention_weights` measures on the model that Viva
runs: layer 4, head 2, and the mean over all 72 heads.
"""

from __future__ import annotations

import json
from typing import Any, Final

import numpy as np
from matplotlib.colors import to_hex, to_rgb

from drawings.attention_weights import FILE, HEAD, LAYER
from drawings.card import ACCENT, BODY, EDGE, INK, MUTED, PAGE, SMALL, STRONG, Card

__all__ = ["draw_head", "draw_shares"]

_MARKS: Final = {"[CLS]": "start", "[SEP]": "end"}
_FULL: Final = "#0b4a86"
_LEFT, _TOP, _CELL = 218, 400, 54


def draw_head() -> bytes:
    """The chart of one head: a row for each piece that looks, columns for what is looked at."""
    found = _measured()
    names = [_MARKS.get(piece, piece) for piece in found["pieces"]]
    card = Card(_TOP + len(names) * _CELL + 130, "Where “it” looks: at “animal”")
    card.text(EDGE, 160, f"Layer {LAYER}, head {HEAD} of all-MiniLM-L6-v2", SMALL, MUTED)
    for row, name in enumerate(names):
        weight = "bold" if name == "it" else "normal"
        card.text(_LEFT - 18, _middle(_TOP, row) + 12, name, SMALL, ha="right", weight=weight)
        x = _middle(_LEFT, row)
        card.text(x, _TOP - 18, name, SMALL, ha="center", va="bottom", rotation=90)
        for column, share in enumerate(found["head"][row]):
            place = (_LEFT + column * _CELL, _TOP + row * _CELL)
            card.box(*place, _CELL - 3, _CELL - 3, _shade(share), radius=4)
    _frame_row(card, names.index("it"), found["head"][names.index("it")])
    _draw_scale(card, _TOP + len(names) * _CELL + 50)
    return card.png()


def _frame_row(card: Card, row: int, shares: list[float]) -> None:
    """A frame around the row, and its largest share in percent."""
    y, width = _TOP + row * _CELL - 3, len(shares) * _CELL + 3
    style = {"edgecolor": ACCENT, "linewidth": 4, "zorder": 3}
    card.box(_LEFT - 3, y, width, _CELL + 3, "none", radius=6, **style)
    x = _middle(_LEFT, shares.index(max(shares)))
    card.text(x, y + 39, f"{100 * max(shares):.0f}", 30, PAGE, ha="center", weight="bold")


def _draw_scale(card: Card, y: float) -> None:
    card.text(_LEFT, y + 34, "0%", SMALL, MUTED)
    for step in range(5):
        card.box(_LEFT + 74 + step * 60, y, 60, 44, _shade(step / 4), radius=0)
    card.text(_LEFT + 388, y + 34, "100% of a row", SMALL, MUTED)


def draw_shares() -> bytes:
    """The row of "it" in that head and in the mean of all heads, for the words that matter."""
    found = _measured()
    pieces, row = found["pieces"], found["pieces"].index("it")
    shown = ("animal", "street", "tired", "[CLS]")
    card = Card(1050, "One head is not the model")
    card.text(EDGE, 160, "The row of “it”: what it looks at", SMALL, MUTED)
    keys = ((EDGE, STRONG, f"layer {LAYER}, head {HEAD}"), (470, ACCENT, "mean of all 72 heads"))
    for x, colour, name in keys:
        card.box(x, 206, 36, 36, colour)
        card.text(x + 52, 237, name, SMALL, MUTED)
    for number, piece in enumerate(shown):
        y, column = 320 + number * 176, pieces.index(piece)
        said = "start mark" if piece == "[CLS]" else f"“{piece}”"
        card.text(EDGE, y + 66, said, BODY)
        _draw_share(card, y, found["head"][row][column], STRONG)
        _draw_share(card, y + 60, found["mean"][row][column], ACCENT)
    return card.png()


def _draw_share(card: Card, y: float, share: float, colour: str) -> None:
    left, full = 310, 600
    width = max(6, full * share / 0.65)
    card.box(left, y, width, 50, colour, radius=8)
    card.text(left + width + 16, y + 38, f"{100 * share:.0f}%", BODY, INK, weight="bold")


def _measured() -> Any:
    return json.loads(FILE.read_text(encoding="utf-8"))["tired"]


def _middle(start: float, number: int) -> float:
    return start + (number + 0.5) * _CELL - 1.5


def _shade(share: float) -> str:
    """From nearly white to full blue, in step with the share."""
    empty, full = np.array(to_rgb("#eef2f6")), np.array(to_rgb(_FULL))
    red, green, blue = empty + (full - empty) * share
    return str(to_hex((red, green, blue)))
