"""The kind of thing a question asks for, and whether a sentence holds one."""

from __future__ import annotations

import pytest

from retrieval.hints import holds_what_is_asked


@pytest.mark.parametrize(
    ("question", "sentence", "holds"),
    [
        ("when was it built?", "It was built in 1889.", True),
        ("when was it built?", "It was built by hand.", False),
        ("who built it?", "It was built by Gustave Eiffel.", True),
        ("who was Gustave Eiffel?", "It was built by Gustave Eiffel.", False),
        ("why is it brown?", "It is brown because iron rusts.", True),
        ("what is rust?", "Rust is iron that met with water.", True),
        ("what does CNN stand for", "A convolutional neural network slides a pattern.", True),
        ("what is cnn short for?", "Convolutional neural-network layers slide.", True),
        ("what does CNN stand for", "A CNN is a network of neurons.", False),
    ],
)
def test_what_a_sentence_must_hold(question: str, sentence: str, holds: bool) -> None:
    assert holds_what_is_asked(question, sentence) is holds
