"""A folder of lessons into courses, and what an author is told about it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.courses import Course, Image, Lesson, ListBlock, Paragraph, Run, SectionKind
from retrieval.errors import AmbiguousLesson, UnknownLesson
from retrieval.lessons import find_lesson, read_courses

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
---
id: tides
number: 3
title: Why the sea rises
minutes: 20
summary: The moon pulls the sea.
  Twice a day it rises.
objectives:
  - Say what pulls the sea
  - 'Tell spring from neap: two tides'
sources:
  - https://example.org/tides
---
"""
BODY = """\
# Why the sea rises

Stand on a beach and wait.

## The moon pulls

It pulls *more* on the near side.

### How much {#force}

Very little: see [the moon](#the-moon-pulls).

## Key Insights

- Two bulges, two tides.

## Why it matters

Ships wait for them.
"""


def course(folder: Path, name: str = "seas", toml: str = 'id = "seas"\ntitle = "Seas"\n') -> Path:
    made = folder / name
    made.mkdir(parents=True)
    (made / "course.toml").write_text(toml, encoding="utf-8")
    return made


def lesson(folder: Path, text: str = HEAD + BODY, name: str = "03-tides.md") -> Path:
    """The lesson in a course of its own: its file."""
    path = course(folder) / name
    path.write_text(text, encoding="utf-8")
    return path


def told(folder: Path) -> list[str]:
    """What an author is told, without the folder's name."""
    return [str(problem).removeprefix(f"{folder}/") for problem in read_courses(folder).problems]


def only_lesson(folder: Path) -> Lesson:
    (found,) = read_courses(folder).courses
    (one,) = found.lessons
    return one


def test_a_good_lesson_is_read_whole(tmp_path: Path) -> None:
    lesson(tmp_path)
    assert told(tmp_path) == []
    found = only_lesson(tmp_path)
    assert (found.id, found.number, found.title, found.minutes, found.file) == (
        "tides",
        3,
        "Why the sea rises",
        20,
        "03-tides.md",
    )
    assert found.summary == "The moon pulls the sea. Twice a day it rises."
    assert found.objectives == ("Say what pulls the sea", "Tell spring from neap: two tides")
    assert found.sources == ("https://example.org/tides",)
    assert [(s.id, s.path, s.kind, s.line) for s in found.sections] == [
        ("summary", ("Summary",), SectionKind.SUMMARY, 6),
        ("objectives", ("What you will learn",), SectionKind.OBJECTIVES, 8),
        ("introduction", ("Why the sea rises",), SectionKind.BODY, 14),
        ("the-moon-pulls", ("The moon pulls",), SectionKind.BODY, 18),
        ("force", ("The moon pulls", "How much"), SectionKind.BODY, 22),
        ("key-insights", ("Key Insights",), SectionKind.KEY_INSIGHTS, 26),
        ("why-it-matters", ("Why it matters",), SectionKind.WHY_IT_MATTERS, 30),
    ]
    summary, objectives = found.sections[:2]
    assert isinstance(summary.blocks[0], Paragraph)
    assert isinstance(objectives.blocks[0], ListBlock)
    assert objectives.text == "Say what pulls the sea\nTell spring from neap: two tides"


def test_courses_come_by_folder_and_lessons_by_number(tmp_path: Path) -> None:
    for name in ("zoo", "art"):
        folder = course(tmp_path, name, f'id = "{name}-1"\ntitle = "{name}"\nlanguage = "pt-BR"')
        for number in (10, 9):
            text = HEAD.replace("tides", f"l{number}").replace("number: 3", f"number: {number}")
            (folder / f"{number}.md").write_text(text + "Words.", encoding="utf-8")
    reading = read_courses(tmp_path)
    assert reading.problems == ()
    assert [(c.id, c.title, c.language, c.folder) for c in reading.courses] == [
        ("art-1", "art", "pt-BR", "art"),
        ("zoo-1", "zoo", "pt-BR", "zoo"),
    ]
    assert [found.number for found in reading.courses[0].lessons] == [9, 10]


