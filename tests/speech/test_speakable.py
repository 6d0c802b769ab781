"""Sections, lessons, answers and questions as they are to be heard."""

from __future__ import annotations

import importlib.util
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.speech.script import Line, Script
from bot.speech.speakable import of_lesson, of_section, of_words
from bot.speech.spoken import spoken
from retrieval.courses import Course
from retrieval.lessons import read_courses
from retrieval.pronunciation import SOUNDS, Pronunciation

LESSON = """\
---
id: brewing
number: 4
title: "Brewing: 1848–1900"
minutes: 5
summary: Good tea needs 2–3 minutes. It is worth $4B a year.
objectives:
  - Brew tea at 75 °C.
---

## How hot? {#hot}

Green tea wants **75 °C** (Fortune, *Tea*, 1848). It is brewed with `tea.brew(75)`, see
[the table](#the-table). The word (of 1650) is old.

- Warm the pot
- Wait 3 min
  - or longer

1. Pour
2. Drink. Then rest.

### The table

| Tea | Degrees | |
| --- | --- | --- |
| green | 75 | soft |
| black | 100 | |

![A cup of green tea](cup.png)

```python
heat(75)
```

> Tea first,
> then talk.

## Key insights

- Tea is worth waiting for.
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    folder = tmp_path_factory.mktemp("lessons") / "tea"
    folder.mkdir()
    (folder / "course.toml").write_text('id = "tea"\ntitle = "Tea"\n')
    (folder / "01-brewing.md").write_text(LESSON)
    (folder / "cup.png").write_bytes(b"a picture")
    reading = read_courses(folder.parent)
    assert reading.problems == ()
    return reading.courses[0]


def _said(script: Script) -> list[str]:
    return [line.text for line in script]


def test_a_section_is_its_heading_and_its_sentences(course: Course) -> None:
    lesson = course.lessons[0]
    section = lesson.section("hot")
    assert section is not None
    assert of_section(section, course) == (
        Line("How hot?", 0.8),
        Line("Green tea wants seventy five degrees Celsius.", 0.3),
        Line("Fortune, Tea, eighteen forty eight.", 0.3),
        Line("It is brewed with tea dot brew, seventy five, see the table.", 0.3),
        Line("The word, of sixteen fifty, is old.", 0.5),
        Line("Warm the pot.", 0.35),
        Line("Wait three minutes.", 0.35),
        Line("or longer.", 0.5),
        Line("one: Pour.", 0.35),
        Line("two: Drink.", 0.3),
        Line("Then rest.", 0.5),
    )


def test_tables_pictures_and_code_are_said_by_their_words(course: Course) -> None:
    section = course.lessons[0].section("the-table")
    assert section is not None
    assert _said(of_section(section, course)) == [
        "The table.",
        "Tea: green; Degrees: seventy five; soft.",
        "Tea: black; Degrees: one hundred.",
        "Picture: A cup of green tea.",
        "There is a code example here.",
        "Tea first, then talk.",
    ]


def test_a_lesson_goes_by_its_sections_and_begins_with_its_title(course: Course) -> None:
    parts = of_lesson(course.lessons[0], course)
    headings = [heading for heading, _ in parts]
    assert headings == ["Summary", "What you will learn", "How hot?", "The table", "Key insights"]
    assert _said(parts[0][1]) == [
        "Lesson four.",
        "Brewing: eighteen forty eight to nineteen hundred.",
        "Summary.",
        "Good tea needs two to three minutes.",
        "It is worth four billion dollars a year.",
    ]


def test_the_short_version_is_summary_and_key_insights(course: Course) -> None:
    lesson = course.lessons[0]
    parts = of_lesson(lesson, course, short=True)
    assert [heading for heading, _ in parts] == ["Summary", "Key insights"]
    assert _said(parts[0][1])[0] == "Lesson four."
    bare = replace(lesson, sections=lesson.reading[:1])
    assert of_lesson(bare, course, short=True) == (
        (
            lesson.title,
            (
                Line("Lesson four.", 0.3),
                Line("Brewing: eighteen forty eight to nineteen hundred.", 0.8),
            ),
        ),
    )


def test_plain_words_end_where_their_lines_end() -> None:
    assert of_words("I found 2 places:\n• tea 🙂\n\n—") == (
        Line("I found two places.", 0.3),
        Line("tea.", 0.5),
    )
    assert of_words("Right.\n\nAgain.") == (Line("Right.", 0.5), Line("Again.", 0.5))
    assert of_words("") == ()


def test_a_sentence_without_breath_is_parted_at_its_marks() -> None:
    clause = "the leaves are picked by hand early in the morning when they are still wet"
    script = of_words(f"{clause}, {clause}; {clause}, {clause}, {clause}.")
    assert all(len(line.text) <= 300 for line in script)
    assert _said(script)[0].endswith("wet;")
    assert [line.pause for line in script] == [0.15, 0.5]
    assert " ".join(_said(script)) == f"{clause}, {clause}; {clause}, {clause}, {clause}."
    endless = "tea " * 100
    assert _said(of_words(endless)) == [f"{endless.strip()}."]


def test_the_words_of_the_course_are_said_as_it_says(course: Course) -> None:
    spelled = replace(
        course,
        pronunciations=(
            Pronunciation("Bahdanau", "bah dah now"),
            Pronunciation("GAN", "gan", "ɡˈæn"),
            Pronunciation("Word2Vec", "Word2Vec", "wˈɜɹd tə vˈɛk"),
            Pronunciation("Le", "luh"),
            Pronunciation("Le Monde", "le mond", "lə mˈɔnd"),
        ),
    )
    (line,) = of_words(
        "Bahdanau's GANs, a GAN's Word2Vec, Le Monde and Le; not Lee or gans.", spelled
    )
    assert line.text == (
        "bah dah now's gans, a gan's Word to Vec, le mond and luh; not Lee or gans."
    )
    assert dict(line.sounds) == {
        "gan's": "ɡˈænz",
        "Word to Vec": "wˈɜɹd tə vˈɛk",
        "le mond": "lə mˈɔnd",
    }


def test_a_course_in_another_language_keeps_its_own_numbers(course: Course) -> None:
    german = replace(course, language="de-AT")
    section = german.lessons[0].section("the-table")
    assert section is not None
    said = _said(of_section(section, german))
    assert "Tea: green; Degrees: 75; soft." in said
    assert "A cup of green tea." in said
    assert not any("code" in sentence for sentence in said)


def test_nothing_of_the_first_lesson_is_left_out_and_no_line_is_hard_to_say() -> None:
    (history,) = read_courses(Path(__file__).parents[2] / "lessons").courses
    as_written = replace(history, pronunciations=())
    for lesson in history.lessons:
        parts = of_lesson(lesson, as_written)
        assert len(parts) == len(lesson.sections)
        for section, (_, script) in zip(lesson.sections, parts, strict=True):
            heard = " ".join(line.text for line in script).casefold()
            written = [
                block.text for block in section.blocks if block.kind in ("paragraph", "list")
            ]
            words = re.findall(r"[^\W\d_]{4,}", spoken(" ".join(written)).casefold())
            assert [word for word in words if word not in heard] == []
        lines = [line for _, script in of_lesson(lesson, history) for line in script]
        assert all(line.text[-1] in ".?!;:," and len(line.text) <= 300 for line in lines)
        assert not any(letter.isdigit() for line in lines for letter in line.text)


def test_the_sounds_an_author_may_write_are_those_of_the_first_voice() -> None:
    package = importlib.util.find_spec("hibari")
    assert package is not None
    assert package.origin is not None
    known = json.loads((Path(package.origin).parent / "assets" / "vocab.json").read_bytes())
    assert set(known) - SOUNDS == set(';:,.!?—…"()“”↓→↗↘')
    assert set(known) >= SOUNDS
