"""Slips of the finger put right: "deep lerning" is a question about deep learning.

A word is changed only when nobody knows it, neither the course nor the model's own vocabulary of
common English words, and a word of the course is one slip away (two in a long word). So "poker"
stays poker in a course that only knows "power".

The other side of the Atlantic is no slip: "memorising" is a common word, and yet a course that only
writes "memorized" is not found by it. Such a word is put into the spelling of the course.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from retrieval.lexical import terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["Speller"]

_WORD = re.compile(r"[^\W\d_]{5,}")
LONG = 8  # letters from which on two slips are forgiven

# British and American, where stems differ: -ise, -yse, -our, -tre, -ence, -ogue, cheque, programme
_SPELLINGS = (
    (r"is(?=e|ing|ation)", "iz"),
    (r"iz(?=e|ing|ation)", "is"),
    (r"ys(?=e|ing)", "yz"),
    (r"yz(?=e|ing)", "ys"),
    (r"(?<=\w{2})our", "or"),
    (r"(?<=\w{2})or(?!e)", "our"),
    (r"(?<=[tb])re(?=s?$)", "er"),
    (r"(?<=[tb])er(?=s?$)", "re"),
    (r"ence$", "ense"),
    (r"ense$", "ence"),
    (r"ogue(?=s?$)", "og"),
    (r"og(?=s?$)", "ogue"),
    (r"eque(?=s?$)", "eck"),
    (r"eck(?=s?$)", "eque"),
    (r"amme(?=s?$)", "am"),
    (r"am(?=s?$)", "amme"),
)


class Speller:
    """Knows the words of some texts. `is_word` tells whether a word is common English."""

    def __init__(self, texts: Iterable[str], is_word: Callable[[str], bool]) -> None:
        found = Counter(word for text in texts for word in _WORD.findall(text.lower()))
        # the commoner word first: it wins among equally near ones
        self._words = [word for word, _ in found.most_common()]
        self._terms = {term for word in self._words for term in terms(word)}
        self._is_word = is_word

    def correct(self, question: str) -> str:
        """The question with each slip replaced by the word of the course that was meant."""
        return _WORD.sub(lambda match: self._meant(match.group()), question)

    def _meant(self, word: str) -> str:
        written = word.lower()
        if self._in_course(written):
            return word
        for pattern, other in _SPELLINGS:
            variant = re.sub(pattern, other, written)
            if variant != written and self._in_course(variant):
                return variant
        if self._is_word(written):
            return word
        slips = 2 if len(written) >= LONG else 1
        nearest = process.extractOne(written, self._words, scorer=OSA.distance, score_cutoff=slips)
        return nearest[0] if nearest else word

    def _in_course(self, word: str) -> bool:
        return self._terms.issuperset(terms(word))
