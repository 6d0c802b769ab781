"""Which of a course's words may be in what was misheard: those that sound like a part of it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["likeliest", "sound"]

_ALIKE: Final = (
    (r"(?<=[aeiou])h", ""),  # the "ah" and "oh" of respelled names
    (r"c(?=[eiy])", "s"),
    (r"g(?=[eiy])", "j"),
    ("^j", "y"),  # Jan, Yann
    (r"gn|^kn", "n"),
    ("sch", "sh"),
    ("ph", "f"),
    ("ck", "k"),
    ("qu", "kw"),
    ("gh", "k"),
    ("x", "ks"),
    ("[cg]", "k"),
    ("z", "s"),
    ("y", "i"),
    ("v", "f"),
    ("b", "p"),
    ("d", "t"),
)
_MORE: Final = 2
"""Words by which a mishearing may be longer than what was said ("botta now" for "Bahdanau")."""


def likeliest(heard: str, glossary: Mapping[str, str]) -> list[str]:
    """The words of the glossary, those first that sound most like some words in a row of the text.

    `glossary` is how each of them is said, by how it is written; the nearer of the two counts.
    """
    spans = _Spans(heard)

    def nearness(written: str) -> float:
        return max(spans.nearness(written), spans.nearness(glossary[written]))

    return sorted(glossary, key=nearness, reverse=True)


class _Spans:
    """All that stands in a row in a text, as sounds, by the number of words."""

    def __init__(self, text: str) -> None:
        self._words = re.findall(r"[\w'.-]+", text)
        self._by_length: dict[int, list[str]] = {}

    def nearness(self, word: str) -> float:
        """How near the nearest of them is, of 100."""
        wanted, most = sound(word), len(word.split()) + _MORE
        spans = (span for length in range(1, most + 1) for span in self._of(length))
        return max((fuzz.ratio(wanted, span) for span in spans), default=0.0)

    def _of(self, length: int) -> list[str]:
        if length not in self._by_length:
            self._by_length[length] = list(self._sounds(length))
        return self._by_length[length]

    def _sounds(self, length: int) -> Iterator[str]:
        for start in range(len(self._words) - length + 1):
            yield sound("".join(self._words[start : start + length]))


@lru_cache(maxsize=4096)  # a course's words are asked for with every note
def sound(word: str) -> str:
    """A word by its consonants, the easily confused ones as one, and a mark for any vowels."""
    letters = re.sub(r"[^a-z0-9]", "", word.lower())
    for pattern, alike in _ALIKE:
        letters = re.sub(pattern, alike, letters)
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[aeiou]+", "a", letters))
