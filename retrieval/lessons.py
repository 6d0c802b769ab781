"""The lessons folder, read into courses, with everything that is wrong in it named at once.

    <folder>/<course>/course.toml     id, title, language
    <folder>/<course>/*.md            the lessons; README.md and *.questions.md are not lessons
    <folder>/<course>/pronunciation.toml   how names and terms are said (optional)

An author's fault never raises: it is a Problem with file and line. What cannot be read at all is
left out of the courses, the rest goes on working.
"""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from retrieval.courses import Course, Image, Lesson
from retrieval.errors import AmbiguousLesson, Problem, UnknownLesson
from retrieval.frontmatter import LessonHead, read_course_head, read_lesson_head
from retrieval.links import check_links, picture_path
from retrieval.markdown import Fault, read_markdown
from retrieval.pronunciation import as_word
from retrieval.pronunciation_files import PRONUNCIATION_FILE, read_pronunciations
from retrieval.sections import body_sections, objectives_section, summary_section

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from retrieval.courses import Block, Section
    from retrieval.markdown import Document, Part, Target
    from retrieval.pronunciation import Pronunciation

__all__ = ["COURSE_FILE", "Reading", "find_lesson", "read_courses"]

COURSE_FILE = "course.toml"
LESSON_BYTES = 2 * 1000 * 1000
"""Some 300,000 words: far over any lesson, and still read in a moment."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What stands in a lessons folder: the courses that can be read, and all that is wrong."""

    courses: tuple[Course, ...]
    problems: tuple[Problem, ...]


def read_courses(folder: Path) -> Reading:
    """Read every course of the folder; courses come by folder name, lessons by number."""
    try:
        inside = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        said = f"the lessons folder cannot be read ({error.strerror}): make it, or name another"
        return Reading((), (Problem(folder, 1, said, fatal=True),))
    shelves = [_read_shelf(path) for path in inside if _is_course_folder(path)]
    problems = [_stray(path) for path in inside if _is_lesson_file(path) and not path.is_dir()]
    if not shelves:
        said = f"there is no course here: make a folder with a {COURSE_FILE} (id, title) in it"
        problems.append(Problem(folder, 1, said, fatal=True))
    shelved: dict[str, _Shelf] = {}
    for shelf in shelves:
        _put_up(shelf, shelved)
        problems += shelf.problems
    courses = tuple(shelf.course for shelf in shelved.values() if shelf.course)
    return Reading(courses, tuple(sorted(set(problems))))


def find_lesson(courses: Iterable[Course], name: str) -> tuple[Course, Lesson]:
    """The lesson of that name: its id, its file's name with or without .md, or course/either.

    Raises UnknownLesson, and AmbiguousLesson when several courses have such a lesson.
    """
    everything = [(course, lesson) for course in courses for lesson in course.lessons]
    by_id = [(c, lesson) for c, lesson in everything if name in _names(c, lesson.id)]
    found = by_id or [(c, lesson) for c, lesson in everything if name in _file_names(c, lesson)]
    if len(found) == 1:
        return found[0]
    listed = [f"{course.id}/{lesson.id}" for course, lesson in found or everything]
    if found:
        raise AmbiguousLesson(name, listed)
    raise UnknownLesson(name, listed)


def _names(course: Course, name: str) -> tuple[str, str]:
    return name, f"{course.id}/{name}"


def _file_names(course: Course, lesson: Lesson) -> tuple[str, ...]:
    return _names(course, lesson.file) + _names(course, lesson.file.removesuffix(".md"))


@dataclass(slots=True)
class _Page:
    """One lesson file as read so far. `lesson` is None when it cannot be read."""

    path: Path
    problems: list[Problem]
    lesson: Lesson | None = None
    links: tuple[Target, ...] = ()
    head: LessonHead = field(default_factory=LessonHead)
    lines: Mapping[str, int] = field(default_factory=dict)

    def fault(self, fault: Fault) -> None:
        self.problems.append(Problem(self.path, fault.line, fault.message, fault.fatal))

    def fault_of(self, key: str, message: str, *, fatal: bool = False) -> None:
        self.fault(Fault(self.lines.get(key, 1), message, fatal))


