"""The pictures of the course: all there, drawn again the same, whole on a phone, true to the text."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image as Pictures

from drawings.attention_weights import FILE
from drawings.pictures import PICTURES
from retrieval.courses import Course, Image, Section
from retrieval.lessons import read_courses

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "lessons" / "ai-history"
MARGIN = 20


@pytest.fixture(scope="module")
def course() -> Course:
    return next(c for c in read_courses(ROOT / "lessons").courses if c.id == "ai-history")


def test_every_picture_stands_in_a_lesson_and_can_be_read_aloud(course: Course) -> None:
    shown = {image.path: image.alt for image in _images(course)}
    assert set(shown) == set(PICTURES) == {path.name for path in FOLDER.glob("*.png")}
    assert [alt for alt in shown.values() if len(alt) < 60 or not alt.endswith(".")] == []


@pytest.mark.parametrize("name", PICTURES)
def test_the_course_has_the_picture_that_is_drawn(name: str) -> None:
    drawn = PICTURES[name]()
    # another release of the libraries may smooth an edge otherwise
    assert np.abs(_pixels(drawn) - _pixels((FOLDER / name).read_bytes())).mean() < 1


def test_drawing_twice_gives_the_same_bytes() -> None:
    draw = PICTURES["false-alarms.png"]
    assert draw() == draw()


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_whole_light_and_quick_to_load(name: str) -> None:
    file = (FOLDER / name).read_bytes()
    pixels = _pixels(file)
    height, width, _ = pixels.shape
    assert (width, height < 1400, len(file) < 120_000) == (1080, True, True)
    inner = pixels[MARGIN:-MARGIN, MARGIN:-MARGIN]
    assert pixels.min() < 128
    # nothing runs off the card: the margin is as white as paper
    assert (255 - pixels).sum() == (255 - inner).sum()


def test_the_lesson_tells_the_attention_that_was_measured(course: Course) -> None:
    measured = json.loads(FILE.read_text(encoding="utf-8"))
    for found in measured.values():
        assert [sum(row) for row in found["head"]] == pytest.approx([1] * 15, abs=0.01)
    section = next(s for s in _sections(course) if s.id == "attention-picture")
    told = " ".join(section.text.split())
    assert f"gives {_percent(measured['tired'], 'head', 'animal')} percent of its" in told
    assert f"and {_percent(measured['tired'], 'head', 'street')} percent to" in told
    assert f"gives {_percent(measured['wide'], 'head', 'animal')} percent to" in told
    assert f"and {_percent(measured['wide'], 'head', 'street')} percent to" in told
    assert f"gives {_percent(measured['tired'], 'mean', '[CLS]')} percent of its" in told
    assert f"only {_percent(measured['tired'], 'mean', 'animal')} percent to" in told


def _sections(course: Course) -> list[Section]:
    return [section for lesson in course.lessons for section in lesson.sections]


def _images(course: Course) -> list[Image]:
    blocks = [block for section in _sections(course) for block in section.blocks]
    return [block for block in blocks if isinstance(block, Image)]


def _percent(found: dict[str, Any], part: str, piece: str) -> str:
    """What "it" gives to the piece."""
    pieces = found["pieces"]
    return f"{100 * found[part][pieces.index('it')][pieces.index(piece)]:.0f}"


def _pixels(file: bytes) -> npt.NDArray[np.int64]:
    return np.asarray(Pictures.open(io.BytesIO(file)).convert("RGB"), dtype=np.int64)
