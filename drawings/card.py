"""A light card for a phone: 1,080 pixels wide, readable in a dark chat too, for it brings its page.

Everything is laid out in pixels from the top down, as in the picture of a learner's progress. Blue
and orange are told apart by every kind of colour vision, and nothing is told by colour alone. The
same drawing gives the same bytes on the same releases of matplotlib and Pillow.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Polygon
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ACCENT", "BODY", "EDGE", "HEADING", "INK", "MUTED", "PAGE", "PALE", "SMALL", "STRONG"]
__all__ += ["TRACK", "WARM", "WIDTH", "Card", "Frame", "Point"]

WIDTH: Final = 1080
EDGE: Final = 56
DPI: Final = 100
SMALL, BODY, HEADING = 34, 38, 52
"""Heights of type in pixels; a phone shows them at a third."""
PAGE, INK, MUTED = "#ffffff", "#17212b", "#5a6673"
TRACK, PALE, STRONG = "#e7ebf0", "#a9cdf0", "#1c6bb0"
WARM, ACCENT = "#f5c894", "#b85c00"
COLOURS: Final = 200
"""A card has a handful of colours and their shades, so a palette makes a third of the bytes."""

Point = tuple[float, float]


class Card:
    """A page in pixels with a title: `y` grows downwards, and texts stand on their line."""

    def __init__(self, height: int, title: str) -> None:
        self.height = height
        self._figure = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI, facecolor=PAGE)
        self._canvas = FigureCanvasAgg(self._figure)
        self._axes: Any = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set(xlim=(0, WIDTH), ylim=(height, 0))
        self._axes.axis("off")
        self.text(EDGE, 96, title, HEADING, weight="bold")

    def text(
        self, x: float, y: float, text: str, size: int = BODY, colour: str = INK, **style: Any
    ) -> None:
        """Writes on the line `y`, further lines below it; `weight`, `ha` and `va` as usual."""
        font = FontProperties(
            family="DejaVu Sans", weight=style.pop("weight", "normal"), size=size * 72 / DPI
        )
        style = {"va": "baseline", "zorder": 5, **style}
        for number, line in enumerate(text.split("\n")):
            place = y + number * size * 1.3
            self._axes.text(x, place, line, color=colour, font=font, parse_math=False, **style)

    def box(
        self, x: float, y: float, width: float, height: float, colour: str, **style: Any
    ) -> None:
        """A box with round corners; `radius` is 8 unless said."""
        radius = min(style.pop("radius", 8), width / 2, height / 2)
        form = f"round,pad=0,rounding_size={radius}"
        style = {"linewidth": 0, "zorder": 1, **style}
        self._axes.add_patch(FancyBboxPatch((x, y), width, height, form, facecolor=colour, **style))

    def line(
        self, points: Sequence[Point], colour: str = INK, width: float = 6, **style: Any
    ) -> None:
        """A line through the points, `width` pixels thick; `linestyle` as in matplotlib."""
        across, down = zip(*points, strict=True)
        style = {"solid_capstyle": "round", "solid_joinstyle": "round", "zorder": 2, **style}
        self._axes.plot(across, down, color=colour, linewidth=width * 72 / DPI, **style)

    def area(self, corners: Sequence[Point], colour: str) -> None:
        """A full shape between its corners."""
        self._axes.add_patch(Polygon(corners, facecolor=colour, linewidth=0, zorder=1))

    def dot(self, x: float, y: float, radius: float, colour: str, **style: Any) -> None:
        """A full circle; `edgecolor` and `linewidth` give it a rim."""
        style = {"linewidth": 0, "zorder": 4, **style}
        self._axes.add_patch(Circle((x, y), radius, facecolor=colour, **style))

    def dots(self, places: Sequence[Point], radius: float, colour: str, rim: str) -> None:
        """Many circles at once, which is a hundred times faster than one by one."""
        across, down = zip(*places, strict=True)
        style = {"markerfacecolor": colour, "markeredgecolor": rim, "markeredgewidth": 1.5}
        size = 2 * radius * 72 / DPI
        self._axes.plot(across, down, linestyle="none", marker="o", markersize=size, **style)

    def arrow(self, start: Point, end: Point, colour: str = INK, width: float = 5) -> None:
        """A straight arrow that ends at `end`."""
        form = "-|>,head_length=8,head_width=5"
        style: Any = {"color": colour, "linewidth": width * 72 / DPI, "zorder": 3}
        style |= {"shrinkA": 0, "shrinkB": 0, "mutation_scale": 1.6}
        self._axes.add_patch(FancyArrowPatch(start, end, arrowstyle=form, **style))

    def png(self) -> bytes:
        """The card as a file."""
        self._canvas.draw()  # type: ignore[no-untyped-call]
        pixels = self._canvas.buffer_rgba()  # type: ignore[no-untyped-call]
        picture = Image.frombuffer("RGBA", (WIDTH, self.height), pixels).convert("RGB")
        file = io.BytesIO()
        picture.quantize(COLOURS, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
        return file.getvalue()


@dataclass(frozen=True, slots=True)
class Frame:
    """A field of the card on which numbers have places: `across` to the right and `up`."""

    left: float
    top: float
    width: float
    height: float
    across: tuple[float, float]
    up: tuple[float, float]

    def at(self, x: float, y: float) -> Point:
        """The place of a pair of numbers, in pixels."""
        (low, high), (floor, ceiling) = self.across, self.up
        right = self.left + self.width * (x - low) / (high - low)
        return right, self.top + self.height * (ceiling - y) / (ceiling - floor)