@dataclass(slots=True)
class _Shelf:
    """A course's folder as read so far. `course` is None when course.toml cannot be read."""

    head: _Page
    course: Course | None
    pages: list[_Page]
    words: _Page

    @property
    def problems(self) -> list[Problem]:
        pages = (self.head, *self.pages, self.words)
        return [problem for page in pages for problem in page.problems]


def _is_lesson_file(path: Path) -> bool:
    name = path.name.lower()
    hidden = name.startswith((".", "~"))
    other = name == "readme.md" or name.endswith(".questions.md")
    return name.endswith(".md") and not hidden and not other


def _is_course_folder(path: Path) -> bool:
    """A folder with a course.toml, or with lessons that lack one; not a mere store of pictures."""
    try:
        return path.is_dir() and any(
            entry.name == COURSE_FILE or _is_lesson_file(entry) for entry in path.iterdir()
        )
    except OSError:
        return True


def _stray(path: Path) -> Problem:
    return Problem(path, 1, "a lesson stands in a course's folder: move it into one")


def _read_shelf(folder: Path) -> _Shelf:
    head = _Page(folder / COURSE_FILE, [])
    course = _read_course(head, folder.name)
    try:
        files = sorted(path for path in folder.iterdir() if _is_lesson_file(path))
    except OSError as error:
        head.fault(Fault(1, f"the folder cannot be read: {error.strerror}", fatal=True))
        files = []
    if not files and not head.problems:
        head.fault(Fault(1, f"the course has no lesson: put one, like 01-start.md, into {folder}"))
    words = _Page(folder / PRONUNCIATION_FILE, [])
    shelf = _Shelf(head, course, [_read_page(path) for path in files], words)
    _check_doubles(shelf.pages)
    _check_links(shelf.pages, folder)
    said = _read_words(words, shelf.pages)
    shelf.course = replace(course, pronunciations=said) if course else None
    return shelf


def _put_up(shelf: _Shelf, shelved: dict[str, _Shelf]) -> None:
    """Put a course beside the others, unless one of them has its id."""
    course = shelf.course
    if course is None:
        return
    first = shelved.setdefault(course.id, shelf)
    if first is not shelf:
        said = f"the id '{course.id}' is that of {first.head.path}: take another"
        shelf.head.fault_of("id", said, fatal=True)
        return
    lessons = [page.lesson for page in shelf.pages if page.lesson]
    lessons.sort(key=lambda lesson: (lesson.number, lesson.file))
    shelf.course = replace(course, lessons=tuple(lessons))


def _read_course(head: _Page, name: str) -> Course | None:
    wanted = f'write id = "{name.lower()}" and title = "…" into it'
    text = _text_of(head, missing=f"this file is missing: {wanted}")
    if text is None:
        return None
    found, head.lines, faults = read_course_head(text)
    for fault in faults:
        head.fault(fault)
    if found.id is None:
        return None
    return Course(found.id, found.title or found.id, found.language, name, found.example)


def _read_words(page: _Page, lessons: Sequence[_Page]) -> tuple[Pronunciation, ...]:
    """The course's pronunciations. Whatever is wrong with them, the course can be read."""
    if not page.path.exists():
        return ()
    text = _text_of(page, missing="this link leads to no file: mend it, or take it away")
    found, lines, faults = read_pronunciations(text or "")
    for fault in faults:
        page.fault(fault)
    texts = [text for each in lessons if each.lesson for text in _texts(each.lesson)]
    for word in found:
        if not any(re.search(as_word(word.written), text) for text in texts):
            said = f"no lesson says '{word.written}': mend its spelling, or take it out"
            page.fault(Fault(lines[word.written], said))
    page.problems = [replace(problem, fatal=False) for problem in page.problems]
    return found


def _texts(lesson: Lesson) -> Iterator[str]:
    yield lesson.title
    for section in lesson.sections:
        yield section.heading
        yield section.text


def _read_page(path: Path) -> _Page:
    page = _Page(path, [])
    text = _text_of(page, missing="this link leads to no file: mend it, or take it away")
    if text is None:
        return page
    document = read_markdown(text)
    if document.front_matter is None and text.startswith("---"):
        page.fault(Fault(1, "the front matter is never closed: end it with ---", fatal=True))
        return page
    page.links = document.links
    _read_head(page, document)
    title = page.head.title or _first_heading(document) or path.stem
    body, faults = body_sections(title, _with_pictures(page, document))
    for fault in (*document.faults, *faults):
        page.fault(fault)
    page.lesson = _lesson(page, title, body)
    return page


