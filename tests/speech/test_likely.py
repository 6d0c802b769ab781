"""The words a mishearing points at come first."""

from __future__ import annotations

import pytest

from bot.speech.likely import likeliest, sound

WORDS = [
    "ImageNet",
    "Bahdanau",
    "Lee Sedol",
    "Word2Vec",
    "GAN",
    "MYCIN",
    "Cyc",
    "Krizhevsky",
    "ResNet",
]
GLOSSARY = {word: {"MYCIN": "my sin", "Cyc": "psych"}.get(word, word) for word in WORDS}


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("What is the attention mechanism of botanow?", "Bahdanau"),
        ("How did Alpha go beat Lisa at all?", "Lee Sedol"),
        ("How does Word to Vek represent words?", "Word2Vec"),
        ("What is again?", "GAN"),
        ("Who trained psych?", "Cyc"),
        ("What is my sin?", "MYCIN"),
        ("Who was Alex Krashevsky?", "Krizhevsky"),
        ("How many layers has rest net?", "ResNet"),
    ],
)
def test_the_word_that_sounds_like_what_was_heard_is_among_the_first(
    heard: str, meant: str
) -> None:
    assert meant in likeliest(heard, GLOSSARY)[:2]


def test_all_words_stay_and_nothing_is_needed_to_have_been_heard() -> None:
    assert likeliest("", GLOSSARY) == WORDS
    assert sorted(likeliest("Anything else?", GLOSSARY)) == sorted(WORDS)
    assert likeliest("What is it?", {}) == []


def test_what_is_easily_confused_is_the_same_sound() -> None:
    for one, other in [
        ("phone", "fone"),
        ("Zack", "Sakk"),
        ("Bert", "pert"),
        ("Cuda", "gouda"),
        ("Yann", "Jan"),
        ("Bahda", "bada"),
    ]:
        assert sound(one) == sound(other)
    assert sound("Hochreiter") != sound("AlexNet")
