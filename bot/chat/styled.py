"""Styled text: the one form in which anything is written to a learner.

A text and the spans of it that are bold, quoted, code and so on, in characters (code points).
It is sent with entities and no parse mode, so nothing in a lesson or a question ever has to be
escaped. Building, cutting and splitting keep the spans right; `utf16` gives them in the units
that Telegram counts in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "CAPTION_LENGTH",
    "MESSAGE_LENGTH",
    "Span",
    "Style",
    "Styled",
    "bold",
    "code",
    "expandable",
    "italic",
    "join",
    "link",
    "plain",
    "pre",
    "quote",
]

MESSAGE_LENGTH = 4096
"""Characters in a message, after entities are taken out (Bot API, sendMessage)."""

CAPTION_LENGTH = 1024
"""Characters in the caption of a picture or file (Bot API, sendPhoto)."""


class Style(StrEnum):
    """The styles in use, under Telegram's names for them."""

    BOLD = "bold"
    ITALIC = "italic"
    CODE = "code"
    PRE = "pre"
    LINK = "text_link"
    QUOTE = "blockquote"
    EXPANDABLE = "expandable_blockquote"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch in one style. `value` is a link's address or a code block's language."""

    start: int
    end: int
    style: Style
    value: str = ""

    def moved(self, by: int) -> Span:
        """The same stretch, so many characters further on."""
        return replace(self, start=self.start + by, end=self.end + by)


@dataclass(frozen=True, slots=True)
class Styled:
    """A text with its spans. Outer spans stand before the ones inside them."""

    text: str = ""
    spans: tuple[Span, ...] = ()

    def __add__(self, other: Styled | str) -> Styled:
        other = plain(other)
        moved = tuple(span.moved(len(self.text)) for span in other.spans)
        return Styled(self.text + other.text, self.spans + moved)

    def __radd__(self, other: str) -> Styled:
        return plain(other) + self

    def __bool__(self) -> bool:
        return bool(self.text)

    def __len__(self) -> int:
        return len(self.text)

    def all(self, style: Style, value: str = "") -> Styled:
        """The whole text in one more style."""
        if not self.text:
            return self
        return Styled(self.text, (Span(0, len(self.text), style, value), *self.spans))

    def mark(self, start: int, end: int, style: Style) -> Styled:
        """The characters from start to end in one more style; what is outside the text is left."""
        start, end = max(start, 0), min(end, len(self.text))
        if start >= end:
            return self
        return Styled(self.text, (*self.spans, Span(start, end, style)))

    def cut(self, start: int, end: int) -> Styled:
        """The characters from start to end, with what falls on them of every span."""
        kept = (
            replace(span, start=max(span.start, start) - start, end=min(span.end, end) - start)
            for span in self.spans
        )
        return Styled(self.text[start:end], tuple(span for span in kept if span.start < span.end))

    def strip(self) -> Styled:
        """Without white space at either end, as Telegram would show it."""
        end = len(self.text.rstrip())
        return self.cut(min(len(self.text) - len(self.text.lstrip()), end), end)

    def split(self, limit: int = MESSAGE_LENGTH) -> tuple[Styled, ...]:
        """Parts of at most `limit` characters: between paragraphs, else lines, sentences, words.

        A style that runs over the border goes on in the next part. An empty text has no parts.
        """
        parts, rest = [], self.strip()
        while len(rest) > limit:
            border = _border(rest.text, limit)
            parts.append(rest.cut(0, border).strip())
            rest = rest.cut(border, len(rest)).strip()
        return tuple(part for part in (*parts, rest) if part)

    def utf16(self) -> tuple[tuple[Span, int, int], ...]:
        """Each span with its offset and length in UTF-16 units."""
        at = _utf16_offsets(self.text, self.spans)
        return tuple((span, at[span.start], at[span.end] - at[span.start]) for span in self.spans)


# From the best border to the worst; each is tried in the second half of what fits.
_BORDERS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?…])\s+"),
    re.compile(r"\s+"),
)


def _border(text: str, limit: int) -> int:
    """Where to cut a text that is too long: a position in (0, limit]."""
    for border in _BORDERS:
        found = [match.start() for match in border.finditer(text, limit // 2, limit + 1)]
        fitting = [at for at in found if 0 < at <= limit]
        if fitting:
            return fitting[-1]
    return limit


def _utf16_offsets(text: str, spans: Iterable[Span]) -> dict[int, int]:
    """The UTF-16 offset of every place where a span begins or ends."""
    places = sorted({0} | {place for span in spans for place in (span.start, span.end)})
    offsets = {0: 0}
    for before, place in pairwise(places):
        astral = sum(character > "\uffff" for character in text[before:place])
        offsets[place] = offsets[before] + place - before + astral
    return offsets


def plain(text: Styled | str) -> Styled:
    """Text as it is."""
    return text if isinstance(text, Styled) else Styled(text)


def bold(text: Styled | str) -> Styled:
    """In bold."""
    return plain(text).all(Style.BOLD)


def italic(text: Styled | str) -> Styled:
    """In italics."""
    return plain(text).all(Style.ITALIC)


def code(text: str) -> Styled:
    """A piece of program text inside a line. Holds no other style, nor is it held by one."""
    return plain(text).all(Style.CODE)


def pre(text: str, language: str = "") -> Styled:
    """A block of program text, or anything that needs columns."""
    return plain(text).all(Style.PRE, language)


def link(text: Styled | str, address: str) -> Styled:
    """Text that leads to an address."""
    return plain(text).all(Style.LINK, address)


def quote(text: Styled | str) -> Styled:
    """A quotation. Holds no other quotation."""
    return plain(text).all(Style.QUOTE)


def expandable(text: Styled | str) -> Styled:
    """A quotation that is folded to its first lines until it is tapped."""
    return plain(text).all(Style.EXPANDABLE)


def join(separator: str, parts: Sequence[Styled | str]) -> Styled:
    """The parts that are not empty, one after another."""
    joined = Styled()
    for part in map(plain, parts):
        if part:
            joined = joined + separator + part if joined else part
    return joined
