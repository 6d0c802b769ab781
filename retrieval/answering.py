"""From a question, and the turns before it, to an answer in the course's own sentences or to none.

Three levels. *answer*: the evidence is above what foreign questions reach. *closest*: in between;
the passage is shown for what it is. *none*: the course does not say. The two floors are set when
the index is built (`calibration`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from retrieval.hints import holds_what_is_asked
from retrieval.lexical import terms
from retrieval.search import Query, Ranking, Retriever
from retrieval.spelling import Speller

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.chunking import Span
    from retrieval.embedding import Embedder, Vectors

__all__ = ["Answer", "Floors", "NoAnswer", "Passage", "Reader", "Turn", "is_follow_up"]

Level = Literal["answer", "closest"]

PASSAGES = 5
NEAREST = 3
OVERLAP_WEIGHT = 0.5  # of the question's words in a sentence, beside its cosine
HINTED_ROWS = 10  # of the first so many it is looked whether they hold what is asked for
TYPE_WEIGHT = 0.15  # a number for "when", a name for "who", a definition for "what is"


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question and the section its answer cited ("course/lesson/section"), if any."""

    question: str
    section: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a section. `highlights` are character spans in `text`: what answers.

    `score` ranks the passages of one question; it does not compare between questions.
    """

    course: str
    lesson: str
    section: str
    text: str
    score: float
    highlights: tuple[tuple[int, int], ...]

    @property
    def place(self) -> str:
        """Where it stands: "course/lesson/section"."""
        return f"{self.course}/{self.lesson}/{self.section}"


@dataclass(frozen=True, slots=True)
class Answer:
    """The course says this, or (level "closest") says this nearest to it.

    `text` is the answering sentence of the first passage; passages are best first, one a section.
    """

    level: Level
    text: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The course does not say; these are its nearest places, best first."""

    nearest: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Floors:
    """Evidence below `none` is no answer; below `answer` it is only the closest place."""

    none: float
    answer: float


class Reader:
    """Answers questions over one generation."""

    def __init__(self, retriever: Retriever, embedder: Embedder, floors: dict[str, Floors]) -> None:
        self._retriever = retriever
        self._embed = embedder.embed
        self._floors = floors
        texts = (text for chunk in retriever.chunks for text in (chunk.title, chunk.text))
        self._speller = Speller(texts, embedder.knows)

    def search(
        self, question: str, k: int, previous: Sequence[Turn], course: str | None
    ) -> list[Passage]:
        """The `k` best passages, best first, at most one a section."""
        query, ranking = self._understand(question, previous, course)
        return self._passages(query, ranking, k)

    def answer(
        self, question: str, previous: Sequence[Turn], course: str | None
    ) -> Answer | NoAnswer:
        """An answer to the question as it is meant after the turns before it."""
        query, ranking = self._understand(question, previous, course)
        floors = self._floors[course or ""]
        if not ranking.rows or ranking.evidence < floors.none:
            return NoAnswer(tuple(self._passages(query, ranking, NEAREST)))
        passages = tuple(self._passages(query, ranking, PASSAGES))
        start, end = passages[0].highlights[0]
        level: Level = "answer" if ranking.evidence >= floors.answer else "closest"
        return Answer(level, passages[0].text[start:end], passages)

    def _understand(
        self, question: str, previous: Sequence[Turn], course: str | None
    ) -> tuple[Query, Ranking]:
        asked = _VERDICT.sub("", self._speller.correct(question))
        query, ranking = self._read(asked, previous, course)
        fitting = [
            row for row in ranking.rows[:HINTED_ROWS] if self._best_sentence(query, row).fits
        ]
        return query, self._retriever.favour(ranking, fitting)

    def _read(
        self, question: str, previous: Sequence[Turn], course: str | None
    ) -> tuple[Query, Ranking]:
        """The question as it is meant, and its ranking before its kind is looked at."""
        context = _context(question, previous)
        if not context:
            query = self._queries(question)[0]
            return query, self._retriever.rank(query, course)
        asked = " ".join([*(turn.question for turn in context), question])
        alone, whole = self._queries(question, asked)
        own = self._retriever.rank(alone, course)
        in_context = self._retriever.rank(whole, course)
        meant = Query(question, _unit(alone.vector + whole.vector), alone.terms or whole.terms)
        return meant, self._retriever.blend(own, in_context, context[-1].section)

    def _queries(self, *texts: str) -> list[Query]:
        vectors = self._embed(texts)
        return [Query.of(text, vector) for text, vector in zip(texts, vectors, strict=True)]

    def _passages(self, query: Query, ranking: Ranking, k: int) -> list[Passage]:
        return [
            self._passage(query, row, float(ranking.fused[row]))
            for row in ranking.rows[: max(k, 0)]
        ]

    def _passage(self, query: Query, row: int, score: float) -> Passage:
        chunk = self._retriever.chunks[row]
        best = self._best_sentence(query, row).span
        return Passage(chunk.course, chunk.lesson, chunk.section, chunk.text, score, (best,))

    def _best_sentence(self, query: Query, row: int) -> _Sentence:
        chunk = self._retriever.chunks[row]
        texts = [chunk.text[start:end] for start, end in chunk.sentences]
        overlap = [self._retriever.lexical.overlap(query.terms, text) for text in texts]
        fits = [holds_what_is_asked(query.text, text) for text in texts]
        cosines = self._retriever.sentence_scores(query, row)
        scores = cosines + OVERLAP_WEIGHT * np.array(overlap) + TYPE_WEIGHT * np.array(fits)
        best = int(np.argmax(scores))
        return _Sentence(chunk.sentences[best], fits[best])


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of a chunk, and whether it holds the kind of thing that is asked for."""

    span: Span
    fits: bool


def _unit(vector: Vectors) -> Vectors:
    return np.asarray(vector / (np.linalg.norm(vector) or 1.0), dtype=np.float32)


# it asks for a verdict on what follows, and would find what is said of truth and falsehood
_VERDICT = re.compile(r"^\s*(true or false|is it true that)\b[\s:,?]*(?=\w)", re.IGNORECASE)
_JOINER = re.compile(r"^\s*(and|but|so|or|also|then|ok(ay)?,?|what about|how about)\b", re.I)
_POINTER = re.compile(
    r"\b(it|its|he|him|his|she|her|they|them|their|this|that|these|those|there|ones?|former"
    r"|latter|others?|else|more|again)\b",
    re.IGNORECASE,
)
_BARE = re.compile(r"(since |until |by )?(why|how|when|where|who|what)( so| exactly)?\W*", re.I)
_SHORT_TERMS = 4


def is_follow_up(question: str) -> bool:
    """Whether a question leans on the one before it.

    It does when it is short and points back ("who invented it?"), when it begins by joining on
    ("and the error rate?"), or when it says next to nothing by itself ("why?", "since when?").
    """
    count = len(terms(question))
    leans = _JOINER.search(question) or _POINTER.search(question)
    bare = count == 0 or _BARE.fullmatch(question.strip()) is not None
    return bare or (leans is not None and count <= _SHORT_TERMS)


def _context(question: str, previous: Sequence[Turn]) -> Sequence[Turn]:
    """The turns a follow-up leans on: back to the last question that stood by itself."""
    kept: list[Turn] = []
    asked = question
    for turn in reversed(previous):
        if not is_follow_up(asked):
            break
        kept.insert(0, turn)
        asked = turn.question
    return kept
