"""An author's document (text, Markdown, HTML, PDF, Word) into a lesson file.

The lesson is a draft for the author to read over: what was recognised and what is doubtful is
said, and what is missing is left out of the front matter, so that `viva check` asks for it.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import yaml

from retrieval.conversion import convert
from retrieval.errors import ImportFailed
from retrieval.frontmatter import ID_PATTERN, LessonHead, read_lesson_head
from retrieval.lessons import COURSE_FILE, read_courses
from retrieval.markdown import read_markdown
from retrieval.pieces import pieces_of_markdown, pieces_of_text
from retrieval.recognising import minutes_aloud, recognise, stands_alone
from retrieval.sections import slug

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from retrieval.conversion import Converted
    from retrieval.pieces import Piece
    from retrieval.recognising import Recognised

__all__ = ["Imported", "import_document", "write_imported"]


@dataclass(frozen=True, slots=True)
class Imported:
    """A lesson made of a document, not written yet.

    `number` is None when the document does not say it; `write_imported` then takes the next free
    one. `front_matter` is the author's own, kept as it was; None where it has to be made.
    """

    lesson_id: str
    title: str
    body: str
    number: int | None = None
    minutes: int = 1
    summary: str = ""
    objectives: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    recognised: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    front_matter: str | None = None

    @property
    def markdown(self) -> str:
        """The whole lesson file."""
        head = self.front_matter
        return f"---\n{self._head() if head is None else head}\n---\n\n{self.body.strip()}\n"

    def _head(self) -> str:
        values: dict[str, object] = {
            "id": self.lesson_id,
            "number": self.number,
            "title": self.title,
            "minutes": self.minutes,
            "summary": self.summary,
            "objectives": list(self.objectives),
            "sources": list(self.sources),
        }
        given = {key: value for key, value in values.items() if value}
        dumped: str = yaml.safe_dump(given, allow_unicode=True, sort_keys=False, width=88)
        return dumped.strip()


def import_document(path: Path) -> Imported:
    """The lesson that stands in a document. Raises ImportFailed, saying what to do."""
    converted = convert(path)
    if not converted.marked:
        return _recognised(pieces_of_text(converted.text, stands_alone), converted, path)
    front = read_markdown(converted.text).front_matter
    if front is None:
        return _recognised(pieces_of_markdown(converted.text, stands_alone), converted, path)
    head, lines, faults = read_lesson_head(front)
    broken = [fault for fault in faults if fault.fatal and not lines]
    if broken:
        raise ImportFailed(f"{path}:{broken[0].line}: {broken[0].message}")
    body = "\n".join(converted.text.split("\n")[front.text.count("\n") + 3 :])
    if head.id:
        return _kept(head, front.text, body, converted, path)
    known = _recognised(pieces_of_markdown(body, stands_alone), converted, path)
    return _with_head(known, head, [key for key in lines if key not in LessonHead.model_fields])


def write_imported(imported: Imported, folder: Path) -> Path:
    """Write the lesson into a course's folder, which is made if need be: the path of the file.

    Nothing is ever overwritten: raises ImportFailed when such a lesson is there already.
    """
    if not re.search(ID_PATTERN, folder.name):
        said = "lower-case letters, digits and hyphens, at most 64, like ai-history"
        raise ImportFailed(f"'{folder.name}' cannot be a course's id: it must be {said}")
    numbers, ids = _present(folder)
    if imported.lesson_id in ids:
        other = folder / ids[imported.lesson_id]
        said = "take that file away, or give one of the two another title and id"
        raise ImportFailed(f"{other} has the id '{imported.lesson_id}' already: {said}")
    number = imported.number or max(numbers, default=0) + 1
    path = folder / f"{number:02d}-{imported.lesson_id}.md"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write_course_file(folder)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(replace(imported, number=number).markdown)
    except FileExistsError as error:
        raise ImportFailed(f"{path} is there already: take it away or rename it first") from error
    except OSError as error:
        with contextlib.suppress(OSError):  # half a lesson would stand in the way of the next try
            path.unlink(missing_ok=True)
        raise ImportFailed(f"{path} cannot be written: {error.strerror}") from error
    return path


def _present(folder: Path) -> tuple[list[int], dict[str, str]]:
    """The numbers of the course's lessons, and their files by id."""
    courses = read_courses(folder.parent).courses
    lessons = [lesson for c in courses if c.folder == folder.name for lesson in c.lessons]
    return [lesson.number for lesson in lessons], {x.id: x.file for x in lessons}


