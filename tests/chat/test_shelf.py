"""The shelf: an index that is there, is missing, is damaged, or is made anew."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import signal
from pathlib import Path

import pytest

from bot.chat.shelf import Shelf
from bot.errors import CourseNotReady
from retrieval import Answer, Library, NoAnswer


@pytest.fixture
def own_lessons(lessons: Path, tmp_path: Path) -> Path:
    return shutil.copytree(lessons, tmp_path / "lessons")


@pytest.fixture
def own_index(index: Path, tmp_path: Path) -> Path:
    return shutil.copytree(index, tmp_path / "index")


async def test_an_index_that_lies_ready_is_served(lessons: Path, index: Path) -> None:
    async with Shelf(lessons, index) as shelf:
        catalogue = await shelf.opened()
        assert [course.title for course in catalogue.courses] == ["Kitchen and Garden"]
        found = await shelf.answer("Who worked out the dance of the bees?")
        assert isinstance(found.outcome, Answer)
        assert "von Frisch" in found.outcome.text
        assert found.generation
        nothing = await shelf.answer("How do I repair a gearbox?", course="kitchen-garden")
        assert isinstance(nothing.outcome, NoAnswer)


async def test_a_question_waits_for_the_index_to_be_built(lessons: Path, tmp_path: Path) -> None:
    async with Shelf(lessons, tmp_path / "index") as shelf:
        assert shelf.catalogue is None
        found = await shelf.answer("How many eggs does a queen lay?")
        assert isinstance(found.outcome, Answer)
        assert shelf.progress[0] == shelf.progress[1] > 0


async def test_a_new_generation_is_taken_up_between_two_requests(
    own_lessons: Path, own_index: Path
) -> None:
    async with Shelf(own_lessons, own_index) as shelf:
        await shelf.run()
        (own_lessons / "kitchen-garden" / "02-tea.md").unlink()
        built = await asyncio.to_thread(Library.build, own_lessons, own_index)
        assert len((await shelf.opened()).courses[0].lessons) == 2
        await shelf.refresh()
        assert len((await shelf.opened()).courses[0].lessons) == 1
        assert (await shelf.answer("Who dances?")).generation == built.generation


async def test_lessons_that_changed_while_it_was_down_are_built(
    own_lessons: Path, own_index: Path
) -> None:
    (own_lessons / "kitchen-garden" / "02-tea.md").unlink()
    async with Shelf(own_lessons, own_index) as shelf:
        await shelf.run()
        assert shelf.catalogue is not None
        assert len(shelf.catalogue.courses[0].lessons) == 1


async def test_with_broken_lessons_the_old_index_goes_on_serving(
    own_lessons: Path, own_index: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = own_lessons / "kitchen-garden" / "02-tea.md"
    broken.write_bytes(b"---\nid: tea\n---\n## \xff\xfe")
    caplog.set_level(logging.WARNING)
    async with Shelf(own_lessons, own_index) as shelf:
        await shelf.run()
        assert isinstance((await shelf.answer("What makes tea black?")).outcome, Answer)
    assert "The index at hand goes on serving" in caplog.text
    assert "02-tea.md" in caplog.text


async def test_with_nothing_to_serve_a_question_is_told_so_until_it_is_mended(
    own_lessons: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lesson = own_lessons / "kitchen-garden" / "02-tea.md"
    mended = lesson.read_bytes()
    lesson.write_bytes(b"\xff\xfe")
    caplog.set_level(logging.WARNING)
    async with Shelf(own_lessons, tmp_path / "index", retry=0.05) as shelf:
        with pytest.raises(CourseNotReady):
            await shelf.answer("What makes tea black?")
        assert shelf.failed
        await asyncio.sleep(0.3)
        assert caplog.text.count("02-tea.md") == 1
        lesson.write_bytes(mended)
        await asyncio.wait_for(shelf.opened(), 20)
        assert not shelf.failed


async def test_a_damaged_index_is_built_anew(
    own_lessons: Path, own_index: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (own_index / "manifest.json").write_bytes(b"{")
    caplog.set_level(logging.WARNING)
    async with Shelf(own_lessons, own_index) as shelf:
        assert isinstance((await shelf.answer("What makes tea black?")).outcome, Answer)
    assert "manifest.json" in caplog.text


async def test_a_building_that_was_killed_is_begun_again(
    lessons: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    async with Shelf(lessons, tmp_path / "index", retry=0.05) as shelf:
        await asyncio.to_thread(_kill_the_builder_of, tmp_path / "index")
        await asyncio.wait_for(shelf.opened(), 60)
        assert isinstance((await shelf.answer("What makes tea black?")).outcome, Answer)
    assert "was ended from outside" in caplog.text


def _kill_the_builder_of(index: Path) -> None:
    while True:
        for command in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                if str(index).encode() in command.read_bytes():
                    os.kill(int(command.parent.name), signal.SIGKILL)
                    return


async def test_it_can_be_closed_while_it_builds(own_lessons: Path, tmp_path: Path) -> None:
    async with Shelf(own_lessons, tmp_path / "index"):
        await asyncio.sleep(0)
    assert not (tmp_path / "index" / "manifest.json").exists()