def _first_heading(document: Document) -> str | None:
    heading = document.parts[0].heading if document.parts else None
    return heading.text if heading and heading.level == 1 else None


def _text_of(page: _Page, missing: str) -> str | None:
    """The file's text with plain line ends and no byte order mark; None if it cannot be read."""
    try:
        status = page.path.stat()
        if not stat.S_ISREG(status.st_mode):
            page.fault(Fault(1, "this is not a file: take it away, or rename it", fatal=True))
            return None
        if status.st_size > LESSON_BYTES:
            page.fault(Fault(1, "this is over 2 MB: part it into several lessons", fatal=True))
            return None
        raw = page.path.read_bytes()
    except FileNotFoundError:
        page.fault(Fault(1, missing, fatal=True))
        return None
    except OSError as error:
        page.fault(Fault(1, f"this file cannot be read: {error.strerror}", fatal=True))
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        page.fault(Fault(line, "this is not UTF-8 text: save the file as UTF-8", fatal=True))
        return None
    return re.sub(r"\r\n?", "\n", text)


def _read_head(page: _Page, document: Document) -> None:
    if document.front_matter is None:
        said = "there is no front matter: begin with ---, id, number, title, … and ---"
        page.fault(Fault(1, said, fatal=True))
        return
    page.head, page.lines, faults = read_lesson_head(document.front_matter)
    for fault in faults:
        page.fault(fault)


def _lesson(page: _Page, title: str, body: tuple[Section, ...]) -> Lesson | None:
    head = page.head
    if head.id is None:
        return None
    opening = []
    if head.summary:
        opening.append(summary_section(head.summary, page.lines["summary"]))
    if head.objectives:
        opening.append(objectives_section(head.objectives, page.lines["objectives"]))
    if not body:
        page.fault(Fault(1, "the lesson has no text: write it under the front matter"))
    leading = re.match(r"\d{1,4}", page.path.name)
    return Lesson(
        id=head.id,
        number=head.number or int(leading[0] if leading else 0),
        title=title,
        minutes=head.minutes or 1,
        summary=head.summary or "",
        objectives=head.objectives,
        sources=head.sources,
        sections=(*opening, *body),
        file=page.path.name,
    )


def _with_pictures(page: _Page, document: Document) -> list[Part]:
    """The parts with each picture's path in the folder; a picture that is not there is left out."""
    paths: dict[str, str | None] = {}
    for picture in document.pictures:
        paths[picture.address], fault = picture_path(picture, page.path.parent)
        if fault:
            page.fault(fault)
    return [
        replace(part, blocks=tuple(b for block in part.blocks for b in _placed(block, paths)))
        for part in document.parts
    ]


def _placed(block: Block, paths: Mapping[str, str | None]) -> list[Block]:
    if not isinstance(block, Image):
        return [block]
    path = paths[block.path]
    if path is None:
        return []
    return [Image(path, block.alt or path.rpartition("/")[2].partition(".")[0])]


def _check_doubles(pages: Sequence[_Page]) -> None:
    """Of two lessons with one id the second cannot be read; of two with one number it can."""
    first: dict[tuple[str, object], _Page] = {}
    for page in pages:
        for key, value in (("id", page.head.id), ("number", page.head.number)):
            other = first.setdefault((key, value), page)
            if value is None or other is page:
                continue
            said = f"the {key} {value} is that of {other.path.name}: take another"
            page.fault_of(key, said, fatal=key == "id")
            page.lesson = None if key == "id" else page.lesson


def _check_links(pages: Sequence[_Page], folder: Path) -> None:
    sections = {page.path.name: _section_ids(page.lesson) for page in pages}
    for page in pages:
        for fault in check_links(page.links, page.path.name, folder, sections):
            page.fault(fault)


def _section_ids(lesson: Lesson | None) -> list[str] | None:
    return [section.id for section in lesson.sections] if lesson else None
