"""Spelling: a slip is put right, a word somebody knows is left alone."""

from __future__ import annotations

import pytest

from retrieval import Answer, Library
from retrieval.spelling import Speller

COURSE = ["Deep learning and the power of networks", "Ian Goodfellow", "Networks learn. Networks."]
ENGLISH = {"poker", "where"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("what is deep lerning?", "what is deep learning?"),
        ("who is ian goodfelow", "who is ian goodfellow"),
        ("netwroks", "networks"),
        ("did it win at poker", "did it win at poker"),
        ("are they networking", "are they networking"),
        ("where is tensorflow", "where is tensorflow"),
        ("deap", "deap"),
        ("", ""),
    ],
)
def test_slips_are_put_right_and_known_words_left_alone(written: str, meant: str) -> None:
    assert Speller(COURSE, ENGLISH.__contains__).correct(written) == meant


@pytest.mark.parametrize(
    ("course", "written", "meant"),
    [
        ("a network memorized it", "is it memorising", "is it memorizing"),
        ("the colors of the center", "the coloured centre", "the colored center"),
        ("programs read bank checks", "a programme for cheques", "a program for checks"),
        ("it organises its colour", "organizing a color", "organising a colour"),
        ("a wooden tower", "the promised exercise", "the promised exercise"),
        ("recognised, and so is recognized", "recognised", "recognised"),
    ],
)
def test_a_word_is_put_into_the_spelling_of_the_course(
    course: str, written: str, meant: str
) -> None:
    assert Speller([course], lambda _: True).correct(written) == meant


def test_a_misspelt_question_is_answered(library: Library) -> None:
    answer = library.answer("at what degrese is green tea bruwed?")
    assert isinstance(answer, Answer)
    assert "75 degrees" in answer.text
