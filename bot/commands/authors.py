"""What an author calls: check, build, eval, ask, import, draft."""

from __future__ import annotations

import json
import logging
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval import Answer, Library, NoAnswer, Passage
    from retrieval.errors import Problem
    from retrieval.evaluating import Evaluation, Outcome
    from retrieval.importing import Imported

__all__ = ["COMMANDS"]


@click.command()
@click.option("--fix", is_flag=True, help="Write the ids that questions lack, nothing else.")
def check(fix: bool) -> None:
    """Name everything that is wrong in lessons and questions, as file:line: message."""
    from bot.settings import read_settings

    folder = read_settings().lessons
    for path in _write_ids(folder) if fix else ():
        click.echo(f"{path}: ids written", err=True)
    problems, lessons = _check(folder)
    for problem in problems:
        click.echo(str(problem))
    if problems:
        click.echo(f"{_count(len(problems), 'problem')} in {_count(lessons, 'lesson')}.", err=True)
        raise SystemExit(1)
    click.echo(f"{_count(lessons, 'lesson')}, nothing wrong.")


@click.command()
def build() -> None:
    """Bring the index up to date with the lessons; embeds only what changed."""
    from bot.settings import read_settings

    settings = read_settings()
    library = _built(settings.lessons, settings.index)
    lessons = sum(len(course.lessons) for course in library.courses)
    courses = _count(len(library.courses), "course")
    click.echo(f"The index is up to date: {courses}, {_count(lessons, 'lesson')}.")
    problems, _ = _check(settings.lessons)
    if problems:
        found = f"{_count(len(problems), 'problem')} to mend"
        click.echo(f"{found}, see `viva check`.", err=True)


