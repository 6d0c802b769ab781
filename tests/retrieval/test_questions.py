"""The form of authored questions: what is read, what is wrong in it, and the ids."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.courses import Course, Lesson
from retrieval.lessons import read_courses
from retrieval.question_files import check_questions, read_questions, write_ids
from retrieval.question_form import ids_in, parse_questions, with_ids
from retrieval.questions import Question, QuestionKind, sentence_span
from tests.retrieval.conftest import TEA

GOOD = """\
# Questions on tea

Notes of the author, which nobody is asked.

## From which plant is every true tea made? {#q-plant}

- [ ] Coffea arabica
- [x] Camellia sinensis
- [ ] Ilex paraguariensis

> All tea comes from one shrub.
> What is done to its leaves makes the kind.

section: plant
sentence: Every true tea is made from the leaves of Camellia sinensis

## At how many degrees is green tea best brewed? {#q-degrees}

answer: 75 degrees | 75 °C
tolerance: 5

> Boiling water makes it bitter.

section: brewing
sentence: Green tea is best brewed at 75 degrees

## Robert Fortune carried tea plants out of China in ==1848==. {#q-fortune}

> He worked for the East India Company.

sentence: Robert Fortune carried tea plants out of China
  in 1848

## Green tea is fully oxidized. {#q-green}

answer: false

> Heat stops the oxidation of green tea soon after the harvest.

section: oxidation
sentence: Green tea is heated within hours of the harvest

# Drafts

## Who carried tea plants out of China in the year 1848? {#q-who}

answer: Robert Fortune | Fortune

> He went in disguise.

section: brewing
sentence: Robert Fortune carried tea plants
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    course = tmp_path / "tea"
    course.mkdir()
    (course / "course.toml").write_text('id = "tea"\ntitle = "Tea"\n', encoding="utf-8")
    text = TEA.replace("![A cup of green tea beside a cup of black tea](cups.png)\n\n", "")
    (course / "01-growing.md").write_text(text, encoding="utf-8")
    return course


@pytest.fixture
def course(folder: Path) -> Course:
    (course,) = read_courses(folder.parent).courses
    return course


@pytest.fixture
def lesson(course: Course) -> Lesson:
    return course.lessons[0]


def read(text: str, lesson: Lesson) -> tuple[dict[str, Question], list[str]]:
    questions, faults = parse_questions(text, lesson)
    return {q.id: q for q in questions}, [f"{fault.line}: {fault.message}" for fault in faults]


def test_each_kind_is_read_as_it_is_written(lesson: Lesson) -> None:
    questions, faults = read(GOOD, lesson)
    assert faults == []
    assert {key: question.kind for key, question in questions.items()} == {
        "q-plant": QuestionKind.CHOICE,
        "q-degrees": QuestionKind.NUMBER,
        "q-fortune": QuestionKind.CLOZE,
        "q-green": QuestionKind.TRUE_FALSE,
        "q-who": QuestionKind.SHORT,
    }
    plant = questions["q-plant"]
    assert plant.stem == "From which plant is every true tea made?"
    assert plant.keys == ("Camellia sinensis",)
    assert plant.distractors == ("Coffea arabica", "Ilex paraguariensis")
    assert (
        plant.explanation
        == "All tea comes from one shrub. What is done to its leaves makes the kind."
    )
    assert (plant.section, plant.line) == ("plant", 5)
    degrees = questions["q-degrees"]
    assert (degrees.forms, degrees.tolerance) == (("75 degrees", "75 °C"), 5)
    assert questions["q-green"].keys == ("False",)


def test_a_gap_is_shown_empty_and_its_section_is_found(lesson: Lesson) -> None:
    fortune = read(GOOD, lesson)[0]["q-fortune"]
    assert fortune.stem == "Robert Fortune carried tea plants out of China in _____."
    assert fortune.forms == ("1848",)
    assert fortune.section == "brewing"


def test_the_sentence_is_found_in_the_lesson(lesson: Lesson) -> None:
    plant = read(GOOD, lesson)[0]["q-plant"]
    section = lesson.section("plant")
    assert section is not None
    span = sentence_span(plant.sentence, section)
    assert span is not None
    assert section.text[slice(*span)] == plant.sentence


def test_drafts_are_not_shown(folder: Path, course: Course) -> None:
    (folder / "01-growing.questions.md").write_text(GOOD, encoding="utf-8")
    questions = read_questions(folder, course)
    assert questions.problems == ()
    assert [q.id for q in questions.by_lesson["growing-tea"] if q.draft] == ["q-who"]
    assert "q-who" not in [q.id for q in questions.shown("growing-tea")]
    assert len(questions.shown("growing-tea")) == 4


def test_several_keys_and_an_order(lesson: Lesson) -> None:
    text = """\
## Which of these are true teas? {#several}
- [x] black tea
- [x] green tea
- [ ] peppermint
> Mint is another plant.
sentence: Black tea is fully oxidized
section: oxidation

## Put the teas in order, the least oxidized first. {#order}
1. green tea
2. oolong
3. black tea
> Oolong lies in between.
sentence: Oolong lies in between
"""
    questions, faults = read(text, lesson)
    assert faults == []
    assert questions["several"].keys == ("black tea", "green tea")
    assert questions["order"].kind is QuestionKind.ORDER
    assert questions["order"].keys == ("green tea", "oolong", "black tea")


