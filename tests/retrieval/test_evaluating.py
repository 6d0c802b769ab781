"""Evaluation: figures that can be recounted by hand, and an asked.toml that is checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval import LessonsError, Library, Turn
from retrieval.evaluating import check_asked, evaluate, read_asked

GOOD = """\
[[asked]]
question = "at how many degrees do I brew green tea?"
sections = ["growing-tea/brewing"]

[[asked]]
question = "and the black one?"
previous = [{ question = "how should I brew green tea?", section = "growing-tea/brewing" }]
sections = ["growing-tea/brewing", "growing-tea/key-insights"]

[[asked]]
question = "who carried tea out of China?"
sections = ["growing-tea/why-it-matters"]   # wrong on purpose: this must count as a miss

[[asked]]
question = "how do I reset my router?"
sections = []
kind = "far"
"""


def test_the_figures_can_be_recounted(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "asked.toml"
    path.write_text(GOOD)
    course = next(course for course in library.courses if course.id == "tea")
    asked = read_asked(path, course)
    assert asked[1].previous == (Turn("how should I brew green tea?", "tea/growing-tea/brewing"),)
    result = evaluate(library, "tea", asked)
    assert (result.questions, result.foreign) == (3, 1)
    assert result.recall_at_1 == pytest.approx(2 / 3, abs=1e-3)
    assert result.false_answers_far == 0
    assert result.false_answers_near is None
    assert result.worst[0].question == "who carried tea out of China?"


def test_a_section_that_is_not_there_is_named_with_its_line(
    library: Library, tmp_path: Path
) -> None:
    path = tmp_path / "asked.toml"
    path.write_text(GOOD.replace("growing-tea/why-it-matters", "growing-tea/gone"))
    course = next(course for course in library.courses if course.id == "tea")
    (problem,) = check_asked(path, course)
    assert (problem.line, "growing-tea/gone" in problem.message) == (12, True)
    with pytest.raises(LessonsError):
        read_asked(path, course)


@pytest.mark.parametrize(
    "broken", [b"[[asked", b"\xff", b"[[asked]]\nquestion = 3\n", b"other = 1"]
)
def test_a_broken_file_is_a_problem_not_a_crash(
    library: Library, tmp_path: Path, broken: bytes
) -> None:
    path = tmp_path / "asked.toml"
    path.write_bytes(broken)
    assert check_asked(path, library.courses[0])
