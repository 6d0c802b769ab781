"""How well a course is searched: its own `asked.toml`, learners' questions with what answers them.

[[asked]]
question = "and who invented it?"
previous = [{ question = "what is a GAN?", section = "lesson-id/section-id" }]
sections = ["lesson-id/section-id"]       # every section that answers; none: not in the course
kind = "far"                              # of those without sections: far from the course, or near
"""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from retrieval.answering import Answer, Turn
from retrieval.errors import LessonsError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from retrieval.courses import Course
    from retrieval.library import Library

__all__ = ["ASKED_FILE", "Asked", "Evaluation", "Outcome", "check_asked", "evaluate", "read_asked"]

ASKED_FILE = "asked.toml"
DEPTH = 50  # how far down a section is looked for
WORST = 10


class _Previous(BaseModel):
    model_config = ConfigDict(extra="forbid")
    question: str
    section: str | None = None


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")
    question: str
    sections: list[str]
    previous: list[_Previous] = []
    kind: Literal["far", "near"] | None = None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    asked: list[_Entry] = []


_FILE = TypeAdapter(_File)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to a course; `sections` ("lesson/section") answer it, or the course does not."""

    question: str
    previous: tuple[Turn, ...]
    sections: tuple[str, ...]
    kind: Literal["far", "near"] | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question. `rank` counts from 1; None: no gold section in the first 50."""

    question: str
    sections: tuple[str, ...]
    first: str | None
    rank: int | None
    level: Literal["answer", "closest", "none"]
    kind: Literal["far", "near"] | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of one course; shares lie between 0 and 1, None where nothing was counted."""

    course: str
    questions: int
    recall_at_1: float | None
    recall_at_5: float | None
    false_refusals: float | None
    only_closest: float | None
    foreign: int
    false_answers_far: float | None
    false_answers_near: float | None
    shown_as_closest: float | None
    worst: tuple[Outcome, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values, ready for json.dumps."""
        return asdict(self)


def read_asked(path: Path, course: Course) -> list[Asked]:
    """The questions of a course's asked.toml. Raises LessonsError naming every fault."""
    problems = check_asked(path, course)
    if problems:
        raise LessonsError(problems)
    parsed = _FILE.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    return [_asked(entry, course) for entry in parsed.asked]


def check_asked(path: Path, course: Course) -> list[Problem]:
    """What is wrong in an asked.toml; nothing when the course has none."""
    if not path.exists():
        return []
    try:
        text = path.read_text(encoding="utf-8")
        parsed = _FILE.validate_python(tomllib.loads(text))
    except ValidationError as error:
        return [Problem(path, 1, _say(fault)) for fault in error.errors()]
    except ValueError as error:  # not UTF-8, or not TOML
        return [Problem(path, 1, f"this is not a TOML file in UTF-8: {error}")]
    known = {f"{les.id}/{section.id}" for les in course.lessons for section in les.sections}
    named = [name for entry in parsed.asked for name in _named(entry)]
    return [
        Problem(path, _line_of(text, name), f"there is no section '{name}' in this course")
        for name in dict.fromkeys(named)
        if name not in known
    ]


def evaluate(library: Library, course: str, asked: Sequence[Asked]) -> Evaluation:
    """Ask every question and count. Recall is of sections: one gold section found is a hit."""
    outcomes = [_ask(library, course, one) for one in asked]
    own = [outcome for outcome in outcomes if outcome.sections]
    foreign = [outcome for outcome in outcomes if not outcome.sections]
    far = [outcome for outcome in foreign if outcome.kind != "near"]
    near = [outcome for outcome in foreign if outcome.kind == "near"]
    return Evaluation(
        course=course,
        questions=len(own),
        recall_at_1=_share(own, lambda o: o.rank is not None and o.rank <= 1),
        recall_at_5=_share(own, lambda o: o.rank is not None and o.rank <= 5),
        false_refusals=_share(own, lambda o: o.level == "none"),
        only_closest=_share(own, lambda o: o.level == "closest"),
        foreign=len(foreign),
        false_answers_far=_share(far, lambda o: o.level == "answer"),
        false_answers_near=_share(near, lambda o: o.level == "answer"),
        shown_as_closest=_share(foreign, lambda o: o.level == "closest"),
        worst=tuple(sorted(outcomes, key=_badness, reverse=True)[:WORST]),
    )


def _ask(library: Library, course: str, one: Asked) -> Outcome:
    found = library.search(one.question, DEPTH, course, one.previous)
    places = [f"{passage.lesson}/{passage.section}" for passage in found]
    ranks = [places.index(section) + 1 for section in one.sections if section in places]
    answer = library.answer(one.question, one.previous, course)
    level = answer.level if isinstance(answer, Answer) else "none"
    first = places[0] if places else None
    return Outcome(one.question, one.sections, first, min(ranks, default=None), level, one.kind)


def _badness(outcome: Outcome) -> tuple[int, int]:
    """The worse, the larger: false answers far off first, then gold found late or refused."""
    if not outcome.sections:
        return (int(outcome.level == "answer") * (2 - (outcome.kind == "near")) * 2, 0)
    late = (outcome.rank or DEPTH + 1) - 1
    return (min(late, 3) + int(outcome.level == "none"), late)


def _share(outcomes: Sequence[Outcome], counts: Callable[[Outcome], bool]) -> float | None:
    if not outcomes:
        return None
    return round(sum(map(counts, outcomes)) / len(outcomes), 4)


def _asked(entry: _Entry, course: Course) -> Asked:
    turns = (
        Turn(turn.question, f"{course.id}/{turn.section}" if turn.section else None)
        for turn in entry.previous
    )
    return Asked(entry.question, tuple(turns), tuple(entry.sections), entry.kind)


def _named(entry: _Entry) -> list[str]:
    cited = [turn.section for turn in entry.previous if turn.section]
    return [*entry.sections, *cited]


def _line_of(text: str, name: str) -> int:
    lines = text.splitlines()
    return next((n for n, line in enumerate(lines, 1) if f'"{name}"' in line), 1)


def _say(fault: Any) -> str:
    where = ".".join(str(part) for part in fault["loc"])
    return f"{where}: {fault['msg']}"