def test_other_files_are_no_lessons(tmp_path: Path) -> None:
    folder = lesson(tmp_path).parent
    for name in ("README.md", "03-tides.questions.md", ".draft.md", "notes.txt"):
        (folder / name).write_text("no lesson", encoding="utf-8")
    (tmp_path / ".git").mkdir()
    (tmp_path / "pictures").mkdir()
    assert told(tmp_path) == []


def test_bom_and_windows_line_ends_are_no_fault(tmp_path: Path) -> None:
    path = lesson(tmp_path)
    whole = only_lesson(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + (HEAD + BODY).replace("\n", "\r\n").encode())
    assert told(tmp_path) == []
    assert only_lesson(tmp_path) == whole


def test_section_ids_are_made_from_headings(tmp_path: Path) -> None:
    headings = ["Über Gezeiten!", "月", "Flood", "Flood", "Ebb {#flood}", "2012", "What's up?"]
    body = "".join(f"## {heading}\n\nWords.\n\n" for heading in headings)
    lesson(tmp_path, HEAD + body)
    assert told(tmp_path) == []
    assert [section.id for section in only_lesson(tmp_path).reading] == [
        "uber-gezeiten",
        "section-2",
        "flood-2",
        "flood-3",
        "flood",
        "2012",
        "whats-up",
    ]


def test_a_heading_with_only_subsections_is_no_section(tmp_path: Path) -> None:
    lesson(tmp_path, HEAD + "## One\n\n### Two\n\nWords.\n")
    assert told(tmp_path) == []
    (found,) = only_lesson(tmp_path).reading
    assert found.path == ("One", "Two")


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("number: 3", "number: three", 3, "'number' must be a whole number"),
        ("number: 3", "number: 0", 3, "'number' must be greater than or equal to 1"),
        ("number: 3\n", "", 1, "'number' is missing: add number: 4"),
        ("minutes: 20", "minutes: 20 min", 5, "'minutes' must be a whole number"),
        ("minutes: 20", "minuts: 20", 5, "'minuts' is not a known key: did you mean 'minutes'?"),
        ("title: Why the sea rises", "title:", 4, "'title' is empty"),
        ("title: Why the sea rises", "title: [a, b]", 4, "'title' must be a text"),
        ("title: Why the sea rises", "title: Sea", 14, "is not the title 'Sea'"),
        ("  - Say what pulls the sea", "  -", 9, "an item of 'objectives' is empty"),
        ("minutes: 20", "minutes: 20\nminutes: 30", 6, "'minutes' stands twice"),
        ('sources:', "sources: [\"\\ud800\"]\nx:", 11, "'sources' must be a valid string"),
        ("## Key Insights", "## Key Insights {#force}", 26, "{#force} stands on line 22 already"),
        ("{#force}", "{#Big Force}", 22, "must be lower-case"),
        ("{#force}", "{#summary}", 22, "belongs to the front matter"),
        ("- Two bulges, two tides.", "", 26, "the section 'Key Insights' is empty"),
        ("## Key Insights", "# Key Insights", 26, "has a single #: write ##"),
        ("(#the-moon-pulls)", "(#the-sun)", 24, "leads to no section of 03-tides.md: it has"),
        ("(#the-moon-pulls)", "(sun.md)", 24, "there is no file sun.md"),
        ("(#the-moon-pulls)", "(../sun.md)", 24, "must stay inside"),
        ("(#the-moon-pulls)", "(/etc/passwd)", 24, "must stay inside"),
        ("(#the-moon-pulls)", "(%00)", 24, "not a file's name"),
        ("(#the-moon-pulls)", f"({'x' * 300})", 24, "not a file's name"),
        ("(#the-moon-pulls)", "(course.toml#x)", 24, "course.toml is no lesson"),
        ("Ships wait", "![A ship](ship.png) waits", 32, "there is no file ship.png"),
        ("Ships wait", "![A ship](https://example.org/a.png) waits", 32, "must be a file in"),
        ("Ships wait", "![A ship](course.toml) waits", 32, "is not a picture"),
        ("Ships wait", "<b>Ships</b> wait", 32, "raw HTML"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line_and_the_lesson_still_read(
    tmp_path: Path, old: str, new: str, line: int, says: str
) -> None:
    assert old in HEAD + BODY
    lesson(tmp_path, (HEAD + BODY).replace(old, new))
    messages = told(tmp_path)
    assert any(m.startswith(f"seas/03-tides.md:{line}: ") and says in m for m in messages), messages
    assert only_lesson(tmp_path).id == "tides"
    assert not any(problem.fatal for problem in read_courses(tmp_path).problems)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (HEAD.replace("id: tides\n", "") + BODY, 1, "'id' is missing"),
        (HEAD.replace("id: tides", "id: The Tides") + BODY, 2, "'id' must be lower-case"),
        (HEAD.replace("20", '"20') + BODY, 5, "the front matter cannot be read"),
        (HEAD.replace("title: Why", "title: Why: a") + BODY, 4, "double quotes"),
        (HEAD.replace("title:", '"\\UFFFFFFFF":') + BODY, 2, "the front matter cannot be read"),
        (HEAD.replace("id: tides", "id: \x07") + BODY, 2, "the front matter cannot be read"),
        (HEAD.replace("title: ", "title: " + "[" * 3000) + BODY, 2, "cannot be read"),
        ("---\n- a list\n---\n" + BODY, 2, "must be lines of 'key: value'"),
        (HEAD.removesuffix("---\n"), 1, "never closed"),
        (BODY, 1, "there is no front matter"),
        ("", 1, "there is no front matter"),
    ],
)
def test_a_lesson_that_cannot_be_read_is_left_out(
    tmp_path: Path, text: str, line: int, says: str
) -> None:
    lesson(tmp_path, text)
    (fatal,) = [problem for problem in read_courses(tmp_path).problems if problem.fatal]
    assert fatal.line == line
    assert says in fatal.message
    (found,) = read_courses(tmp_path).courses
    assert found.lessons == ()


