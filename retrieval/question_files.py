"""The question files of a course's folder: `<lesson>.questions.md` beside `<lesson>.md`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.errors import Problem
from retrieval.markdown import Fault
from retrieval.question_form import ids_in, parse_questions, with_drafts, with_ids
from retrieval.question_rules import breaks_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from retrieval.courses import Course, Lesson
    from retrieval.questions import Question

__all__ = [
    "QUESTIONS_SUFFIX",
    "Questions",
    "check_questions",
    "read_questions",
    "write_drafts",
    "write_ids",
]

QUESTIONS_SUFFIX = ".questions.md"


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions of a course by lesson id, drafts included, and what is wrong in their files."""

    by_lesson: Mapping[str, tuple[Question, ...]]
    problems: tuple[Problem, ...]

    def shown(self, lesson: str) -> tuple[Question, ...]:
        """Those of a lesson that may be shown to learners: no drafts, none without an id."""
        return tuple(q for q in self.by_lesson.get(lesson, ()) if q.id and not q.draft)


def read_questions(folder: Path, course: Course) -> Questions:
    """The questions of a course, from its folder. A file that cannot be read is a problem."""
    by_lesson: dict[str, tuple[Question, ...]] = {}
    problems: list[Problem] = []
    first: dict[str, Path] = {}
    lessons = {lesson.file.removesuffix(".md"): lesson for lesson in course.lessons}
    for path in _files(folder):
        lesson = lessons.get(path.name[: -len(QUESTIONS_SUFFIX)])
        if lesson is None:
            said = "there is no lesson of that name: call it like the lesson's file"
            problems.append(Problem(path, 1, said))
            continue
        try:
            text = _text_of(path)
        except (OSError, UnicodeDecodeError):
            problems.append(Problem(path, 1, "this file cannot be read: save it as UTF-8 text"))
            continue
        questions, faults = parse_questions(text, lesson)
        faults += _doubles(questions, path, first)
        problems += [Problem(path, fault.line, fault.message) for fault in faults]
        by_lesson[lesson.id] = questions
    return Questions(by_lesson, tuple(sorted(problems)))


def check_questions(folder: Path, course: Course) -> list[Problem]:
    """All that is wrong with a course's questions: the form, and the rules of good ones."""
    questions = read_questions(folder, course)
    files = {lesson.id: lesson.file.removesuffix(".md") for lesson in course.lessons}
    broken = [
        Problem(folder / f"{files[lesson]}{QUESTIONS_SUFFIX}", fault.line, fault.message)
        for lesson, found in questions.by_lesson.items()
        for fault in breaks_rules(found)
    ]
    return sorted([*questions.problems, *broken])


def write_ids(folder: Path) -> tuple[Path, ...]:
    """Write the missing ids into the question files of a course; the files that were changed.

    Raises OSError when a file cannot be written.
    """
    texts = {path: text for path in _files(folder) if (text := _as_written(path)) is not None}
    taken = {one for text in texts.values() for one in ids_in(text)}
    changed = []
    for path, text in texts.items():
        written = with_ids(text, taken)
        if written != text:
            path.write_bytes(written.encode("utf-8"))
            changed.append(path)
            taken |= ids_in(written)
    return tuple(changed)


def write_drafts(folder: Path, lesson: Lesson, questions: Iterable[Question]) -> Path:
    """Put drafts at the end of a lesson's question file, which is made if there is none.

    Raises OSError when it cannot be written, UnicodeDecodeError when it is no UTF-8 text.
    """
    path = folder / f"{lesson.file.removesuffix('.md')}{QUESTIONS_SUFFIX}"
    text = path.read_bytes().decode("utf-8") if path.exists() else f"# Questions: {lesson.title}\n"
    path.write_bytes(with_drafts(text, questions).encode("utf-8"))
    return path


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob(f"*{QUESTIONS_SUFFIX}") if path.is_file())


def _as_written(path: Path) -> str | None:
    """The text with its own line ends; None if it cannot be read (`read_questions` says so)."""
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _text_of(path: Path) -> str:
    return re.sub(r"\r\n?", "\n", path.read_bytes().decode("utf-8-sig"))


def _doubles(questions: Iterable[Question], path: Path, first: dict[str, Path]) -> Iterator[Fault]:
    """An id given twice in the course: the second question would share the first one's cards."""
    seen: set[str] = set()
    for question in questions:
        if question.id in seen or first.get(question.id, path) != path:
            where = "this file" if question.id in seen else first[question.id].name
            said = f"the id {question.id} stands in {where} already: take this one out, then --fix"
            yield Fault(question.line, said)
        if question.id:
            seen.add(question.id)
            first.setdefault(question.id, path)
