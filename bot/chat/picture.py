"""The picture of a learner's progress, for a phone: 1,080 pixels wide, for light and for dark.

The one file that imports matplotlib, which takes a second: import it where it is needed, and draw
in a thread. Everything is laid out in pixels on one page. Blue and orange are told apart by every
kind of colour vision, and nothing is told by colour alone.
"""

from __future__ import annotations

import io
import threading
from bisect import bisect_right
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import FancyBboxPatch
from PIL import Image

from bot.chat.progress_words import MOST_LESSONS, WEEKS
from bot.chat.texts import en as texts

if TYPE_CHECKING:
    from bot.study.progress import Progress, Recall

__all__ = ["WIDTH", "progress_png"]

WIDTH: Final = 1080
EDGE: Final = 64
INSIDE: Final = WIDTH - 2 * EDGE
DPI: Final = 100
SMALL, BODY, HEADING, NUMBER = 30, 34, 40, 104
"""Heights of type in pixels; a phone shows them at a third."""
LONGEST: Final = 200
"""Signs of a title that are looked at; a quarter of them fits."""
LESSON_ROW: Final = 118
BAR: Final = 32
BAR_WIDTH: Final = 610
CELL_HEIGHT: Final = 46
AHEAD_HEIGHT: Final = 200
_PALEST: Final = 0.28
"""How much of the full blue a day with a single answer has."""
_FONT: Final = "DejaVu Sans"
_drawing = threading.Lock()
"""matplotlib's caches are not made for several threads at once."""


@dataclass(frozen=True, slots=True)
class _Colours:
    page: str
    ink: str
    muted: str
    track: str
    pale: str
    strong: str
    accent: str


_LIGHT: Final = _Colours(
    "#ffffff", "#17212b", "#5a6673", "#e7ebf0", "#a9cdf0", "#1c6bb0", "#b85c00"
)
_DARK: Final = _Colours("#17212b", "#f3f6f9", "#a3b1be", "#2a3845", "#35628c", "#74bbf7", "#f5a95c")


def progress_png(progress: Progress, *, dark: bool) -> bytes:
    """The picture as PNG, 1,080 pixels wide and as high as the lessons need."""
    with _drawing:
        page = _Page(_height(progress), _DARK if dark else _LIGHT)
        if progress.begun:
            _draw(page, progress)
        else:
            _draw_empty(page)
        return page.png()


class _Page:
    """A page in pixels, from the top down: `y` grows downwards, texts stand on it."""

    def __init__(self, height: int, colours: _Colours) -> None:
        self.height, self.colours = height, colours
        self._figure = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI, facecolor=colours.page)
        self._canvas = FigureCanvasAgg(self._figure)
        self._axes: Any = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set(xlim=(0, WIDTH), ylim=(height, 0))
        self._axes.axis("off")

    def text(
        self, x: float, y: float, text: str, size: int = BODY, colour: str = "", **style: Any
    ) -> None:
        """Writes a text on the line `y`; `weight` and `ha` as in matplotlib."""
        font = _font(size, style.pop("weight", "normal"))
        style = {"va": "baseline", "linespacing": 1.3, **style}
        self._axes.text(
            x, y, text, color=colour or self.colours.ink, font=font, parse_math=False, **style
        )

    def width(self, text: str, size: int, weight: str = "normal") -> float:
        """How wide a text is."""
        renderer = self._canvas.get_renderer()  # type: ignore[no-untyped-call]
        width, _, _ = renderer.get_text_width_height_descent(text, _font(size, weight), False)
        return float(width)

    def fitting(self, text: str, width: float, size: int, weight: str = "normal") -> str:
        """The text, or as much of its beginning as fits, with dots."""
        text = _drawable(text)[:LONGEST]
        if self.width(text, size, weight) <= width:
            return text
        ends = range(len(text))
        fits = bisect_right(
            ends, width, key=lambda end: self.width(text[:end].rstrip() + "…", size, weight)
        )
        return text[: max(0, fits - 1)].rstrip() + "…"

    def box(
        self, x: float, y: float, width: float, height: float, colour: Any, **style: Any
    ) -> FancyBboxPatch:
        """A box with round corners; `radius` is 8 unless said, `inside` clips it by another."""
        radius = min(style.pop("radius", 8), width / 2, height / 2)
        inside = style.pop("inside", None)
        form = f"round,pad=0,rounding_size={radius}"
        style = {"linewidth": 0, **style}
        box = FancyBboxPatch((x, y), width, height, form, facecolor=colour, **style)
        self._axes.add_patch(box)
        if inside is not None:
            box.set_clip_path(inside)
        return box

    def png(self) -> bytes:
        """The page as a file."""
        self._canvas.draw()  # type: ignore[no-untyped-call]
        pixels = self._canvas.buffer_rgba()  # type: ignore[no-untyped-call]
        picture = Image.frombuffer("RGBA", (WIDTH, self.height), pixels).convert("RGB")
        file = io.BytesIO()
        # The page has a handful of colours and their shades: a palette makes a third of the bytes.
        picture.quantize(128, dither=Image.Dither.NONE).save(file, "PNG")
        return file.getvalue()