def test_all_faults_are_told_at_once_in_order(tmp_path: Path) -> None:
    path = lesson(tmp_path, HEAD.replace("20", "many").replace("number: 3", "numer: 3") + "## A\n")
    path.with_name("04-bad.md").write_bytes(b"---\nid: bad\ntitle: \xff\n---\n")
    lines = [message.split(": ")[0] for message in told(tmp_path)]
    assert lines == [
        "seas/03-tides.md:1",
        "seas/03-tides.md:1",
        "seas/03-tides.md:3",
        "seas/03-tides.md:5",
        "seas/03-tides.md:14",
        "seas/04-bad.md:3",
    ]


def test_a_doubled_id_leaves_the_second_file_out(tmp_path: Path) -> None:
    path = lesson(tmp_path)
    path.with_name("04-again.md").write_text(HEAD + BODY, encoding="utf-8")
    assert told(tmp_path) == [
        "seas/04-again.md:2: the id tides is that of 03-tides.md: take another",
        "seas/04-again.md:3: the number 3 is that of 03-tides.md: take another",
    ]
    assert only_lesson(tmp_path).file == "03-tides.md"


def test_a_doubled_number_leaves_both_lessons_in(tmp_path: Path) -> None:
    path = lesson(tmp_path)
    again = HEAD.replace("id: tides", "id: waves") + BODY
    path.with_name("04-again.md").write_text(again, encoding="utf-8")
    assert len(told(tmp_path)) == 1
    assert len(read_courses(tmp_path).courses[0].lessons) == 2


def test_a_doubled_course_id_leaves_the_second_course_out(tmp_path: Path) -> None:
    lesson(tmp_path)
    course(tmp_path, "waters")
    (found,) = read_courses(tmp_path).courses
    assert found.folder == "seas"
    (fatal,) = [problem for problem in read_courses(tmp_path).problems if problem.fatal]
    assert fatal.path == tmp_path / "waters" / "course.toml"
    assert f"the id 'seas' is that of {tmp_path / 'seas' / 'course.toml'}" in fatal.message


