"""The rules of good questions, and that the tutor's own questions keep them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.lessons import read_courses
from retrieval.question_files import check_questions, read_questions
from retrieval.question_rules import blind_guesses, breaks_rules
from retrieval.questions import Option, Question, QuestionKind

LESSONS = Path(__file__).parents[2] / "lessons"


def choice(stem: str, key: str, *distractors: str, sentence: str = "") -> Question:
    options = (Option(key, True), *(Option(text, False) for text in distractors))
    return Question("q", QuestionKind.CHOICE, stem, 1, options, sentence=sentence)


def typed(stem: str, *forms: str) -> Question:
    return Question("q", QuestionKind.CLOZE, stem, 1, forms=forms)


GOOD = choice("In which city was the old bridge built?", "Vienna", "Berlin", "Prague", "London")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (replace(GOOD, stem="Which city?"), "the stem has 2 words"),
        (replace(GOOD, stem="word " * 41), "the stem has 41 words"),
        (replace(GOOD, stem="It stands in which one of the cities?"), "points elsewhere"),
        (replace(GOOD, stem="In which of the following cities does it stand?"), "'following'"),
        (replace(GOOD, stem="In which city was the bridge not built?"), "the stem is negative"),
        (replace(GOOD, stem="In which city is the bridge of Vienna?"), "gives the answer away: 'Vienna'"),
        (choice("In which city was the bridge built?", "Rome", "Rome", "Bonn"), "stands twice"),
        (choice("In which city was the bridge built?", "Rome", "Bonn", "Bern", sentence="Rome, after Bonn, built a bridge"), "'Bonn' stands in the sentence too"),
        (choice("In which year was the bridge built?", "1912", "1910", "1914", sentence="Planned in 1910, built in 1912"), "'1910' stands in the sentence too"),
        (choice("In which year was the bridge built?", "1912", "Rome", "1914"), "let them be of one kind"),
        (choice("In which year was the bridge built?", "1912", "1910", "1914"), "let them ascend"),
        (choice("What is the bridge in Rome made of?", "stone and a great deal of mortar", "wood", "iron"), "stands out by its length"),
        (choice("What is the bridge in Rome made of?", "stone", "wood", "none of the above"), "test logic"),
        (choice("What does a bridge of stone do?", "it may sink", "it never sinks", "it lasts long"), "gives them away"),
        (typed("The bridge was built of a _____ in 1912.", "arch"), "does not go with 'arch'"),
        (typed("The bridge was built of _____ in 1912.", "stones that came from very far away"), "the answer has 7 words"),
        (choice("What is the bridge in Rome made of?", "s" * 101, "w" * 101), "a poll holds"),
    ],
)  # fmt: skip
def test_each_rule_names_what_breaks_it(question: Question, said: str) -> None:
    faults = [fault.message for fault in breaks_rules([question])]
    assert any(said in fault for fault in faults), faults


def test_a_good_question_breaks_none() -> None:
    assert breaks_rules([GOOD]) == []
    year = choice(
        "In which year was the bridge built?", "1910", "1912", "1914", sentence="Built in 1910"
    )
    assert breaks_rules([year]) == []
    million = choice(
        "How many stones has the bridge?",
        "60 thousand",
        "60 million",
        "60 billion",
        sentence="It has 60 thousand stones",
    )
    assert breaks_rules([million]) == []


def test_drafts_are_not_judged() -> None:
    assert breaks_rules([replace(GOOD, stem="It?", draft=True)]) == []


def test_two_questions_that_ask_the_same_are_named() -> None:
    again = replace(GOOD, stem="The old bridge was built in which city?", line=9)
    (fault,) = breaks_rules([GOOD, again])
    assert fault.line == 9
    assert "the same as the question in line 1" in fault.message


def test_a_lesson_whose_longest_options_are_right_is_named() -> None:
    asked = [
        choice(f"What happened in the town in {year}?", f"Somebody came by {year}", "Nothing much", "A storm rose")
        for year in range(1900, 1910)
    ]  # fmt: skip
    assert blind_guesses(asked)["the longest option"] == 1
    assert any("who picks the longest option" in fault.message for fault in breaks_rules(asked))


def test_a_lesson_whose_statements_are_all_false_is_named() -> None:
    options = (Option("True", False), Option("False", True))
    said = ("bridge", "river", "tower", "church", "market", "castle", "harbor", "garden")
    asked = [
        Question(
            "q", QuestionKind.TRUE_FALSE, f"The {one} of the town was built by Romans.", n, options
        )
        for n, one in enumerate(said)
    ]
    assert any("who picks always 'false'" in fault.message.lower() for fault in breaks_rules(asked))


def test_the_courses_own_questions_are_in_order() -> None:
    reading = read_courses(LESSONS)
    for course in reading.courses:
        assert check_questions(LESSONS / course.folder, course) == []


def test_lesson_four_has_questions_of_every_kind_and_none_to_be_guessed() -> None:
    (course,) = read_courses(LESSONS).courses
    shown = read_questions(LESSONS / course.folder, course).shown("deep-learning-breakthrough")
    kinds = Counter(question.kind for question in shown)
    assert len(shown) >= 24
    assert set(kinds) == set(QuestionKind)
    assert all(
        question.section and question.sentence and question.explanation for question in shown
    )
    four = [q for q in shown if q.kind is QuestionKind.CHOICE and len(q.options) == 4]
    assert max(blind_guesses(four).values()) <= 0.35
    truths = [q.keys[0] for q in shown if q.kind is QuestionKind.TRUE_FALSE]
    assert max(Counter(truths).values()) <= 0.55 * len(truths)
