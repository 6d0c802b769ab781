from __future__ import annotations

import io
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from PIL import Image

from bot.chat.picture import EDGE, WIDTH, progress_png
from bot.chat.progress_words import in_words
from bot.study.progress import Progress, Recall
from bot.study.streak import Streak

DAY = date(2026, 6, 3)
NONE = Progress(DAY, {"Deep Learning": Recall(0, 0, 24)}, {}, [], Streak(), (0, 0))
ONE = Progress(
    DAY,
    {"Deep Learning": Recall(18, 15.6, 24)},
    {DAY - timedelta(days=1): 5, DAY: 8},
    [6, 3, 4] + [5] * 27,
    Streak(2, 2, 1, today=True),
    (4, 5),
)
LONG = "The Deep Learning Breakthrough, and All That It Changed in Vision, Speech and Language " * 3
EIGHT = replace(
    ONE,
    recall={f"{n}: {LONG}": Recall(100 + n, 99.5, 200) for n in range(8)},
    answers_by_day={DAY - timedelta(days=n): 1 + n * 7 % 31 for n in range(200)},
    ahead=[14_000, *range(27), 9, 20_000],
    streak=Streak(1234, 1234, 2),
    retention=(12_345, 12_345),
)
AWAY = replace(ONE, streak=Streak(0, 30, 0), answers_by_day={DAY - timedelta(days=70): 3})
HIDDEN = replace(ONE, streak=None, retention=(0, 0), ahead=[0] * 30)
ODD = replace(ONE, recall={"深層学習": Recall(1, 1, 1), "$x_1$ 😀 <b>": Recall(3, 1, 9)}, ahead=[])
ALL = {"none": NONE, "one": ONE, "eight": EIGHT, "away": AWAY, "hidden": HIDDEN, "odd": ODD}


def opened(progress: Progress, *, dark: bool) -> Image.Image:
    return Image.open(io.BytesIO(progress_png(progress, dark=dark))).convert("RGB")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", ALL)
def test_the_picture_fits_a_phone_and_nothing_runs_over_its_edge(name: str, dark: bool) -> None:
    png = progress_png(ALL[name], dark=dark)
    assert png.startswith(b"\x89PNG")
    assert len(png) < 200_000
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    width, height = picture.size
    assert width == WIDTH
    assert 500 < height < 3 * WIDTH
    page = picture.getpixel((0, 0))
    margin = EDGE - 8
    for box in ((0, 0, margin, height), (width - margin, 0, width, height)):
        assert picture.crop(box).getcolors() == [(margin * height, page)]
    bottom = picture.crop((0, height - 30, width, height))
    assert bottom.getcolors() == [(30 * width, page)]


def test_light_and_dark_differ_in_ground_and_ink() -> None:
    light, dark = opened(ONE, dark=False), opened(ONE, dark=True)
    assert light.size == dark.size
    assert min(light.getpixel((0, 0))) > 200  # type: ignore[arg-type]
    assert max(dark.getpixel((0, 0))) < 80  # type: ignore[arg-type]


def test_the_picture_shows_what_changes() -> None:
    before = progress_png(ONE, dark=False)
    assert progress_png(ONE, dark=False) == before
    changes = (
        replace(ONE, recall={"Deep Learning": Recall(18, 9.1, 24)}),
        replace(ONE, answers_by_day={DAY: 8}),
        replace(ONE, ahead=[1] * 30),
        replace(ONE, streak=Streak(3, 3, 1)),
        replace(ONE, retention=(1, 5)),
    )
    assert len({before, *(progress_png(one, dark=False) for one in changes)}) == 6


def test_a_hidden_streak_leaves_no_gap() -> None:
    without = replace(ONE, streak=None, retention=(0, 0))
    assert opened(without, dark=False).height < opened(ONE, dark=False).height


def test_it_is_drawn_in_a_moment_and_in_several_threads() -> None:
    expected = progress_png(EIGHT, dark=True)
    began = time.process_time()
    progress_png(EIGHT, dark=True)
    assert time.process_time() - began < 2
    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(lambda _: progress_png(EIGHT, dark=True), range(4)))
    assert drawn == [expected] * 4


def test_the_same_is_said_in_words() -> None:
    assert in_words(ONE).splitlines() == [
        "You have answered 2 days in a row, with 1 day off in hand.",
        "Deep Learning: you would remember about 16 of 18 today, 6 still to meet.",
        "Asked again on a later day, you remembered 4 of 5.",
        "In the last 13 weeks you gave 13 answers on 2 days.",
        "6 questions today; about 5 answers a day over the next 30 days.",
    ]


def test_nobody_is_told_what_they_lost() -> None:
    assert in_words(AWAY).startswith("Your next answer begins a streak.")
    assert "30 days in a row" not in in_words(AWAY)
    hidden = in_words(HIDDEN)
    assert "row" not in hidden
    assert "streak" not in hidden
    assert hidden.endswith("Nothing is due in the next 30 days.")


def test_who_has_not_begun_is_told_how() -> None:
    assert "/quiz" in in_words(NONE)
    assert "0" not in in_words(NONE)


def test_of_many_lessons_those_begun_are_kept() -> None:
    many = {f"Lesson {n}": Recall(5 * (n % 2), 4 * (n % 2), 20) for n in range(14)}
    said = in_words(replace(ONE, recall=many))
    assert all(f"Lesson {n}: you would" in said for n in range(1, 14, 2))
    assert "And 4 more lessons." in said


def test_answers_outside_the_weeks_shown_are_not_counted() -> None:
    """Nor is one dated tomorrow, by who flew west."""
    old = replace(ONE, answers_by_day={DAY - timedelta(days=100): 9, DAY: 1, DAY.replace(day=4): 7})
    assert "In the last 13 weeks you gave 1 answer on 1 day." in in_words(old)