@pytest.mark.parametrize(
    ("toml", "line", "says", "fatal"),
    [
        ('title = "Seas"', 1, "'id' is missing", True),
        ('id = "The Seas"\ntitle = "S"', 1, "'id' must be lower-case", True),
        ('title = "S"\nid = 5', 2, "'id' must be", True),
        ('id = "seas"\ntitle = Seas', 2, "not valid TOML", True),
        ('id = "seas"\nx = 2020-99-99', 2, "not valid TOML", True),
        ("x = " + "[" * 5000, 1, "too deep", True),
        ('id = "seas"', 1, "'title' is missing", False),
        ('id = "seas"\ntitle = 5', 2, "'title' must be a text", False),
        ('id = "seas"\n\ntitel = "Seas"\ntitle = "S"', 3, "did you mean 'title'?", False),
        ('id = "seas"\ntitle = "S"\nlanguage = "English"', 3, "'language' must be a", False),
    ],
)
def test_a_faulty_course_file_is_told(
    tmp_path: Path, toml: str, line: int, says: str, fatal: bool
) -> None:
    (lesson(tmp_path).parent / "course.toml").write_text(toml, encoding="utf-8")
    (problem,) = read_courses(tmp_path).problems
    assert (problem.path.name, problem.line, problem.fatal) == ("course.toml", line, fatal)
    assert says in problem.message
    assert len(read_courses(tmp_path).courses) == (0 if fatal else 1)


def test_lessons_without_a_course_file_are_told(tmp_path: Path) -> None:
    (lesson(tmp_path).parent / "course.toml").unlink()
    (problem,) = read_courses(tmp_path).problems
    assert problem.fatal
    assert 'write id = "seas"' in problem.message


def test_a_lesson_outside_a_course_is_told(tmp_path: Path) -> None:
    lesson(tmp_path)
    (tmp_path / "05-lost.md").write_text(HEAD, encoding="utf-8")
    assert told(tmp_path) == [
        "05-lost.md:1: a lesson stands in a course's folder: move it into one"
    ]


def test_a_missing_or_empty_lessons_folder_is_told(tmp_path: Path) -> None:
    for folder, says in ((tmp_path / "none", "make it"), (tmp_path, "there is no course here")):
        reading = read_courses(folder)
        assert reading.courses == ()
        assert says in reading.problems[0].message
        assert reading.problems[0].fatal


def test_a_course_without_lessons_is_told(tmp_path: Path) -> None:
    course(tmp_path)
    (message,) = told(tmp_path)
    assert "the course has no lesson" in message
    assert read_courses(tmp_path).courses[0].lessons == ()


def test_what_is_no_readable_file_is_told(tmp_path: Path) -> None:
    folder = lesson(tmp_path).parent
    (folder / "circle.md").symlink_to(folder / "circle.md")
    (folder / "dangling.md").symlink_to(folder / "nothing")
    (folder / "folder.md").mkdir()
    os.mkfifo(folder / "pipe.md")
    (folder / "vast.md").write_bytes(b"x" * 2_000_001)
    problems = read_courses(tmp_path).problems
    assert [problem.path.name for problem in problems if problem.fatal] == [
        "circle.md",
        "dangling.md",
        "folder.md",
        "pipe.md",
        "vast.md",
    ]
    assert only_lesson(tmp_path).id == "tides"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_forbidden_file_is_told(tmp_path: Path) -> None:
    lesson(tmp_path).chmod(0)
    (message,) = told(tmp_path)
    assert "cannot be read: Permission denied" in message


def test_links_to_lessons_sections_and_files_are_followed(tmp_path: Path) -> None:
    path = lesson(
        tmp_path, HEAD + "See [a](04%20b.md), [b](04%20b.md#part), [c](pictures/map.pdf)."
    )
    other = HEAD.replace("tides", "b").replace("number: 3", "number: 4")
    path.with_name("04 b.md").write_text(other + "## Part\n\nWords.", encoding="utf-8")
    (path.parent / "pictures").mkdir()
    (path.parent / "pictures" / "map.pdf").touch()
    assert told(tmp_path) == []


