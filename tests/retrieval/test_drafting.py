"""Drafts: made of the lesson's own facts, of several kinds, and not to be guessed unread."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

import pytest

from retrieval.courses import Course, Lesson
from retrieval.drafting import draft
from retrieval.lessons import read_courses
from retrieval.question_files import check_questions, read_questions, write_drafts
from retrieval.question_form import as_text, parse_questions
from retrieval.question_rules import blind_guesses
from retrieval.questions import Question, QuestionKind, sentence_span
from tests.retrieval.conftest import TEA

LESSONS = Path(__file__).parents[2] / "lessons"
SHOWN = 14


@pytest.fixture(scope="module")
def course() -> Course:
    return next(c for c in read_courses(LESSONS).courses if c.id == "ai-history")


@pytest.fixture(scope="module")
def lesson(course: Course) -> Lesson:
    return next(lesson for lesson in course.lessons if lesson.number == 4)


@pytest.fixture(scope="module")
def drafts(course: Course, lesson: Lesson) -> list[Question]:
    return draft(course, lesson, (), random.Random(1))


def test_there_are_enough_and_of_several_kinds(drafts: list[Question]) -> None:
    shown = drafts[:SHOWN]
    assert len(shown) == SHOWN
    assert len({question.kind for question in shown}) >= 4
    assert all(question.draft for question in drafts)


def test_each_rests_on_a_sentence_of_its_section(lesson: Lesson, drafts: list[Question]) -> None:
    for question in drafts:
        section = lesson.section(question.section)
        assert section is not None
        assert sentence_span(question.sentence, section) is not None


def test_the_right_option_is_what_the_sentence_says_and_no_other_is(drafts: list[Question]) -> None:
    choices = [question for question in drafts if question.kind is QuestionKind.CHOICE]
    assert len(choices) >= 5
    for question in choices:
        assert len(question.keys) == 1
        assert question.keys[0] in question.sentence
        said = [
            one
            for one in question.distractors
            if re.search(rf"\b{re.escape(one)}", question.sentence)
        ]
        assert not said


def test_who_may_be_right_as_well_is_no_distractor(lesson: Lesson, drafts: list[Question]) -> None:
    """Nobody who stands in one section with the answer."""
    asked = [q for q in drafts if q.stem.startswith("Who") and q.options]
    assert asked
    for question in asked:
        for section in lesson.sections:
            if question.keys[0] in section.text:
                assert not [one for one in question.distractors if one in section.text]


def test_they_keep_the_rules_of_good_questions(
    tmp_path: Path, course: Course, lesson: Lesson, drafts: list[Question]
) -> None:
    """Written out, and approved as they are, `viva check` has nothing to say against them."""
    path = write_drafts(tmp_path, lesson, drafts)
    assert [q.draft for q in read_questions(tmp_path, course).by_lesson[lesson.id]] == [True] * len(
        drafts
    )
    text = path.read_text("utf-8").replace("# Drafts", "")
    path.write_text(text, encoding="utf-8")
    assert check_questions(tmp_path, course) == []


def test_who_has_not_read_the_lesson_does_not_guess_them(course: Course, lesson: Lesson) -> None:
    made = [q for seed in range(20) for q in draft(course, lesson, (), random.Random(seed))]
    four = [q for q in made if q.kind is QuestionKind.CHOICE]
    assert all(len(question.options) == 4 for question in four)
    assert max(blind_guesses(four).values()) <= 0.35
    places = Counter([o.right for o in question.options].index(True) for question in four)
    assert max(places.values()) <= 0.35 * len(four)
    truths = Counter(q.keys[0] for q in made if q.kind is QuestionKind.TRUE_FALSE)
    assert max(truths.values()) <= 0.55 * sum(truths.values())
    assert sum(truths.values()) <= 0.25 * len(made)


def test_what_is_asked_already_is_not_proposed(course: Course, lesson: Lesson) -> None:
    written = read_questions(LESSONS / course.folder, course).by_lesson[lesson.id]
    more = draft(course, lesson, written, random.Random(1))
    assert len(more) >= 8
    for question in more:
        for other in written:
            assert question.sentence not in other.sentence
            assert not other.sentence or other.sentence not in question.sentence


def test_no_draft_gives_another_ones_answer_away(drafts: list[Question]) -> None:
    stems = [question.stem for question in drafts]
    assert len(set(stems)) == len(stems)
    assert len({(q.sentence, q.keys) for q in drafts}) == len(drafts)


def test_the_same_dice_give_the_same_drafts(course: Course, lesson: Lesson) -> None:
    twice = [draft(course, lesson, (), random.Random(3)) for _ in range(2)]
    assert twice[0] == twice[1]


def test_a_question_written_out_reads_as_it_was(lesson: Lesson, drafts: list[Question]) -> None:
    written = read_questions(LESSONS / "ai-history", read_courses(LESSONS).courses[0])
    for question in [*drafts, *written.by_lesson[lesson.id]]:
        (again,), _ = parse_questions(as_text(question), lesson)
        for name in ("kind", "stem", "options", "forms", "tolerance", "explanation", "sentence"):
            assert getattr(again, name) == getattr(question, name)


def test_drafts_are_added_below_the_mark_and_nothing_else_changes(
    tmp_path: Path, lesson: Lesson, drafts: list[Question]
) -> None:
    path = tmp_path / "04-deep-learning-breakthrough.questions.md"
    path.write_text("## Mine? {#mine}\n\nanswer: x\n", encoding="utf-8")
    write_drafts(tmp_path, lesson, drafts[:2])
    write_drafts(tmp_path, lesson, drafts[2:3])
    text = path.read_text("utf-8")
    assert text.startswith("## Mine? {#mine}\n\nanswer: x\n")
    assert text.count("# Drafts\n") == 1
    questions, _ = parse_questions(text, lesson)
    assert [q.draft for q in questions] == [False, True, True, True]
    assert len({q.id for q in questions}) == 4


def test_a_lesson_on_something_else_is_drafted_too(tmp_path: Path) -> None:
    course = tmp_path / "tea"
    course.mkdir()
    (course / "course.toml").write_text('id = "tea"\ntitle = "Tea"\n', encoding="utf-8")
    (course / "01-tea.md").write_text(TEA, encoding="utf-8")
    (read,) = read_courses(tmp_path).courses
    made = draft(read, read.lessons[0], (), random.Random(1))
    assert any("Robert Fortune" in question.keys or "1848" in question.keys for question in made)
