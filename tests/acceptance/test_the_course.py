"""The course that comes with Viva, gone through as a learner would, beside another one."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.chat.texts import en as texts
from retrieval import Library
from retrieval.courses import Image
from retrieval.questions import QuestionKind
from tests.conftest import Learner, Message, tutor_on, write_course

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from retrieval.courses import Course, Lesson
    from retrieval.questions import Question

LESSONS = Path(__file__).parents[2] / "lessons"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, tuple[Course, ...]]:
    """Both courses, built once."""
    folder = tmp_path_factory.mktemp("lessons")
    write_course(folder)
    shutil.copytree(LESSONS / "ai-history", folder / "ai-history")
    index = tmp_path_factory.mktemp("index")
    return folder, index, Library.build(folder, index).courses


@pytest.fixture
async def ada(
    tmp_path: Path, shelf: tuple[Path, Path, tuple[Course, ...]]
) -> AsyncIterator[Learner]:
    folder, index, _ = shelf
    async with tutor_on(tmp_path / "home", folder, index) as school:
        yield school.learner()


async def chooses(ada: Learner, title: str) -> None:
    courses = await ada.writes("/course")
    await ada.presses(courses, title)


async def reads(ada: Learner, lesson: Lesson) -> list[Message]:
    """Every page of a lesson, to its end; pictures come as messages of their own."""
    listed = await ada.writes("/lessons")
    label = next(each for each in listed.labels if each.startswith(f"{lesson.number} ·"))
    opened = await ada.presses(listed, label)
    page = await ada.presses(opened, texts.START_READING)
    pages = []
    while True:
        while not page.labels:  # a picture, or the page whose buttons went with it
            pages.append(page)
            page = await ada.hears()
        pages.append(page)
        if texts.FINISH in page.labels:
            end = await ada.presses(page, texts.FINISH)
            more = [] if end.labels else [await ada.hears()]  # a long list of sources
            return [*pages, end, *more]
        page = await ada.presses(page, texts.NEXT)


@pytest.mark.timeout(400)
async def test_all_lessons_are_read_to_the_end_and_their_questions_answered(
    ada: Learner, shelf: tuple[Path, Path, tuple[Course, ...]]
) -> None:
    course = next(each for each in shelf[2] if each.id == "ai-history")
    assert len(course.lessons) == 8
    await chooses(ada, course.title)
    for lesson in course.lessons:
        pages = await reads(ada, lesson)
        said = "\n".join(page.text for page in pages)
        assert [s.heading for s in lesson.reading if s.heading not in said] == []
        assert texts.LESSON_FINISHED in said
        assert sum("photo" in page.body for page in pages) == len(_pictures(lesson))
        await _answers_a_round(ada, lesson, pages[-1])


async def _answers_a_round(ada: Learner, lesson: Lesson, end: Message) -> None:
    """Ten questions on the lesson, each answered as its author wants it."""
    known = {question.stem: question for question in lesson.questions}
    asked, met = await ada.presses(end, texts.QUIZ_ON_LESSON), set()
    while question := _question(asked, known):
        met.add(question.stem)
        told = await answers(ada, asked, question)
        assert texts.VERDICTS["right"] in told.text, question.stem
        asked = await ada.hears()
    assert len(met) == 10


def _pictures(lesson: Lesson) -> list[str]:
    blocks = [block for section in lesson.reading for block in section.blocks]
    return [block.path for block in blocks if isinstance(block, Image)]


def _question(asked: Message, known: dict[str, Question]) -> Question | None:
    """Which question a message asks; None at the end of the round."""
    said = asked.body.get("poll", {}).get("question", asked.text)
    return next((question for stem, question in known.items() if stem in said), None)


async def answers(ada: Learner, asked: Message, question: Question) -> Message:
    """The right answer, in the way that the question is asked."""
    if "poll" in asked.body:
        shown = [option["text"] for option in asked.body["poll"]["options"]]
        ada.person.votes(asked.body, *(shown.index(key) for key in question.keys))
        return await ada.hears()
    if question.kind is QuestionKind.ORDER:
        lines = [line for line in asked.text.splitlines() if line[1:3] == ". "]
        letters = {line[3:]: line[0] for line in lines}
        return await ada.writes("".join(letters[key] for key in question.keys))
    if question.options:
        lines = [line for line in asked.text.splitlines() if line[1:3] == ". "]
        letters = {line[3:]: line[0] for line in lines}
        return await ada.presses(asked, letters[question.keys[0]])
    return await ada.writes(question.keys[0])


async def test_two_courses_are_learned_side_by_side(ada: Learner) -> None:
    await chooses(ada, "Kitchen and Garden")
    assert "eighty degrees" in (await ada.writes("how hot should green tea be?")).text
    unknown = await ada.writes("who beat Lee Sedol at go?")
    assert texts.NOT_IN_COURSE in unknown.text or texts.CLOSEST in unknown.text
    assert "AlphaGo" not in unknown.text
    await chooses(ada, "A History of AI")
    assert "AlphaGo" in (await ada.writes("who beat Lee Sedol at go?")).text
    tea = await ada.writes("how hot should green tea be?")
    assert "eighty degrees" not in tea.text
