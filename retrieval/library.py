"""Library: what the rest of Viva, and other programs, know of retrieval."""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING

from retrieval.answering import Answer, NoAnswer, Passage, Reader, Turn
from retrieval.building import asset_name, build, is_current
from retrieval.embedding import Embedder, MiniLM
from retrieval.errors import IndexDamaged, IndexMissing, UnknownCourse
from retrieval.generations import Generation, manifest_path, read_generation
from retrieval.search import Retriever

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from retrieval.courses import Course

__all__ = ["Library"]

Stamp = tuple[int, int, int]

_log = logging.getLogger(__name__)


class Library:
    """The courses of one generation of an index. Never changes; safe in several threads."""

    def __init__(
        self, index: Path, stamp: Stamp, generation: Generation, embedder: Embedder
    ) -> None:
        self._index = index
        self._stamp = stamp
        self._refused = stamp
        self._generation = generation
        self._embedder = embedder
        retriever = Retriever(generation.content.chunks, generation.passages, generation.sentences)
        self._reader = Reader(retriever, embedder, generation.manifest.floors)

    @classmethod
    def build(
        cls,
        lessons: Path,
        index: Path,
        progress: Callable[[int, int], None] | None = None,
        embedder: Embedder | None = None,
    ) -> Library:
        """Bring the index up to date with the lessons and open it.

        Embeds only what changed; `progress` is called with (done, total) texts. Raises LessonsError
        when a lesson cannot be read; the index is then as it was before.
        """
        build(lessons, index, embedder or _shared_embedder(), progress)
        return cls.open(index, embedder)

    @classmethod
    def open(cls, index: Path, embedder: Embedder | None = None) -> Library:
        """The current generation. Fast: no model is loaded before the first question or `warm`.

        Raises IndexMissing when nothing was built, IndexDamaged when a file is not what was built.
        """
        embedder = embedder or _shared_embedder()
        stamp = _stamp(index)  # before reading: a swap in between is then seen by `newest`
        generation = read_generation(index)
        _check_model(index, generation, embedder)
        return cls(index, stamp, generation, embedder)

    @staticmethod
    def is_current(lessons: Path, index: Path) -> bool:
        """Whether a build would find nothing to do. Raises LessonsError like `build`."""
        return is_current(lessons, index, _shared_embedder())

    @property
    def courses(self) -> tuple[Course, ...]:
        """The courses by id, their lessons by number."""
        return self._generation.content.courses

    @property
    def generation(self) -> str:
        """The name of this generation."""
        return self._generation.manifest.generation

    def newest(self) -> Library:
        """The library of the newest generation: itself (after one stat) when nothing changed.

        A damaged new generation is logged, and the library at hand goes on serving.
        """
        stamp = _stamp(self._index)
        if stamp in (self._stamp, self._refused):
            return self
        try:
            return Library.open(self._index, self._embedder)
        except (IndexDamaged, IndexMissing) as error:
            self._refused = stamp
            _log.error("The new index is not used, the one before goes on serving: %s", error)
            return self

    def warm(self) -> None:
        """Load the embedding model now (seconds) rather than at the first question."""
        self._embedder.warm()

    def search(
        self,
        question: str,
        k: int = 5,
        course: str | None = None,
        previous: Sequence[Turn] = (),
    ) -> list[Passage]:
        """The `k` best passages, best first, at most one a section. Raises UnknownCourse."""
        self._check_course(course)
        return self._reader.search(question, k, previous, course)

    def answer(
        self, question: str, previous: Sequence[Turn] = (), course: str | None = None
    ) -> Answer | NoAnswer:
        """The course's own words on a question; `previous` holds earlier turns, oldest first.

        Raises UnknownCourse.
        """
        self._check_course(course)
        return self._reader.answer(question, previous, course)

    def knows(self, word: str) -> bool:
        """Whether a lower-case word is common: in a typed answer it is then meant, not mistyped."""
        return self._embedder.knows(word)

    def asset(self, course: str, image_path: str) -> Path:
        """The file of a lesson's picture (`Image.path`), kept with this generation."""
        return self._generation.folder / asset_name(course, image_path)

    def _check_course(self, course: str | None) -> None:
        known = [c.id for c in self.courses]
        if course is not None and course not in known:
            raise UnknownCourse(course, known)


def _check_model(index: Path, generation: Generation, embedder: Embedder) -> None:
    made_with = (generation.manifest.model, generation.manifest.dimension)
    if made_with != (embedder.model_id, embedder.dimension):
        raise IndexDamaged(manifest_path(index), f"it was made with the model {made_with[0]}")


def _stamp(index: Path) -> Stamp:
    """What changes whenever the manifest is replaced."""
    try:
        stat = manifest_path(index).stat()
    except OSError:  # gone, or not to be read: opening it says which
        return (0, 0, 0)
    return (stat.st_ino, stat.st_mtime_ns, stat.st_size)


@cache
def _shared_embedder() -> Embedder:
    """One model a process, however many libraries it opens."""
    return MiniLM()
