"""Vectors in FAISS: the one file that imports faiss.

A course has 10^2 to 10^4 chunks: a flat index is exact, needs no training and answers in under a
millisecond. Bytes are checked by their sha256 (`generations`) before they come here, because FAISS
loads most damaged files without a word.
"""

from __future__ import annotations

import faiss
import numpy as np
import numpy.typing as npt

__all__ = ["VectorIndex"]

Vectors = npt.NDArray[np.float32]


class VectorIndex:
    """Unit vectors in rows 0 to n-1; scores are inner products, that is cosines."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def of(cls, vectors: Vectors) -> VectorIndex:
        """An index over vectors of shape (n, dimension)."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @classmethod
    def from_bytes(cls, data: bytes) -> VectorIndex:
        """What `to_bytes` gave. Only for bytes whose checksum has been verified."""
        return cls(faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8)))

    def to_bytes(self) -> bytes:
        """FAISS's own file form."""
        return bytes(faiss.serialize_index(self._index).tobytes())

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """The length of each vector."""
        return int(self._index.d)

    def scores(self, vector: Vectors) -> Vectors:
        """The cosine of every row with one vector, in row order, shape (n,)."""
        found, rows = self._index.search(vector.reshape(1, -1), max(len(self), 1))
        scores = np.zeros(len(self), dtype=np.float32)
        scores[rows[0][rows[0] >= 0]] = found[0][rows[0] >= 0]
        return scores

    def vectors(self, first: int = 0, count: int | None = None) -> Vectors:
        """`count` rows from row `first` on (all of them by default), shape (count, dimension)."""
        wanted = len(self) - first if count is None else count
        return np.asarray(self._index.reconstruct_n(first, wanted), dtype=np.float32)
