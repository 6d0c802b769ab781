"""Ranking: meaning and words together, over every chunk of a course.

The fused score of a chunk is .65 z(dense) + .35 z(BM25), where dense is the mean of the chunk's
own cosine with the question and that of its best sentence, and z is the standard score over the
chunks in question. Rank fusion loses 7 to 8 points of recall@1 against this; figures and command
are in docs/decisions/0003-ranking.md.

Fused scores compare chunks for one question; they say nothing about whether the question is
answered at all. `evidence` does: a raw cosine plus half the share of the question's words covered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from retrieval.courses import SectionKind
from retrieval.lexical import LexicalIndex, terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.chunking import Chunk
    from retrieval.embedding import Vectors
    from retrieval.vectors import VectorIndex

__all__ = ["Query", "Ranking", "Retriever"]

Scores = npt.NDArray[np.float32]

DENSE_WEIGHT = 0.65
COVERAGE_WEIGHT = 0.5
EVIDENCE_ROWS = 5  # the best so many chunks are looked at for evidence
CONTEXT_WEIGHT = 0.7  # of a follow-up read after the turns before it
SAME_SECTION = 1.0  # standard deviations in favour of what the last answer cited
FITTING = 0.3  # standard deviations for a passage that holds the kind of thing asked for
OBJECTIVES_PENALTY = 2.0  # standard deviations: an objective asks, it does not answer
SUMMARY_PENALTY = 0.75  # likewise: a summary touches in brief what a section tells in full

_PENALTIES = {
    SectionKind.OBJECTIVES: OBJECTIVES_PENALTY,
    SectionKind.SUMMARY: SUMMARY_PENALTY,
}


@dataclass(frozen=True)
class Query:
    """A question with its unit vector, shape (dimension,), and its stemmed content words."""

    text: str
    vector: Vectors
    terms: tuple[str, ...]

    @classmethod
    def of(cls, text: str, vector: Vectors) -> Query:
        """A question that stands by itself."""
        return cls(text, vector, tuple(terms(text)))


@dataclass(frozen=True)
class Ranking:
    """Chunks for one question. `rows` is best first; `fused` and `evidence` are by row number."""

    rows: tuple[int, ...]
    fused: Scores
    evidence: float


class Retriever:
    """Everything needed to rank the chunks of a generation, held in memory; never changes."""

    def __init__(
        self, chunks: Sequence[Chunk], passages: VectorIndex, sentences: VectorIndex
    ) -> None:
        self.chunks = tuple(chunks)
        self._passages = passages
        self._sentences = sentences
        self.lexical = LexicalIndex([f"{chunk.title}. {chunk.text}" for chunk in chunks])
        counts = [len(chunk.sentences) for chunk in chunks]
        self._first_sentence = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
        self._penalty = np.array([_PENALTIES.get(c.kind, 0.0) for c in chunks], dtype=np.float32)

    def rank(self, query: Query, course: str | None = None) -> Ranking:
        """All chunks of a course (or of every course), at most one a section, best first."""
        rows = self._rows_of(course)
        if not len(rows):
            return Ranking((), np.zeros(len(self.chunks), dtype=np.float32), 0.0)
        dense = self._dense(query)
        fused = np.full(len(self.chunks), -np.inf, dtype=np.float32)
        fused[rows] = (
            DENSE_WEIGHT * _standard(dense[rows])
            + (1 - DENSE_WEIGHT) * _standard(self.lexical.scores(query.text)[rows])
            - self._penalty[rows]
        )
        best = self._ordered(rows, fused)
        return Ranking(best, fused, self._evidence(query, dense, best))

    def blend(self, own: Ranking, whole: Ranking, cited: str | None) -> Ranking:
        """A follow-up read by itself, mixed with its reading after the turns before it.

        The section just cited ("course/lesson/section") is favoured.
        """
        here = np.array([chunk.place == cited for chunk in self.chunks], dtype=np.float32)
        mixed = (1 - CONTEXT_WEIGHT) * own.fused + CONTEXT_WEIGHT * whole.fused
        fused = mixed + SAME_SECTION * here
        rows = np.flatnonzero(np.isfinite(fused))
        return Ranking(self._ordered(rows, fused), fused, max(own.evidence, whole.evidence))

    def favour(self, ranking: Ranking, rows: Sequence[int]) -> Ranking:
        """The ranking with those rows moved up a little."""
        fused = ranking.fused.copy()
        fused[list(rows)] += FITTING
        ordered = sorted(ranking.rows, key=lambda row: -fused[row])
        return Ranking(tuple(ordered), fused, ranking.evidence)

    def sentence_scores(self, query: Query, row: int) -> Scores:
        """Cosines of the sentences of chunk number `row`, in order."""
        first = int(self._first_sentence[row])
        count = len(self.chunks[row].sentences)
        return np.asarray(self._sentences.vectors(first, count) @ query.vector, dtype=np.float32)

    def _rows_of(self, course: str | None) -> npt.NDArray[np.int64]:
        wanted = [i for i, c in enumerate(self.chunks) if course is None or c.course == course]
        return np.array(wanted, dtype=np.int64)

    def _dense(self, query: Query) -> Scores:
        best = np.maximum.reduceat(self._sentences.scores(query.vector), self._first_sentence)
        return np.asarray((self._passages.scores(query.vector) + best) / 2, dtype=np.float32)

    def _ordered(self, rows: npt.NDArray[np.int64], fused: Scores) -> tuple[int, ...]:
        """The best row of each section, best first."""
        first: dict[str, int] = {}
        for row in rows[np.argsort(-fused[rows], kind="stable")]:
            first.setdefault(self.chunks[row].place, int(row))
        return tuple(first.values())

    def _evidence(self, query: Query, dense: Scores, best: Sequence[int]) -> float:
        rows = best[:EVIDENCE_ROWS]
        covered = max(self.lexical.coverage(query.terms, row) for row in rows)
        return float(max(dense[list(rows)])) + COVERAGE_WEIGHT * covered


def _standard(scores: Scores) -> Scores:
    spread = scores.std()
    return np.asarray((scores - scores.mean()) / (spread or 1.0), dtype=np.float32)
