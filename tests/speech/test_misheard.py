"""What the recogniser wrote by ear stands as the course writes it, and everything else is left."""

from __future__ import annotations

import pytest

from bot.speech.misheard import put_right

GLOSSARY = {
    "MYCIN": "my sin",
    "Bahdanau": "Bahda now",
    "Santurkar": "Santoorkar",
    "Pieter Abbeel": "Peter Abbeel",
    "ULMFiT": "ulm fit",
    "LeCun": "luh kun",
    "GPT-4": "G P T four",
    "Fei-Fei Li": "Fay Fay Lee",
    "GAN": "gan",
    "ELMo": "elmo",
    "BLEU": "blue",
    "Lenat": "Lennat",
}
UNKNOWN = {"senntorkar", "dieterik", "abbeel", "olm", "altman", "baidu", "lenet", "gpt-4", "mycin"}


def right(text: str) -> str:
    return put_right(text, GLOSSARY, lambda word: word.lower() not in UNKNOWN)


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("What was my sin used for?", "What was MYCIN used for?"),
        ("What was my sin's use?", "What was MYCIN's use?"),
        ("Is Senntorkar still right?", "Is Santurkar still right?"),
        ("Who is Baidu now?", "Who is Bahdanau?"),
        ("Tell me about Peter Abbeel.", "Tell me about Pieter Abbeel."),
        ("When did Olm fit come up?", "When did ULMFiT come up?"),
        ("What did Faye Faye Lee collect?", "What did Fei-Fei Li collect?"),
        ("My sin, and then Olm fit", "MYCIN, and then ULMFiT"),
    ],
)
def test_a_word_of_the_course_is_written_as_the_course_writes_it(heard: str, meant: str) -> None:
    assert right(heard) == meant


@pytest.mark.parametrize(
    "heard",
    [
        "",
        "?!",
        "What was MYCIN used for?",
        "explain it like an old friend",  # LeCun
        "Is the sky blue?",  # BLEU
        "How old is Sam Altman?",  # ELMo
        "Is GPT-4 better than GPT-3?",
        "Oh my. Sin is no word of mine",  # a mark stands between
        "Forgive me my sins",
    ],
)
def test_what_everybody_says_is_left_alone(heard: str) -> None:
    assert right(heard) == heard


def test_without_a_glossary_nothing_changes() -> None:
    assert put_right("my sin", {}, lambda _: False) == "my sin"
