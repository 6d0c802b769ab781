"""A course on a garden, made of values: lessons, sections, and questions that can be edited."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.catalogue import Catalogue
from retrieval.courses import Course, Lesson, Paragraph, Run, Section
from retrieval.questions import Option, Question, QuestionKind

COURSE = "garden"
LESSONS, SECTIONS, SENTENCES = 4, 3, 3


def _sentence(lesson: int, section: int, sentence: int) -> str:
    return f"Plant {lesson}{section}{sentence} wants {10 + lesson} litres in week {section}."


def _section(lesson: int, section: int) -> Section:
    text = " ".join(_sentence(lesson, section, number) for number in range(SENTENCES))
    return Section(f"s{section}", (f"Bed {section}",), (Paragraph((Run(text),)),))


def _questions(lesson: int, section: int) -> list[Question]:
    """A choice and a short answer on the first sentence (siblings), and a choice on each other."""
    found = []
    litres = 10 + lesson
    for sentence in range(SENTENCES):
        name = f"{lesson}{section}{sentence}"
        choice = Question(
            id=f"q-{name}",
            kind=QuestionKind.CHOICE,
            stem=f"How many litres does plant {name} want?",
            line=1,
            options=tuple(Option(f"{n} litres", n == litres) for n in (5, litres, 90)),
            explanation="It says so.",
            section=f"s{section}",
            sentence=_sentence(lesson, section, sentence),
        )
        found.append(choice)
        if sentence == 0:
            stem = f"Which plant wants {litres} litres in week {section} first: {name}?"
            short = replace(choice, id=f"s-{name}", kind=QuestionKind.SHORT, stem=stem)
            found.append(replace(short, options=(), forms=(f"plant {name}",)))
    return found


def _lesson(number: int) -> Lesson:
    questions = [q for section in range(SECTIONS) for q in _questions(number, section)]
    return Lesson(
        id=f"l{number}",
        number=number + 1,
        title=f"Lesson {number + 1}",
        minutes=5,
        summary="",
        objectives=(),
        sources=(),
        sections=tuple(_section(number, section) for section in range(SECTIONS)),
        file=f"{number}.md",
        questions=tuple(questions),
    )


class Garden:
    """The course of the moment: its author may take questions out, put them back, and add some."""

    def __init__(self) -> None:
        self._put([_lesson(number) for number in range(LESSONS)])

    def _put(self, lessons: list[Lesson]) -> None:
        self.catalogue = Catalogue((Course(COURSE, "Garden", lessons=tuple(lessons)),))
        self._stems = {q.stem: q for lesson in lessons for q in lesson.questions}

    @property
    def _lessons(self) -> list[Lesson]:
        return list(self.catalogue.courses[0].lessons)

    def place(self, number: int) -> dict[str, str]:
        """Where the section of that number stands."""
        lesson, section = divmod(number, SECTIONS)
        return {"course": COURSE, "lesson": f"l{lesson}", "section": f"s{section}"}

    def question_in(self, words: str) -> Question:
        """The question that a message asks."""
        return next(question for stem, question in self._stems.items() if stem in words)

    def take_out(self, name: str) -> Question:
        """A question is removed from its lesson; it is returned."""
        _, question = self.catalogue.questions[COURSE, name]
        self._put(
            [
                replace(one, questions=tuple(q for q in one.questions if q.id != name))
                for one in self._lessons
            ]
        )
        return question

    def put_in(self, question: Question, lesson: int = 0) -> None:
        """A question is written into a lesson."""
        lessons = self._lessons
        before = lessons[lesson]
        lessons[lesson] = replace(before, questions=(*before.questions, question))
        self._put(lessons)
