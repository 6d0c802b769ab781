"""Words: how texts are cut into terms, BM25 over them, and how much of a question a text covers."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import bm25s
import numpy as np
import numpy.typing as npt
import Stemmer

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["LexicalIndex", "terms"]

Scores = npt.NDArray[np.float32]

_TERM = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?|\w+")
_STOP_WORDS = """
    a about all also am an and any are as at be been being but by can could did do does doing
    for from get got had has have having he her him his how i if in into is it its just like
    let many may me might much my no not of on one or our out please shall she should so some
    such tell than that the their them then there these they this those to too up us very was
    we were what when where which who whom whose why will with would you your explain mean
    whats whos whens wheres whys hows thats theres im youre dont doesnt didnt isnt arent wasnt
    werent cant couldnt
"""
_STOP = frozenset(_STOP_WORDS.split())


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    return str(Stemmer.Stemmer("english").stemWord(word))


def terms(text: str) -> list[str]:
    """The stemmed content words and numbers of a text, in order; stop words are left out."""
    words = (match.group().replace("’", "'") for match in _TERM.finditer(text.lower()))
    bare = (word.removesuffix("'s") for word in words)
    return [_stem(word) for word in bare if word.replace("'", "") not in _STOP]


class LexicalIndex:
    """BM25 (Lucene's form, k1 1.5, b .75) and inverse document frequencies over some texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        documents = [terms(text) for text in texts]
        self._term_sets = [frozenset(document) for document in documents]
        self._count = len(documents)
        self._bm25 = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
        # the library refuses a corpus without a single word
        self._bm25.index(documents if any(documents) else [["\0"]], show_progress=False)
        self._frequency = _document_frequency(self._term_sets)

    def scores(self, question: str) -> Scores:
        """BM25 of every text, in the order given; zeros when no term is known."""
        known = [term for term in terms(question) if term in self._frequency]
        if not known:
            return np.zeros(self._count, dtype=np.float32)
        return np.asarray(self._bm25.get_scores(known), dtype=np.float32)

    def idf(self, term: str) -> float:
        """ln(1 + (N - n + .5) / (n + .5)); an unknown term weighs as one that occurs nowhere."""
        found = self._frequency.get(term, 0)
        return float(np.log1p((self._count - found + 0.5) / (found + 0.5)))

    def coverage(self, question_terms: Sequence[str], row: int) -> float:
        """The share (0 to 1) of the question's idf whose terms stand in text number `row`."""
        return self._share(question_terms, self._term_sets[row])

    def overlap(self, question_terms: Sequence[str], text: str) -> float:
        """The same for a text that is not in the index, such as one sentence."""
        return self._share(question_terms, frozenset(terms(text)))

    def _share(self, question_terms: Sequence[str], present: frozenset[str]) -> float:
        weights = {term: self.idf(term) for term in question_terms}
        total = sum(weights.values())
        if not total:
            return 0.0
        return sum(weight for term, weight in weights.items() if term in present) / total


def _document_frequency(term_sets: Sequence[frozenset[str]]) -> dict[str, int]:
    frequency: dict[str, int] = {}
    for term_set in term_sets:
        for term in term_set:
            frequency[term] = frequency.get(term, 0) + 1
    return frequency
