"""Passages: the sentence that counts, and folded below it the passage it stands in.

Folded, a quotation shows its first three lines only. So the sentence never stands in it alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.styled import Style, Styled, expandable, join, plain
from retrieval.chunking import sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["paragraph_around", "sentence_around", "with_passage"]

Span = tuple[int, int]


def with_passage(sentence: str, text: str, marks: Sequence[Span], place: Styled) -> Styled:
    """The sentence, the passage around it with the marked characters in bold, and where it stands.

    The passage is left out where it says no more than the sentence.
    """
    passage = Styled() if text.strip() == sentence.strip() else _folded(text, marks)
    gap = "\n" if passage else "\n\n"  # Telegram leaves room around a quotation by itself
    return join(gap, (sentence, passage, place))


def paragraph_around(text: str, span: Span) -> tuple[str, Span]:
    """The paragraph that the characters stand in, and where they stand in it."""
    before = text.rfind("\n\n", 0, span[0])
    start = before + 2 if before >= 0 else 0
    end = text.find("\n\n", span[1])
    part = text[start : end if end >= 0 else len(text)]
    return part, (span[0] - start, span[1] - start)


def sentence_around(paragraph: str, span: Span) -> str:
    """The whole sentence, or sentences, that the characters stand in."""
    inside = [one for one in sentences(paragraph) if one[0] < span[1] and span[0] < one[1]]
    start = min([span[0], *(one[0] for one in inside)])
    end = max([span[1], *(one[1] for one in inside)])
    return paragraph[start:end].strip()


def _folded(text: str, marks: Sequence[Span]) -> Styled:
    styled = plain(text)
    for start, end in marks:
        styled = styled.mark(start, end, Style.BOLD)
    return expandable(styled.strip())
