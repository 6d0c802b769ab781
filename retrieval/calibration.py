"""Where the floors of an index lie: learnt, when it is built, from questions it does not answer.

Evidence grows with the size and the vocabulary of a course, so a fixed floor would be wrong for
most. Questions from everyday life and other subjects are put to the course. It may be about some of
those subjects itself, so only the half of the topics that reach least are listened to.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from retrieval.answering import Floors
from retrieval.search import Query

if TYPE_CHECKING:
    from retrieval.embedding import Vectors
    from retrieval.search import Retriever

__all__ = ["FLOOR_SETTINGS", "foreign_questions", "measure_floors"]

FOREIGN_QUANTILE = 0.95
NONE_MARGIN = 0.08  # above that quantile, so that nearly all foreign questions stay below
ANSWER_MARGIN = 0.10  # above the floor: the tutor answers; in between it shows the closest place
FLOOR_SETTINGS = (FOREIGN_QUANTILE, NONE_MARGIN, ANSWER_MARGIN)


@cache
def foreign_questions() -> dict[str, list[str]]:
    """Questions by topic, shipped beside this file."""
    text = files("retrieval").joinpath("foreign_questions.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def measure_floors(retriever: Retriever, vectors: dict[str, Vectors], course: str | None) -> Floors:
    """The floors of a course (None: of all courses together); `vectors` by question text."""
    by_topic = [
        [retriever.rank(Query.of(text, vectors[text]), course).evidence for text in questions]
        for questions in foreign_questions().values()
    ]
    least = sorted(by_topic, key=lambda reached: float(np.median(reached)))[: len(by_topic) // 2]
    reached = float(np.quantile(np.concatenate(least), FOREIGN_QUANTILE))
    none = reached + NONE_MARGIN
    return Floors(none=none, answer=none + ANSWER_MARGIN)