BASE = "\n> Why.\nsection: plant\nsentence: Every true tea\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("## What is tea?\nanswer: a leaf" + BASE, "1: this question has no id: run `viva check --fix`"),
        ("## What is tea? {#Q 1}\nanswer: leaf" + BASE, "1: the id 'Q 1' must be lower-case"),
        ("## {#a}\nanswer: leaf" + BASE, "1: this question has no words"),
        ("## What is tea? {#a}" + BASE, "1: add options"),
        ("## What is tea? {#a}\nanswer: x\n- [x] y\n- [ ] z" + BASE, "1: there is more than one of"),
        ("## What is tea? {#a}\n- [ ] y\n- [ ] z" + BASE, "2: no option is marked as right"),
        ("## What is tea? {#a}\n- [x] y\n- [x] z" + BASE, "2: every option is marked as right"),
        ("## What is tea? {#a}\n- [x] y" + BASE, "2: a choice needs two options"),
        ("## What is ==tea== and ==leaf==? {#a}" + BASE, "1: there are several gaps"),
        ("## Put in order {#a}\n1. one\n2. two" + BASE, "2: a list to be put in order needs three"),
        ("## What is tea? {#a}\nanswer: leaf\ntolerance: some" + BASE, "3: the tolerance must be"),
        ("## What is tea? {#a}\nanswer:" + BASE, "2: the answer is empty"),
        ("## What is tea? {#a}\nanswr: leaf" + BASE, "2: 'answr' is not a known word: did you mean 'answer'?"),
        ("## What is tea? {#a}\nanswer: leaf\nanswer: x" + BASE, "3: 'answer' stands twice"),
        ("## What is tea? {#a}\nanswer: leaf\nsection: plant\nsentence: Every true tea\n", "1: there is no explanation"),
        ("## What is tea? {#a}\nanswer: leaf\n> Why.\nsection: plant\n", "1: add 'sentence: …'"),
        ("## What is tea? {#a}\nanswer: leaf\n> Why.\nsection: plants\nsentence: Every true tea\n", "4: the lesson has no section 'plants': did you mean 'plant'?"),
        ("## What is tea? {#a}\nanswer: leaf\n> Why.\nsection: plant\nsentence: Tea is blue\n", "5: the sentence does not stand in section 'plant'"),
        ("## What is tea? {#a}\nanswer: leaf\n> Why.\nsentence: Tea is blue\n", "4: the sentence stands nowhere in the lesson"),
        ("## What is tea? {#a}\nanswer: leaf\n\nlost words\n" + BASE, "4: this line belongs to nothing"),
    ],
)  # fmt: skip
def test_each_fault_is_named_with_its_line(text: str, fault: str, lesson: Lesson) -> None:
    faults = read(text, lesson)[1]
    assert any(one.startswith(fault) for one in faults), faults


def test_all_faults_are_named_at_once_and_the_rest_is_read(lesson: Lesson) -> None:
    broken = "## Nothing? {#a}\n\n## What is it?\nanswer: leaf\n\n" + GOOD
    questions, faults = read(broken, lesson)
    assert len(faults) == 4
    assert "q-plant" in questions


def test_ids_are_written_and_nothing_else_is_changed() -> None:
    before = (
        "## One question?  \r\nanswer: x\r\n\r\n##Two?\n<!--\n## not one\n-->\n## Three? {#mine}"
    )
    after = with_ids(before)
    assert len(ids_in(after)) == 3
    assert after.replace(" {#q-", "{#q-") != before
    lines = [(b, a) for b, a in zip(before.split("\n"), after.split("\n"), strict=True) if a != b]
    assert len(lines) == 2
    for old, new in lines:
        assert new.startswith(old.rstrip())
        assert new.endswith(old[len(old.rstrip()) :])
    assert with_ids(after) == after


@given(st.text(alphabet="# \n{}a-[x]>|=:\r"))
def test_no_text_breaks_the_reader_or_loses_a_sign(text: str) -> None:
    lesson = Lesson("l", 1, "L", 1, "", (), (), (), "l.md")
    parse_questions(text, lesson)
    written = with_ids(text)
    assert with_ids(written) == written
    assert len(written) >= len(text)


def test_two_questions_with_one_stem_get_two_ids() -> None:
    assert len(ids_in(with_ids("## The same?\n\n## The same?\n"))) == 2


def test_ids_are_written_into_a_courses_files_and_stay(folder: Path, course: Course) -> None:
    file = folder / "01-growing.questions.md"
    file.write_text(GOOD.replace(" {#q-who}", ""), encoding="utf-8")
    assert any("no id" in p.message for p in read_questions(folder, course).problems)
    assert write_ids(folder) == (file,)
    ids = [q.id for q in read_questions(folder, course).by_lesson["growing-tea"]]
    assert len(set(ids)) == 5
    file.write_text(file.read_text("utf-8").replace("Who carried", "Who took"), encoding="utf-8")
    assert write_ids(folder) == ()
    assert [q.id for q in read_questions(folder, course).by_lesson["growing-tea"]] == ids


def test_faults_of_a_folder_are_problems_with_their_file(folder: Path, course: Course) -> None:
    (folder / "01-growing.questions.md").write_text(
        GOOD + "\n## Again? {#q-who}\n", encoding="utf-8"
    )
    line = GOOD.count("\n") + 2
    (folder / "02-lost.questions.md").write_text(GOOD, encoding="utf-8")
    (folder / "03-latin.questions.md").write_bytes(b"## caf\xe9?")
    said = [f"{p.path.name}:{p.line}: {p.message}" for p in check_questions(folder, course)]
    assert any(one.startswith(f"01-growing.questions.md:{line}: add options") for one in said)
    assert any(
        one.startswith("02-lost.questions.md:1: there is no lesson of that name") for one in said
    )


def test_an_id_may_stand_only_once(folder: Path, course: Course) -> None:
    (folder / "01-growing.questions.md").write_text(GOOD + GOOD, encoding="utf-8")
    problems = read_questions(folder, course).problems
    assert len([p for p in problems if "stands in this file already" in p.message]) == 5