def test_a_link_into_a_lesson_that_cannot_be_read_is_not_blamed(tmp_path: Path) -> None:
    path = lesson(tmp_path, HEAD + "See [a](04.md#part).")
    path.with_name("04.md").write_text("no front matter", encoding="utf-8")
    assert [message.split(":")[0] for message in told(tmp_path)] == ["seas/04.md"]


def test_pictures_are_paths_in_the_course(tmp_path: Path) -> None:
    path = lesson(tmp_path, HEAD + "![The moon](art/the%20moon.PNG)\n\n![](art/sun.webp)\n")
    (path.parent / "art").mkdir()
    for name in ("the moon.PNG", "sun.webp"):
        (path.parent / "art" / name).write_bytes(b"picture")
    (introduction,) = only_lesson(tmp_path).reading
    assert introduction.blocks == (
        Image("art/the moon.PNG", "The moon"),
        Image("art/sun.webp", "sun"),
    )
    (message,) = told(tmp_path)
    assert "no alternative text" in message


def test_a_picture_too_big_empty_or_outside_is_told_and_left_out(tmp_path: Path) -> None:
    path = lesson(
        tmp_path, HEAD + "Words.\n\n![Big](big.png)\n\n![Empty](empty.png)\n\n![Out](out.png)\n"
    )
    with (path.parent / "big.png").open("wb") as file:
        file.truncate(10_000_000)
    (path.parent / "empty.png").touch()
    (tmp_path / "elsewhere.png").write_bytes(b"picture")
    (path.parent / "out.png").symlink_to(tmp_path / "elsewhere.png")
    assert [message.split(": ", 1)[1] for message in told(tmp_path)] == [
        "the picture big.png has 10 MB, and Telegram takes less than 10: make it smaller",
        "the picture empty.png is an empty file: put the picture there again",
        "the picture out.png leads out of the course's folder: copy the file into it",
    ]
    assert only_lesson(tmp_path).reading[0].blocks == (Paragraph((Run("Words."),)),)


def two_courses() -> tuple[Course, Course]:
    tides = Lesson("tides", 3, "T", 20, "", (), (), (), "03-tides.md")
    start = Lesson("start", 1, "S", 20, "", (), (), (), "01.md")
    return Course("seas", "Seas", lessons=(tides, start)), Course("sky", "Sky", lessons=(start,))


@pytest.mark.parametrize(
    "name", ["tides", "seas/tides", "03-tides", "03-tides.md", "seas/03-tides", "seas/03-tides.md"]
)
def test_a_lesson_is_found_by_id_or_file(name: str) -> None:
    found, one = find_lesson(two_courses(), name)
    assert (found.id, one.id) == ("seas", "tides")


def test_a_lesson_of_several_courses_is_asked_back() -> None:
    with pytest.raises(AmbiguousLesson, match="say seas/start or sky/start"):
        find_lesson(two_courses(), "01.md")
    assert find_lesson(two_courses(), "sky/start")[0].id == "sky"


def test_an_unknown_lesson_names_the_known_ones() -> None:
    with pytest.raises(UnknownLesson, match="Known: seas/tides, seas/start, sky/start"):
        find_lesson(two_courses(), "sun")


PIECES = [*HEAD.splitlines(keepends=True), *BODY.splitlines(keepends=True)]
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=20)), max_size=30)
HOSTILE = TEXTS.map(lambda pieces: "".join(pieces).encode(errors="replace"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.one_of(st.binary(max_size=80), HOSTILE))
def test_no_file_makes_the_reading_fail(tmp_path: Path, raw: bytes) -> None:
    folder = tmp_path / "seas"
    folder.mkdir(exist_ok=True)
    for name in ("course.toml", "03.md"):
        (folder / name).write_bytes(HEAD.encode() + raw if name == "03.md" else raw)
    (folder / "04.md").write_bytes(raw)
    reading = read_courses(tmp_path)
    assert reading.problems
    for found in reading.courses:
        for one in found.lessons:
            assert len({section.id for section in one.sections}) == len(one.sections)
            assert all(section.text.strip() or section.blocks for section in one.sections)
