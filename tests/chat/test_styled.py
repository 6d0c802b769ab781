from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.styled import (
    Span,
    Style,
    Styled,
    bold,
    code,
    expandable,
    italic,
    join,
    link,
    plain,
    pre,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("😀🐝 \n."), max_size=60)
PIECES = st.builds(
    lambda make, text: make(text),
    st.sampled_from([plain, bold, italic, code, pre, lambda text: link(text, "https://a.b")]),
    TEXTS,
)
STYLED = st.lists(PIECES | PIECES.map(expandable), max_size=8).map(lambda ps: join("", ps))


def stretches(text: Styled) -> list[tuple[str, str]]:
    return [(span.style.value, text.text[span.start : span.end]) for span in text.spans]


def test_spans_keep_to_their_words() -> None:
    text = "He said " + bold("no" + italic(" way")) + ", " + code("x = 1")
    assert text.text == "He said no way, x = 1"
    assert stretches(text) == [("bold", "no way"), ("italic", " way"), ("code", "x = 1")]


def test_offsets_are_counted_in_utf16() -> None:
    text = "🐝🐝 " + bold("b🐝e") + italic("s")
    assert [(offset, length) for _, offset, length in text.utf16()] == [(5, 4), (9, 1)]


@given(STYLED)
def test_utf16_offsets_cut_out_the_same_words(text: Styled) -> None:
    raw = text.text.encode("utf-16-le")
    for span, offset, length in text.utf16():
        words = raw[2 * offset : 2 * (offset + length)].decode("utf-16-le")
        assert words == text.text[span.start : span.end]
        assert words


@given(STYLED, st.integers(1, 40))
def test_parts_fit_and_lose_no_words(text: Styled, limit: int) -> None:
    parts = text.split(limit)
    assert all(0 < len(part) <= limit for part in parts)
    assert "".join("".join(part.text.split()) for part in parts) == "".join(text.text.split())
    assert all(part.text == part.text.strip() for part in parts)


@given(STYLED, st.integers(1, 40))
def test_parts_keep_every_letters_style(text: Styled, limit: int) -> None:
    def letters(styled: Styled) -> list[tuple[str, frozenset[tuple[str, str]]]]:
        return [
            (letter, frozenset((s.style, s.value) for s in styled.spans if s.start <= at < s.end))
            for at, letter in enumerate(styled.text)
            if not letter.isspace()
        ]

    split = [letter for part in text.split(limit) for letter in letters(part)]
    assert split == letters(text)


@given(STYLED, st.integers(0, 50), st.integers(0, 50))
def test_spans_stay_inside_the_text(text: Styled, start: int, end: int) -> None:
    for span in text.cut(min(start, end), max(start, end)).spans:
        assert 0 <= span.start < span.end <= abs(end - start)


def test_the_border_is_the_best_there_is() -> None:
    paragraphs = plain("One one one.\n\nTwo two. Two two.\nThree")
    assert [part.text for part in paragraphs.split(20)] == [
        "One one one.",
        "Two two. Two two.",
        "Three",
    ]
    assert [p.text for p in plain("First one. Second one. Third").split(24)] == [
        "First one. Second one.",
        "Third",
    ]
    assert [p.text for p in plain("aaaa bbbb cccc").split(10)] == ["aaaa bbbb", "cccc"]
    assert [p.text for p in plain("a" * 25).split(10)] == ["a" * 10, "a" * 10, "a" * 5]


def test_a_style_goes_on_in_the_next_part() -> None:
    first, second = bold("aaaa bbbb").split(5)
    assert stretches(first) == [("bold", "aaaa")]
    assert stretches(second) == [("bold", "bbbb")]


def test_marks_outside_the_text_are_left_out() -> None:
    text = plain("abc").mark(1, 99, Style.BOLD).mark(7, 9, Style.BOLD)
    assert stretches(text) == [("bold", "bc")]


def test_white_space_goes_with_its_styles() -> None:
    assert (" " + bold("  a ")).strip() == Styled("a", (Span(0, 1, Style.BOLD),))
    assert bold("  \n").strip() == Styled()


def test_joining_leaves_out_what_is_empty() -> None:
    assert join("\n", ("", bold("a"), Styled(), "b")).text == "a\nb"
