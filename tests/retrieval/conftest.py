"""A small course on tea and a library built of it; the model is loaded once a session."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from retrieval import Library

TEA = """\
---
id: growing-tea
number: 1
title: Growing tea
minutes: 12
summary: All true tea comes from one evergreen shrub, and the way its leaves are treated makes the kind.
objectives:
  - Name the plant that tea is made from.
  - Explain how black tea differs from green tea.
sources:
  - Made up for the tests
---

## One plant, many teas {#plant}

Every true tea is made from the leaves of Camellia sinensis, an evergreen shrub. The shrub was first
grown for drinking in the southwest of China. A tea bush can live for more than a hundred years.

## Why black tea is black {#oxidation}

Black tea is fully oxidized: bruised leaves turn dark in the air, as a cut apple does. Green tea is
heated within hours of the harvest, because heat stops the oxidation. Oolong lies in between, and its
leaves are oxidized for 8 to 85 percent.

![A cup of green tea beside a cup of black tea](cups.png)

## Brewing by the clock {#brewing}

Green tea is best brewed at 75 degrees for two minutes. Black tea wants boiling water and four minutes.
Robert Fortune carried tea plants out of China in 1848 for the East India Company.

## Key insights

- Tea is made from Camellia sinensis.
- Robert Fortune took tea plants from China to India in 1848.

## Why it matters

After water, tea is the most widely drunk beverage in the world.
"""

BEES = """\
---
id: bees-at-home
number: 1
title: Bees at home
minutes: 8
summary: A honey bee colony has one queen, and the beekeeper's year follows the flowers.
objectives:
  - Say who does what in a hive.
---

## Who lives in a hive {#hive}

A honey bee colony has a single queen, who may lay 2,000 eggs a day in summer. Workers are female and
live for about six weeks. Drones are male and leave the hive in autumn.

## When to harvest {#harvest}

Honey is ready when the bees have sealed the cells with wax. Its water content is then below 20 percent.
"""

# the smallest picture there is: one transparent pixel
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c636000010000000500010d0a2db400"
    "00000049454e44ae426082"
)


def write_lessons(folder: Path) -> Path:
    """Two courses: tea (with a picture) and bees."""
    for course, title, name, text in (
        ("tea", "All about tea", "01-growing-tea.md", TEA),
        ("bees", "Keeping bees", "01-bees.md", BEES),
    ):
        shelf = folder / course
        shelf.mkdir(parents=True)
        (shelf / "course.toml").write_text(f'id = "{course}"\ntitle = "{title}"\n')
        (shelf / name).write_text(text)
    (folder / "tea" / "cups.png").write_bytes(PIXEL)
    return folder


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The folders of lessons and index, built once; not to be written to."""
    folder = tmp_path_factory.mktemp("library")
    lessons = write_lessons(folder / "lessons")
    Library.build(lessons, folder / "index")
    return lessons, folder / "index"


@pytest.fixture
def copied(built: tuple[Path, Path], tmp_path: Path) -> tuple[Path, Path]:
    """A copy of the lessons and the index that a test may change."""
    lessons, index = built
    shutil.copytree(lessons, tmp_path / "lessons")
    shutil.copytree(index, tmp_path / "index")
    return tmp_path / "lessons", tmp_path / "index"


@pytest.fixture
def library(built: tuple[Path, Path]) -> Library:
    """The small library."""
    return Library.open(built[1])
