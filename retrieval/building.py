"""Lessons to a generation: read, cut, embed what is new, calibrate, write."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock

from retrieval import calibration, chunking, search
from retrieval.calibration import foreign_questions, measure_floors
from retrieval.courses import Image
from retrieval.errors import IndexDamaged, IndexMissing, IndexUnwritable, LessonsError
from retrieval.generations import FORMAT, Content, read_generation, read_manifest, write_generation
from retrieval.lessons import read_courses
from retrieval.question_files import read_questions
from retrieval.search import Retriever
from retrieval.vectors import VectorIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from retrieval.courses import Course
    from retrieval.embedding import Embedder, Vectors

    Progress = Callable[[int, int], None]

__all__ = ["asset_name", "build", "fingerprint", "is_current"]

_STEP = 32  # texts between two reports of progress


def build(lessons: Path, index: Path, embedder: Embedder, progress: Progress | None = None) -> bool:
    """Bring the index up to date with the lessons; False when there was nothing to do.

    Only texts that are not in the current generation are embedded; `progress` is called with
    (done, total) of them. Builds of several processes wait for one another. Raises LessonsError
    when a lesson cannot be read and IndexUnwritable when the disk is full; the index is then left
    as it was.
    """
    courses = _readable_courses(lessons)
    made_from = fingerprint(lessons, courses, embedder)
    if _is_built(index, made_from):
        return False
    try:
        index.mkdir(parents=True, exist_ok=True)
        with FileLock(index / ".lock"):
            if _is_built(index, made_from):  # by another process, while this one waited
                return False
            _build(lessons, index, courses, embedder, made_from, progress)
            return True
    except OSError as error:
        raise IndexUnwritable(index, error.strerror or str(error)) from error


def is_current(lessons: Path, index: Path, embedder: Embedder) -> bool:
    """Whether the index was made of just these lessons, with this model and these settings."""
    return _is_built(index, fingerprint(lessons, _readable_courses(lessons), embedder))


def fingerprint(lessons: Path, courses: Sequence[Course], embedder: Embedder) -> str:
    """A sha256 over everything that the index depends on."""
    parts: list[Any] = [FORMAT, embedder.model_id, embedder.dimension, _settings()]
    parts += [foreign_questions(), [repr(course) for course in courses]]
    for name, path in _assets(lessons, courses).items():
        parts += [name, hashlib.sha256(path.read_bytes()).hexdigest()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def asset_name(course: str, image_path: str) -> str:
    """The name a lesson's picture has inside a generation."""
    return f"assets/{course}/{image_path}"


def _readable_courses(lessons: Path) -> tuple[Course, ...]:
    reading = read_courses(lessons)
    fatal = [problem for problem in reading.problems if problem.fatal]
    if fatal:
        raise LessonsError(fatal)
    return tuple(_with_questions(lessons, course) for course in reading.courses)


def _with_questions(lessons: Path, course: Course) -> Course:
    """The course with what learners may be asked. A faulty question is left out; `viva check`
    says why.
    """
    questions = read_questions(lessons / course.folder, course)
    asking = (replace(each, questions=questions.shown(each.id)) for each in course.lessons)
    return replace(course, lessons=tuple(asking))


def _is_built(index: Path, made_from: str) -> bool:
    try:
        if read_manifest(index).fingerprint != made_from:
            return False
        read_generation(index)
    except (IndexMissing, IndexDamaged):
        return False
    return True


def _build(
    lessons: Path,
    index: Path,
    courses: tuple[Course, ...],
    embedder: Embedder,
    made_from: str,
    progress: Progress | None,
) -> None:
    chunks = chunking.chunk_courses(courses)
    spoken = [chunk.text[a:b] for chunk in chunks for a, b in chunk.sentences]
    foreign = [text for topic in foreign_questions().values() for text in topic]
    vectors = _known_vectors(index, embedder)
    texts = [*(chunk.text for chunk in chunks), *spoken, *foreign]
    vectors |= _embed_new(embedder, [text for text in texts if text not in vectors], progress)
    rows = {"passages": [c.text for c in chunks], "sentences": spoken, "foreign": foreign}
    indexes = {name: _index_of(texts, vectors, embedder) for name, texts in rows.items()}
    retriever = Retriever(chunks, indexes["passages"], indexes["sentences"])
    floors = {c.id: measure_floors(retriever, vectors, c.id) for c in courses}
    made_of = {
        "fingerprint": made_from,
        "model": embedder.model_id,
        "dimension": embedder.dimension,
        "floors": {"": measure_floors(retriever, vectors, None), **floors},
    }
    content = Content(courses, tuple(chunks), tuple(foreign))
    write_generation(index, made_of, content, indexes, _assets(lessons, courses))


def _known_vectors(index: Path, embedder: Embedder) -> dict[str, Vectors]:
    """Vectors of the current generation by text; none if it is missing or of another model."""
    try:
        generation = read_generation(index)
    except (IndexMissing, IndexDamaged):
        return {}
    if generation.manifest.model != embedder.model_id:
        return {}
    content = generation.content
    spoken = [c.text[a:b] for c in content.chunks for a, b in c.sentences]
    rows = (
        (generation.passages, [chunk.text for chunk in content.chunks]),
        (generation.sentences, spoken),
        (generation.foreign, content.foreign),
    )
    return {
        text: vector
        for index, texts in rows
        for text, vector in zip(texts, index.vectors(), strict=True)
    }


def _embed_new(
    embedder: Embedder, texts: Sequence[str], progress: Progress | None
) -> dict[str, Vectors]:
    """Vectors by text. Texts of like length go together, which saves a third of the time."""
    ordered = sorted(set(texts), key=lambda text: (len(text), text))
    found: dict[str, Vectors] = {}
    for start in range(0, len(ordered), _STEP):
        part = ordered[start : start + _STEP]
        found |= dict(zip(part, embedder.embed(part), strict=True))
        if progress is not None:
            progress(len(found), len(ordered))
    return found


def _index_of(texts: Sequence[str], vectors: dict[str, Vectors], embedder: Embedder) -> VectorIndex:
    rows = [vectors[text] for text in texts]
    empty = np.zeros((0, embedder.dimension), dtype=np.float32)
    return VectorIndex.of(np.stack(rows) if rows else empty)


def _assets(lessons: Path, courses: Sequence[Course]) -> dict[str, Path]:
    """The pictures that are there, by their name in the generation, in order."""
    found = {
        asset_name(course.id, path): lessons / course.folder / path
        for course in courses
        for path in _images(course)
    }
    return {name: path for name, path in sorted(found.items()) if path.is_file()}


def _images(course: Course) -> Iterator[str]:
    for lesson in course.lessons:
        for section in lesson.sections:
            yield from (block.path for block in section.blocks if isinstance(block, Image))


def _settings() -> list[float]:
    """Every figure that changes what is stored."""
    return [
        chunking.TARGET_WORDS,
        chunking.CAP_WORDS,
        search.DENSE_WEIGHT,
        search.COVERAGE_WEIGHT,
        search.OBJECTIVES_PENALTY,
        search.SUMMARY_PENALTY,
        *calibration.FLOOR_SETTINGS,
    ]