def _write_course_file(folder: Path) -> None:
    path = folder / COURSE_FILE
    if not path.exists():
        title = folder.name.replace("-", " ").capitalize()
        path.write_text(f'id = "{folder.name}"\ntitle = "{title}"\n', encoding="utf-8")


def _recognised(pieces: list[Piece], converted: Converted, path: Path) -> Imported:
    fallback = " ".join(re.findall(r"[^\W_]+", path.stem)).capitalize() or "Lesson"
    found = recognise(pieces, converted.title, fallback)
    return Imported(
        lesson_id=slug(found.title) or slug(path.stem) or "lesson",
        title=found.title,
        body=_body(found),
        number=found.number or None,
        minutes=found.minutes or minutes_aloud(found.words),
        summary=found.summary,
        objectives=found.objectives,
        sources=found.sources,
        recognised=tuple(_said(found)),
        unsure=(*converted.unsure, *found.unsure, *_missing(found)),
    )


def _body(found: Recognised) -> str:
    parts = [piece.markdown for piece in found.opening]
    for heading, below in found.sections:
        parts.append(f"{'#' * heading.level} {heading.markdown}")
        parts += [piece.markdown for piece in below]
    return "\n\n".join(parts)


def _said(found: Recognised) -> Iterable[str]:
    yield f"title: {found.title}"
    if found.number:
        yield f"number: {found.number}"
    if found.minutes:
        yield f"minutes: {found.minutes}"
    if found.summary:
        yield f"summary: {len(found.summary.split())} words"
    if found.objectives:
        yield f"objectives: {len(found.objectives)}"
    if found.sources:
        yield f"sources: {len(found.sources)}"
    if found.opening:
        yield "introduction"
    for heading, _ in found.sections:
        yield f"section: {heading.plain}"
    if found.left_out:
        yield f"left out: {'; '.join(found.left_out)}"


def _missing(found: Recognised) -> Iterable[str]:
    if not found.number:
        yield "no number was found: the next free one of the course is taken"
    if not found.minutes:
        minutes = minutes_aloud(found.words)
        yield f"no minutes were found: {minutes} taken, for {found.words} words read aloud"
    if not found.summary:
        yield "no summary was found: write one into the front matter"
    if not found.objectives:
        yield "no objectives were found: write some into the front matter"
    if not found.sections:
        yield "no headings were found: part the text with lines of '## Heading'"


def _kept(head: LessonHead, front: str, body: str, converted: Converted, path: Path) -> Imported:
    """A lesson that has its front matter already is taken as it is."""
    return Imported(
        lesson_id=head.id or "",
        title=head.title or path.stem,
        body=body,
        number=head.number,
        minutes=head.minutes or 1,
        summary=head.summary or "",
        objectives=head.objectives,
        sources=head.sources,
        recognised=("the front matter, kept as it is",),
        unsure=converted.unsure,
        front_matter=front,
    )


def _with_head(imported: Imported, head: LessonHead, unknown: list[str]) -> Imported:
    """What a front matter of another program says goes before what was recognised."""
    given = {key: value for key, value in head.model_dump(exclude_none=True).items() if value}
    imported = replace(imported, **given)
    if "title" in given:
        imported = replace(imported, lesson_id=slug(imported.title) or imported.lesson_id)
    notes = [note for note in imported.unsure if not any(f"no {key} w" in note for key in given)]
    if unknown:
        notes.append(f"left out of the front matter: {', '.join(unknown)}")
    said = [f"{key}: from the front matter" for key in given]
    return replace(imported, recognised=(*said, *imported.recognised), unsure=tuple(notes))
