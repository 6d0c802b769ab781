"""Answers: the sentence that is marked, and questions that lean on the turn before."""

from __future__ import annotations

import pytest

from retrieval import Answer, Library, NoAnswer, Turn
from retrieval.answering import is_follow_up


def _said(library: Library, question: str, *previous: Turn) -> str:
    answer = library.answer(question, previous)
    assert isinstance(answer, Answer), question
    return answer.text


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("who took tea plants to India?", "Robert Fortune"),
        ("when did Fortune carry the plants?", "1848"),
        ("what plant is tea made from", "Camellia sinensis"),
        ("how many eggs can a queen lay", "2,000"),
        ("when is honey ready?", "sealed"),
    ],
)
def test_the_marked_sentence_holds_the_answer(library: Library, question: str, words: str) -> None:
    assert words in _said(library, question)


def test_a_follow_up_is_understood_with_the_turn_before(library: Library) -> None:
    before = Turn("how should I brew green tea?", "tea/growing-tea/brewing")
    assert "Black tea wants boiling water" in _said(library, "and the black one?", before)


def test_a_bare_why_leans_on_the_turn_before(library: Library) -> None:
    before = Turn("why is black tea dark?", "tea/growing-tea/oxidation")
    answer = library.answer("why?", [before])
    assert isinstance(answer, Answer)
    assert answer.passages[0].section == "oxidation"
    assert isinstance(library.answer("why?"), NoAnswer)


def test_a_question_that_stands_by_itself_is_not_bent_by_the_turn_before(library: Library) -> None:
    before = Turn("how should I brew green tea?", "tea/growing-tea/brewing")
    assert "2,000 eggs" in _said(library, "how many eggs does the queen bee lay?", before)


def test_a_chain_of_follow_ups_goes_back_to_the_first(library: Library) -> None:
    turns = [
        Turn("who lives in a bee hive?", "bees/bees-at-home/hive"),
        Turn("and the drones?", "bees/bees-at-home/hive"),
    ]
    assert "autumn" in _said(library, "when do they leave?", *turns)


def test_true_or_false_is_no_part_of_what_is_looked_for(library: Library) -> None:
    claim = "black tea wants boiling water"
    assert library.search(f"true or false: {claim}") == library.search(claim)
    assert isinstance(library.answer("true or false"), NoAnswer)


@pytest.mark.parametrize(
    ("question", "leans"),
    [
        ("and who invented it?", True),
        ("why?", True),
        ("what about green?", True),
        ("since when?", True),
        ("who invented dropout?", False),
        ("why were gaming cards so important?", False),
        ("what is oolong tea oxidized to in percent", False),
    ],
)
def test_what_counts_as_a_follow_up(question: str, leans: bool) -> None:
    assert is_follow_up(question) is leans