def _font(size: int, weight: str) -> FontProperties:
    return FontProperties(family=_FONT, weight=weight, size=size * 72 / DPI)


def _drawable(text: str) -> str:
    """The text without what the font has no letters for, such as emoji."""
    font = font_manager.get_font(font_manager.findfont(_font(BODY, "normal")))
    kept = "".join(sign for sign in text if font.get_char_index(ord(sign))).strip()
    return kept or texts.UNNAMED_LESSON


# --- the parts, from the top down ---------------------------------------------------------------

_TOP: Final = 112
_TILES: Final = 230
_HEAD: Final = 104
_KEYS: Final = 52
_CALENDAR: Final = 7 * CELL_HEIGHT + 60
_AHEAD: Final = AHEAD_HEIGHT + 110
_BETWEEN: Final = 44


def _height(progress: Progress) -> int:
    if not progress.begun:
        return 760
    rows = len(progress.lessons(MOST_LESSONS))
    lessons = _HEAD + _KEYS + rows * LESSON_ROW + _more(progress) if rows else 0
    ahead = _HEAD + _AHEAD if any(progress.ahead) else 0
    return _TOP + _tiles(progress) + lessons + _HEAD + _CALENDAR + ahead + _BETWEEN


def _tiles(progress: Progress) -> int:
    return _TILES if progress.streak is not None or progress.retention[1] else 0


def _more(progress: Progress) -> int:
    return 50 if len(progress.recall) > MOST_LESSONS else 0


def _draw(page: _Page, progress: Progress) -> None:
    muted = page.colours.muted
    day = progress.day
    page.text(EDGE, 88, texts.PROGRESS, HEADING, weight="bold")
    said = f"{texts.day_in_picture(day.day, day.month)} {day.year}"
    page.text(WIDTH - EDGE, 88, said, BODY, muted, ha="right")
    _draw_tiles(page, _TOP, progress)
    y = _TOP + _tiles(progress)
    if progress.recall:
        y = _draw_lessons(page, y, progress)
    y = _draw_calendar(page, y, progress)
    if any(progress.ahead):
        _draw_ahead(page, y, progress)


def _heading(page: _Page, y: float, text: str, beside: str = "") -> None:
    page.text(EDGE, y + 72, text, HEADING, weight="bold")
    page.text(WIDTH - EDGE, y + 72, beside, SMALL, page.colours.muted, ha="right")


def _draw_tiles(page: _Page, y: float, progress: Progress) -> None:
    """The streak and the share remembered, each as a number over what it is."""
    x: float = EDGE
    if (streak := progress.streak) is not None:
        if streak.days:
            kept = texts.days_off(streak.days_off)
            beside = texts.days_in_a_row(streak.days)
            _tile(page, x, y, f"{streak.days:,}", page.colours.accent, beside, kept)
        else:
            said, colour = texts.STREAK_BEGINS, page.colours.accent
            page.text(x, y + 44, said, BODY, colour, weight="bold", va="top")
        x += INSIDE / 2 + 40
    recalled, asked = progress.retention
    if asked:
        share = f"{100 * recalled / asked:.0f} %"
        _tile(page, x, y, share, page.colours.strong, "", texts.share_of(asked))


def _tile(
    page: _Page, x: float, y: float, number: str, colour: str, beside: str, below: str
) -> None:
    page.text(x - 4, y + 116, number, NUMBER, colour, weight="bold")
    behind = x + page.width(number, NUMBER, "bold") + 16
    page.text(behind, y + 116, beside, BODY, weight="bold")
    page.text(x, y + 172, below, SMALL, page.colours.muted)


def _draw_lessons(page: _Page, y: int, progress: Progress) -> int:
    """A bar for each lesson, all as long: of its questions those remembered, met, still to meet."""
    _heading(page, y, texts.REMEMBERED_TODAY)
    y += _HEAD
    _draw_keys(page, y)
    y += _KEYS
    for title, recall in progress.lessons(MOST_LESSONS):
        _draw_lesson(page, y, title, recall)
        y += LESSON_ROW
    if (left := len(progress.recall) - MOST_LESSONS) > 0:
        page.text(EDGE, y + 34, texts.more_lessons(left), SMALL, page.colours.muted)
    return y + _more(progress)


def _draw_keys(page: _Page, y: float) -> None:
    colours = page.colours
    x: float = EDGE
    keys = (texts.REMEMBERED_KEY, texts.MET_KEY, texts.TO_MEET_KEY)
    for name, colour in zip(keys, (colours.strong, colours.pale, colours.track), strict=True):
        page.box(x, y + 4, 26, 26, colour, radius=6)
        page.text(x + 38, y + 27, name, SMALL, colours.muted)
        x += 38 + page.width(name, SMALL) + 44


