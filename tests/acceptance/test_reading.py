"""Reading lessons, over HTTP."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from bot.chat.pages import PAGE_LENGTH
from bot.chat.texts import en as texts
from retrieval import Library

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Learner, Message


async def open_bees(learner: Learner) -> Message:
    lessons = await learner.writes("/lessons")
    return await learner.presses(lessons, "1 · Bees")


async def start_bees(learner: Learner) -> Message:
    """The first section: its picture comes first, then its text as a new message."""
    await learner.presses(await open_bees(learner), "Start reading")
    assert (await learner.hears()).text == "A worker bee on a flower"
    return await learner.hears()


async def test_the_list_has_a_line_on_each_lesson(ada: Learner) -> None:
    lessons = await ada.writes("/lessons")
    assert lessons.styled("bold") == ["Kitchen and Garden", "1 · Bees", "2 · Tea"]
    assert "1 · Bees · 10 min\nBees live in colonies of one queen and many workers." in lessons.text
    assert lessons.labels == ["1 · Bees", "2 · Tea"]


async def test_a_lesson_opens_with_what_it_is_about(ada: Learner) -> None:
    lesson = await open_bees(ada)
    assert lesson.text.startswith("Lesson 1 · Bees\n10 min\n\nBees live in colonies")
    assert "What you will learn\n• Tell a queen from a worker." in lesson.text
    assert lesson.labels == ["Start reading", "Contents", "All lessons"]


async def test_a_lesson_is_read_to_its_end_and_the_next_one_offered(ada: Learner) -> None:
    page = await start_bees(ada)
    headings, positions, first = [], [], page.id
    while True:
        headings.append(page.styled("bold")[0])
        positions.append(page.text.rpartition("\n\n")[2])
        assert len(page.text) < PAGE_LENGTH + 200
        assert page.id == first  # the chat does not fill
        if "Finish" in page.labels:
            break
        page = await ada.presses(page, "Next ›")
    assert headings == [
        "The colony",
        "Why do bees dance?",
        "How honey is made",
        *["Long winter"] * 4,
        "Key insights",
    ]
    assert positions == [
        "1 of 5",
        "2 of 5",
        "3 of 5",
        *(f"4 of 5 · part {part} of 4" for part in (1, 2, 3, 4)),
        "5 of 5",
    ]
    end = await ada.presses(page, "Finish")
    assert texts.LESSON_FINISHED in end.text
    assert "A beekeeper's notebook" in end.text
    tea = await ada.presses(end, "Next: Tea")
    assert tea.text.startswith("Lesson 2 · Tea")
    lessons = await ada.presses(tea, "All lessons")
    assert "1 · Bees · 10 min · read" in lessons.text


async def test_the_last_lesson_ends_the_course(ada: Learner) -> None:
    lessons = await ada.writes("/lessons")
    page = await ada.presses(await ada.presses(lessons, "2 · Tea"), "Start reading")
    end = await ada.presses(await ada.presses(page, "Next ›"), "Finish")
    assert texts.COURSE_FINISHED in end.text
    assert end.labels == ["All lessons"]


async def test_back_goes_the_same_way(ada: Learner) -> None:
    contents = await ada.presses(await open_bees(ada), "Contents")
    page = await ada.presses(contents, "5. Key insights")
    seen = []
    while "‹ Back" in page.labels and page.styled("bold")[0] != "Why do bees dance?":
        page = await ada.presses(page, "‹ Back")
        seen.append(page.text.rpartition("\n\n")[2])
    winter = [f"4 of 5 · part {part} of 4" for part in (4, 3, 2, 1)]
    assert seen == [*winter, "3 of 5", "2 of 5"]


async def test_tables_and_code_are_shown_in_columns(ada: Learner) -> None:
    contents = await ada.presses(await open_bees(ada), "Contents")
    page = await ada.presses(contents, "3. How honey is made")
    assert page.styled("pre") == [
        "Honey   Water\nfresh   70 %\nsealed  18 %",
        "honey = nectar * 0.3",
    ]
    assert "1. Collect nectar." in page.text


async def test_reading_goes_on_at_the_kept_place(ada: Learner) -> None:
    page = await start_bees(ada)
    page = await ada.presses(page, "Next ›")
    assert "1 · Bees · 10 min · 2 of 5" in (await ada.writes("/lessons")).text
    assert (await open_bees(ada)).labels[0] == "Continue at 2 of 5"
    start = await ada.writes("/start")
    assert start.labels[0] == "Continue: Bees"
    assert (await ada.presses(start, "Continue: Bees")).text == page.text


async def test_the_place_is_each_learners_own_and_outlives_a_restart(
    start_tutor: Callable[..., Any], lessons: Path, index: Path, tmp_path: Path
) -> None:
    async with start_tutor(tmp_path / "home", lessons, index) as school:
        ada = school.learner()
        page = await start_bees(ada)
        page = await ada.presses(page, "Next ›")
        answer = await ada.writes("How many eggs does a queen lay?")
        person = ada.person.id
    async with start_tutor(tmp_path / "home", lessons, index) as school:
        ada = school.learner()
        assert (await ada.writes("/start")).labels[0] == "Lessons"  # somebody else
        ada = school.returning(person)
        assert (await ada.writes("/start")).labels[0] == "Continue: Bees"
        onward = await ada.presses(page, "Next ›")
        assert onward.text.endswith("3 of 5")
        assert (await ada.presses(answer, "Other places")).text.startswith(texts.OTHERS)


@pytest.fixture
def own_lessons(lessons: Path, tmp_path: Path) -> Path:
    return shutil.copytree(lessons, tmp_path / "lessons")


async def test_buttons_outlive_a_new_generation(
    start_tutor: Callable[..., Any], own_lessons: Path, index: Path, tmp_path: Path
) -> None:
    own_index = shutil.copytree(index, tmp_path / "index")
    async with start_tutor(tmp_path / "home", own_lessons, own_index) as school:
        ada = school.learner()
        page = await start_bees(ada)
        answer = await ada.writes("What makes the leaves of black tea oxidize?")
        bees = own_lessons / "kitchen-garden" / "01-bees.md"
        bees.write_text(bees.read_text().replace("## Why do bees dance?", "## Dancing"))
        (own_lessons / "kitchen-garden" / "02-tea.md").unlink()
        await asyncio.to_thread(Library.build, own_lessons, own_index)
        assert (await ada.presses(page, "Next ›")).text == texts.SECTION_GONE
        assert (await ada.presses(answer, "Show in lesson")).text == texts.SECTION_GONE
        assert (await ada.presses(answer, "Other places")).text.startswith(texts.OTHERS)
        assert "Tea" not in (await ada.writes("/lessons")).text


async def test_with_several_courses_one_is_chosen_first(
    start_tutor: Callable[..., Any], own_lessons: Path, tmp_path: Path
) -> None:
    second = own_lessons / "stars"
    second.mkdir()
    (second / "course.toml").write_text('id = "stars"\ntitle = "The Night Sky"\n')
    (second / "01-moon.md").write_text(
        "---\nid: moon\nnumber: 1\ntitle: The Moon\nminutes: 3\nsummary: About the Moon.\n"
        "objectives: [Know the Moon.]\n---\n\n## Phases\n\n"
        "The Moon shows the same face to the Earth and is full every twenty-nine and a half days.\n"
    )
    async with start_tutor(tmp_path / "home", own_lessons, tmp_path / "index") as school:
        await school.shelf.run()
        ada = school.learner()
        choice = await ada.writes("/lessons")
        assert choice.labels == ["Kitchen and Garden", "The Night Sky"]
        assert "The Night Sky · Lesson 1" in (await ada.writes("How often is the Moon full?")).text
        chosen = await ada.presses(choice, "Kitchen and Garden")
        assert "Kitchen and Garden" in chosen.text
        assert (await ada.presses(chosen, "Lessons")).text.startswith("Kitchen and Garden")
        assert "The Night Sky" not in (await ada.writes("How often is the Moon full?")).text
        assert (await ada.writes("/course")).labels == choice.labels
        assert "/course" in (await ada.writes("/help")).text
