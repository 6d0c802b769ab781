"""The catalogue: finds courses, lessons and sections by id and by the short names on buttons."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from bot.chat.callback_data import short
from retrieval.courses import SectionKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.courses import Course, Lesson, Section
    from retrieval.questions import Question

__all__ = ["Catalogue", "LessonEntry", "SectionEntry"]


@dataclass(frozen=True, slots=True)
class LessonEntry:
    """A lesson and the course it belongs to."""

    course: Course
    lesson: Lesson

    @property
    def id(self) -> str:
        """ "course/lesson"."""
        return f"{self.course.id}/{self.lesson.id}"

    @property
    def next(self) -> LessonEntry | None:
        """The lesson after it in the course."""
        after = self.course.lessons.index(self.lesson) + 1
        lessons = self.course.lessons
        return LessonEntry(self.course, lessons[after]) if after < len(lessons) else None

    def section(self, section: Section) -> SectionEntry:
        """One of its sections."""
        return SectionEntry(self.course, self.lesson, section)


@dataclass(frozen=True, slots=True)
class SectionEntry:
    """A section and where it stands."""

    course: Course
    lesson: Lesson
    section: Section

    @property
    def id(self) -> str:
        """ "course/lesson/section"."""
        return f"{self.course.id}/{self.lesson.id}/{self.section.id}"

    @property
    def of(self) -> LessonEntry:
        """Its lesson."""
        return LessonEntry(self.course, self.lesson)

    @property
    def number(self) -> int | None:
        """Its place in reading order, from 1; None for the summary and the objectives."""
        reading = self.lesson.reading
        return reading.index(self.section) + 1 if self.section in reading else None

    def beside(self, step: int) -> SectionEntry | None:
        """The section `step` places on in reading order; None past either end."""
        if self.number is None:
            return None
        at = self.number - 1 + step
        reading = self.lesson.reading
        return self.of.section(reading[at]) if 0 <= at < len(reading) else None


def _on_insight(entry: LessonEntry, question: Question) -> bool:
    section = entry.lesson.section(question.section)
    return section is not None and section.kind is SectionKind.KEY_INSIGHTS


class Catalogue:
    """All courses of one generation."""

    def __init__(self, courses: tuple[Course, ...]) -> None:
        self.courses = courses

    def course(self, name: str | None) -> Course | None:
        """The course of that id or short name."""
        return self._courses.get(name) if name else None

    def lesson(self, name: str) -> LessonEntry | None:
        """The lesson of that "course/lesson" or short name."""
        return self._lessons.get(name)

    def section(self, name: str) -> SectionEntry | None:
        """The section of that "course/lesson/section" or short name."""
        return self._sections.get(name)

    @cached_property
    def questions(self) -> dict[tuple[str, str], tuple[SectionEntry, Question]]:
        """What learners may be asked, by course and question id, in the order of the course: the
        questions on a lesson's key insights before its others.
        """
        found = {}
        for entry in self._each_lesson():
            for question in sorted(entry.lesson.questions, key=lambda q: not _on_insight(entry, q)):
                section = entry.lesson.section(question.section)
                if section is not None:
                    found[entry.course.id, question.id] = (entry.section(section), question)
        return found

    @cached_property
    def _courses(self) -> dict[str, Course]:
        return {name: c for c in self.courses for name in (c.id, short(c.id))}

    @cached_property
    def _lessons(self) -> dict[str, LessonEntry]:
        return {name: e for e in self._each_lesson() for name in (e.id, short(e.id))}

    @cached_property
    def _sections(self) -> dict[str, SectionEntry]:
        entries = (e.section(s) for e in self._each_lesson() for s in e.lesson.sections)
        return {name: entry for entry in entries for name in (entry.id, short(entry.id))}

    def _each_lesson(self) -> Iterator[LessonEntry]:
        return (LessonEntry(course, lesson) for course in self.courses for lesson in course.lessons)
