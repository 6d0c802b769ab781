"""Vectors: scores come in row order, and a written index reads back the same."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.embedding import Vectors
from retrieval.vectors import VectorIndex


def _unit(rows: int, seed: int) -> Vectors:
    vectors: Vectors = np.random.default_rng(seed).normal(size=(rows, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


@given(st.integers(1, 200), st.integers(0, 10_000))
@settings(max_examples=30)
def test_scores_are_the_cosines_in_row_order(rows: int, seed: int) -> None:
    vectors = _unit(rows, seed)
    query = _unit(1, seed + 1)[0]
    np.testing.assert_allclose(VectorIndex.of(vectors).scores(query), vectors @ query, atol=1e-5)


@given(st.integers(0, 50), st.integers(0, 10_000))
@settings(max_examples=30)
def test_bytes_round_trip(rows: int, seed: int) -> None:
    vectors = _unit(rows, seed)
    again = VectorIndex.from_bytes(VectorIndex.of(vectors).to_bytes())
    assert (len(again), again.dimension) == (rows, 8)
    np.testing.assert_array_equal(again.vectors(), vectors)


def test_an_empty_index_scores_nothing() -> None:
    index = VectorIndex.of(np.zeros((0, 8), dtype=np.float32))
    assert index.scores(_unit(1, 0)[0]).shape == (0,)
