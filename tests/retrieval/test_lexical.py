"""Words: what counts as a term, and how BM25 and coverage weigh it."""

from __future__ import annotations

import pytest

from retrieval.lexical import LexicalIndex, terms

TEXTS = [
    "AlexNet cut the error to 15.3 percent.",
    "Word2Vec maps words to vectors.",
    "Gaming cards sped up the training of networks.",
]


def test_terms_are_stemmed_and_keep_numbers() -> None:
    assert terms("What were the networks' errors? 15.3%, in 2012!") == [
        "network",
        "error",
        "15.3",
        "2012",
    ]


def test_a_question_word_typed_without_its_apostrophe_is_no_content_word() -> None:
    assert terms("whats an AlexNet moment") == terms("what's an AlexNet moment")
    assert terms("why dont they use it") == terms("why don't they use it")


def test_a_possessive_is_the_word_itself() -> None:
    assert terms("Hinton's") == terms("Hinton’s") == terms("hinton")


def test_the_text_with_the_rare_word_scores_best() -> None:
    scores = LexicalIndex(TEXTS).scores("which cards were used for gaming?")
    assert scores.argmax() == 2
    assert scores[0] == scores[1] == 0


def test_a_question_of_unknown_words_scores_nothing() -> None:
    assert not LexicalIndex(TEXTS).scores("quiche lorraine").any()


@pytest.mark.parametrize("texts", [[], ["..."], ["", ""]])
def test_a_corpus_without_words_is_no_error(texts: list[str]) -> None:
    index = LexicalIndex(texts)
    assert index.scores("anything").shape == (len(texts),)


def test_coverage_is_the_share_of_the_question_found() -> None:
    index = LexicalIndex(TEXTS)
    assert index.coverage(terms("the error of AlexNet"), 0) == 1
    assert 0 < index.coverage(terms("AlexNet and quiche"), 0) < 0.5
    assert index.coverage([], 0) == 0