@click.command()
@click.argument("question")
@click.option("--course", help="The id of a course; default: all of them.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def ask(question: str, course: str | None, as_json: bool) -> None:
    """Answer a QUESTION from the lessons."""
    from bot.settings import read_settings

    settings = read_settings()
    library = _built(settings.lessons, settings.index)
    answer = library.answer(question, course=course)
    if as_json:
        passages = library.search(question, course=course)
        click.echo(json.dumps(_answer_json(question, answer, passages), ensure_ascii=False))
    else:
        click.echo(_answer_text(library, answer))


@click.command(name="eval")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def evaluate(as_json: bool) -> None:
    """Measure retrieval on the learners' questions of each course's asked.toml."""
    from bot.settings import read_settings
    from retrieval.evaluating import ASKED_FILE, evaluate, read_asked

    settings = read_settings()
    library = _built(settings.lessons, settings.index)
    results = []
    for course in library.courses:
        path = settings.lessons / course.folder / ASKED_FILE
        if path.exists():
            results.append(evaluate(library, course.id, read_asked(path, course)))
    if not results:
        raise click.ClickException(f"No course has an {ASKED_FILE} with learners' questions yet.")
    if as_json:
        click.echo(json.dumps([result.as_json() for result in results], ensure_ascii=False))
    else:
        click.echo("\n\n".join(map(_evaluation_text, results)))


@click.command(name="import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--course", default="imported", show_default=True, help="Its id; made if not there.")
def import_(files: Sequence[Path], course: str) -> None:
    """Turn FILES (txt, md, html, pdf, docx) into lessons of a course."""
    from bot.settings import read_settings
    from retrieval.importing import import_document, write_imported

    for noisy in ("pdfminer", "bs4"):  # they report every oddity of a document
        logging.getLogger(noisy).setLevel(logging.ERROR)
    folder = read_settings().lessons / course
    for file in files:
        imported = import_document(file)
        written = write_imported(imported, folder)
        click.echo(_imported_text(file, written, imported))


@click.command()
@click.argument("lesson")
@click.option("-n", "--number", default=14, show_default=True, help="How many at most.")
@click.option("--seed", default=1, show_default=True, help="Another one: other distractors.")
def draft(lesson: str, number: int, seed: int) -> None:
    """Propose questions on a LESSON (its id or file), as drafts in its file of questions."""
    from bot.settings import read_settings
    from retrieval.drafting import draft as drafts_of
    from retrieval.lessons import find_lesson, read_courses
    from retrieval.question_files import read_questions, write_drafts

    settings = read_settings()
    course, found = find_lesson(read_courses(settings.lessons).courses, lesson)
    folder = settings.lessons / course.folder
    written = read_questions(folder, course).by_lesson.get(found.id, ())
    made = drafts_of(course, found, written, random.Random(seed))[:number]  # noqa: S311
    if not made:
        click.echo("No fact was found that is not asked already.")
        return
    path = write_drafts(folder, found, made)
    drafts = _count(len(made), "draft")
    click.echo(f"{path}: {drafts} below the line '# Drafts'; move above it what is good.")


COMMANDS = (check, build, ask, evaluate, import_, draft)


def _check(folder: Path) -> tuple[list[Problem], int]:
    """All problems, and how many lessons were looked at."""
    from retrieval.evaluating import ASKED_FILE, check_asked
    from retrieval.lessons import read_courses
    from retrieval.question_files import check_questions

    reading = read_courses(folder)
    asked = [
        problem
        for course in reading.courses
        for problem in check_asked(folder / course.folder / ASKED_FILE, course)
    ]
    questions = [
        problem
        for course in reading.courses
        for problem in check_questions(folder / course.folder, course)
    ]
    return sorted([*reading.problems, *asked, *questions]), sum(
        len(c.lessons) for c in reading.courses
    )


def _write_ids(folder: Path) -> list[Path]:
    """The question files that were given ids."""
    from retrieval.lessons import read_courses
    from retrieval.question_files import write_ids

    courses = read_courses(folder).courses
    try:
        return [path for course in courses for path in write_ids(folder / course.folder)]
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from error


def _built(lessons: Path, index: Path) -> Library:
    """The library, up to date; a progress bar when there is something to embed."""
    from bot.commands.progress import progress
    from retrieval import Library

    with progress("Reading the lessons") as report:
        return Library.build(lessons, index, report)


def _answer_json(
    question: str, answer: Answer | NoAnswer, passages: Sequence[Passage]
) -> dict[str, Any]:
    """The shape of the contract; passages come best first, also when there is no answer."""
    from retrieval import Answer

    found = isinstance(answer, Answer)
    level = answer.level if isinstance(answer, Answer) else "none"
    return {
        "question": question,
        "answered": level == "answer",
        "level": level,
        "answer": answer.text if isinstance(answer, Answer) else None,
        "passages": [_passage_json(passage) for passage in passages],
        "nearest": [] if found else [_passage_json(p) for p in passages[:3]],
    }


def _passage_json(passage: Passage) -> dict[str, Any]:
    return {
        "course": passage.course,
        "lesson": passage.lesson,
        "section": passage.section,
        "text": passage.text,
        "score": round(passage.score, 4),
        "highlights": [list(span) for span in passage.highlights],
    }


def _answer_text(library: Library, answer: Answer | NoAnswer) -> str:
    from retrieval import Answer

    if not isinstance(answer, Answer):
        places = [f"  {_citation(library, passage)}" for passage in answer.nearest]
        return "\n".join(["The course does not say. The nearest places:", *places])
    sure = answer.level == "answer"
    opening = answer.text if sure else "The course may not say this. The closest place:"
    passage = answer.passages[0]
    return "\n\n".join([opening, _marked(passage), _citation(library, passage)])


def _marked(passage: Passage) -> str:
    """The passage with the answering sentence set off, in bold where the terminal has it."""
    ((start, end),) = passage.highlights
    sentence = click.style(passage.text[start:end], bold=True)
    return f"{passage.text[:start]}{sentence}{passage.text[end:]}"


def _citation(library: Library, passage: Passage) -> str:
    course = next(course for course in library.courses if course.id == passage.course)
    lesson = course.lesson(passage.lesson)
    section = lesson.section(passage.section) if lesson else None
    if lesson is None or section is None:
        return passage.place
    return f"— Lesson {lesson.number}, {lesson.title} › {' › '.join(section.path)}"


def _evaluation_text(result: Evaluation) -> str:
    lines = [
        f"{result.course}: {result.questions} questions it answers, {result.foreign} it does not",
        f"  recall@1 {_percent(result.recall_at_1)}   recall@5 {_percent(result.recall_at_5)}",
        f"  refused though answered {_percent(result.false_refusals)}"
        f"   shown as closest {_percent(result.only_closest)}",
        f"  answered though foreign: far {_percent(result.false_answers_far)}"
        f"   near {_percent(result.false_answers_near)}",
        "  the worst:",
    ]
    return "\n".join([*lines, *(f"    {_outcome(one)}" for one in result.worst)])


def _outcome(one: Outcome) -> str:
    if not one.sections:
        return f"{one.question}  [{one.level}, though not in the course: {one.first}]"
    rank = f"rank {one.rank}" if one.rank else "not found"
    return f"{one.question}  [{rank}, {one.level}; first: {one.first}]"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _imported_text(file: Path, written: Path, imported: Imported) -> str:
    lines = [f"{file.name} -> {written}", *(f"  found: {what}" for what in imported.recognised)]
    return "\n".join([*lines, *(f"  unsure: {what}" for what in imported.unsure)])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