def _draw_lesson(page: _Page, y: float, title: str, recall: Recall) -> None:
    colours = page.colours
    page.text(EDGE, y + 42, page.fitting(title, INSIDE, BODY), BODY)
    track = page.box(EDGE, y + 60, BAR_WIDTH, BAR, colours.track)
    for part, colour in ((recall.met, colours.pale), (recall.recalled, colours.strong)):
        if part > 0 and recall.questions:
            width = BAR_WIDTH * min(1, part / recall.questions)
            page.box(EDGE, y + 60, width, BAR, colour, radius=0, inside=track)
    said = texts.remembered_of_met(round(recall.recalled), recall.met)
    line = y + 60 + BAR - 5
    if recall.met:
        share = f"{100 * recall.share:.0f} %"
        page.text(EDGE + BAR_WIDTH + 144, line, share, BODY, weight="bold", ha="right")
    page.text(WIDTH - EDGE, line, said, SMALL, colours.muted, ha="right")


def _draw_calendar(page: _Page, y: int, progress: Progress) -> int:
    """A square for each day, weeks from left to right; the bluer, the more answers."""
    first = progress.first_shown(WEEKS)
    answers = progress.answers_since(first)
    beside = texts.answers_on_days(sum(answers.values()), len(answers))
    _heading(page, y, texts.last_weeks(WEEKS), beside)
    y += _HEAD
    left = EDGE + 84
    pitch = (WIDTH - EDGE - left) / WEEKS
    _draw_days_and_months(page, left, y, progress)
    full = _full(list(answers.values()))
    for number in range((progress.day - first).days + 1):
        day = first + timedelta(days=number)
        week, weekday = divmod(number, 7)
        share = min(1.0, answers.get(day, 0) / full)
        place = (left + week * pitch, y + 48 + weekday * CELL_HEIGHT)
        box = page.box(*place, pitch - 8, CELL_HEIGHT - 8, _shade(page.colours, share))
        if day == progress.day:
            box.set(edgecolor=page.colours.ink, linewidth=3)
    return y + _CALENDAR


def _draw_days_and_months(page: _Page, left: float, y: float, progress: Progress) -> None:
    muted = page.colours.muted
    for weekday in (0, 2, 4, 6):
        line = y + 48 + weekday * CELL_HEIGHT + 29
        page.text(EDGE, line, texts.WEEKDAYS[weekday], SMALL, muted)
    pitch = (WIDTH - EDGE - left) / WEEKS
    first, shown = progress.first_shown(WEEKS), 0
    for week in range(WEEKS):
        monday = first + timedelta(weeks=week)
        sunday = monday + timedelta(days=6)
        begins = sunday.day <= 7 if week else monday.day <= 14
        if begins and sunday.month != shown:
            shown = sunday.month
            page.text(left + week * pitch, y + 32, texts.MONTHS[shown - 1], SMALL, muted)


def _full(counts: list[int]) -> float:
    """The answers of a day that is shown in full blue: one busy day shall not pale the others."""
    return sorted(counts)[int(0.9 * (len(counts) - 1))] if counts else 1


def _shade(colours: _Colours, share: float) -> Any:
    if not share:
        return colours.track
    depth = _PALEST + (1 - _PALEST) * share
    pairs = zip(to_rgb(colours.track), to_rgb(colours.strong), strict=True)
    return tuple(empty + (full - empty) * depth for empty, full in pairs)


def _draw_ahead(page: _Page, y: float, progress: Progress) -> None:
    """A bar for each day to come, today's in orange, with the dates of the weeks below."""
    colours, ahead = page.colours, progress.ahead
    _heading(page, y, texts.next_days(len(ahead)), texts.about_a_day(sum(ahead), len(ahead)))
    floor = y + _HEAD + 40 + AHEAD_HEIGHT
    pitch = INSIDE / len(ahead)
    scale = AHEAD_HEIGHT / max(1, *ahead)
    for number, count in enumerate(ahead):
        x, height = EDGE + number * pitch, max(4, count * scale)
        colour = colours.strong if number else colours.accent
        page.box(x, floor - height, pitch * 0.72, height, colour, radius=6)
        if number in {0, ahead.index(max(ahead))}:
            middle = x + pitch * 0.36 if number else EDGE
            side = "center" if 0 < number < len(ahead) - 1 else "right" if number else "left"
            page.text(middle, floor - height - 12, str(count), SMALL, ha=side, weight="bold")
        if number % 7 == 0 and number * pitch < INSIDE - 60:
            day = progress.day + timedelta(days=number)
            name = texts.day_in_picture(day.day, day.month) if number else texts.TODAY
            page.text(x, floor + 44, name, SMALL, colours.muted)


def _draw_empty(page: _Page) -> None:
    """Before the first answer: an empty calendar with one square ready to be filled."""
    colours = page.colours
    page.text(EDGE, 88, texts.PROGRESS, HEADING, weight="bold")
    pitch = INSIDE / WEEKS
    for week in range(WEEKS):
        for weekday in range(5):
            place = (EDGE + week * pitch, 150 + weekday * 58)
            waiting = week == WEEKS // 2 and weekday == 2
            page.box(*place, pitch - 10, 48, colours.accent if waiting else colours.track)
    page.text(EDGE, 476, texts.NO_PROGRESS, HEADING, weight="bold", va="top")
    page.text(EDGE, 606, texts.NO_PROGRESS_HOW, BODY, colours.muted, va="top")
