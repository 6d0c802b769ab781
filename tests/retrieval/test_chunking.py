"""Chunks keep whole sentences, stay in their section, and never grow too long to embed."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from retrieval.chunking import CAP_WORDS, chunk_section, sentences
from retrieval.courses import CodeBlock, Paragraph, Run, Section

_words = st.text(alphabet="abcdeé.!?,“”()0123456789 \n", max_size=40)
_texts = st.lists(_words, max_size=120).map(" ".join)


def _section(text: str) -> Section:
    return Section("s", ("Heading",), (Paragraph((Run(text),)),))


def _sentence(words: int, first: str = "Word") -> str:
    return " ".join([first, *(["more"] * (words - 2)), "end."])


def test_sentences_are_found_where_a_reader_sees_them() -> None:
    text = 'Dr. Smith paid $4.5 billion, e.g. for GPUs. "Who knew?" It fell to 15.3%.'
    assert [text[a:b] for a, b in sentences(text)] == [
        "Dr. Smith paid $4.5 billion, e.g. for GPUs.",
        '"Who knew?"',
        "It fell to 15.3%.",
    ]


def test_a_line_end_ends_a_sentence() -> None:
    text = "First item\nSecond item"
    assert [text[a:b] for a, b in sentences(text)] == ["First item", "Second item"]


def test_a_short_section_is_one_chunk() -> None:
    text = " ".join(_sentence(30) for _ in range(5))
    assert [chunk.text for chunk in chunk_section("c", "l", "T", _section(text))] == [text]


def test_a_long_section_is_cut_evenly_with_one_sentence_of_overlap() -> None:
    text = " ".join(_sentence(20, f"N{n}") for n in range(20))
    chunks = chunk_section("c", "l", "T", _section(text))
    assert len(chunks) == 3
    for before, after in itertools.pairwise(chunks):
        last, first = before.sentences[-1], after.sentences[0]
        assert before.text[slice(*last)] == after.text[slice(*first)]
    sizes = [len(chunk.text.split()) for chunk in chunks]
    assert max(sizes) - min(sizes) <= 60


def test_a_chunk_keeps_its_id_when_another_part_of_the_section_is_edited() -> None:
    text = " ".join(_sentence(20, f"N{n}") for n in range(20))
    ids = [chunk.id for chunk in chunk_section("c", "l", "T", _section(text))]
    edited = text.replace("N19", "Changed")
    after = [chunk.id for chunk in chunk_section("c", "l", "T", _section(edited))]
    assert after[:2] == ids[:2]
    assert after[2] != ids[2]


def test_a_sentence_without_end_is_cut_at_words() -> None:
    text = " ".join(["word"] * 500)
    chunks = chunk_section("c", "l", "T", _section(text))
    assert [len(chunk.text.split()) for chunk in chunks] == [180, 180, 140]


def test_program_text_is_kept_but_is_no_sentence_to_answer_with() -> None:
    blocks = (Paragraph((Run("Attention is a weighted average."),)), CodeBlock("x = keys @ query"))
    (chunk,) = chunk_section("c", "l", "T", Section("s", ("Heading",), blocks))
    assert chunk.text.endswith("x = keys @ query")
    assert [chunk.text[a:b] for a, b in chunk.sentences] == ["Attention is a weighted average."]


@given(_texts)
def test_every_word_is_in_a_chunk_and_no_chunk_is_too_long(text: str) -> None:
    chunks = chunk_section("c", "l", "T", _section(text))
    covered = [False] * len(text)
    for chunk in chunks:
        assert text[chunk.start : chunk.end] == chunk.text
        assert len(chunk.text.split()) <= CAP_WORDS
        for start, end in chunk.sentences:
            assert 0 <= start < end <= len(chunk.text)
            covered[chunk.start + start : chunk.start + end] = [True] * (end - start)
    assert all(covered[i] or text[i].isspace() for i in range(len(text)))
