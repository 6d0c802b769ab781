"""Courses: which one is the learner's, and how they choose another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.answers import shortened
from bot.chat.callback_data import ChooseCourse, Courses, Lessons, short
from bot.chat.replies import Button, Edit, Reply, Text
from bot.chat.styled import plain
from bot.chat.texts import en as texts
from bot.storage import learners

if TYPE_CHECKING:
    from bot.chat.catalogue import Catalogue
    from bot.chat.context import Context
    from bot.chat.incoming import Incoming
    from bot.chat.replies import Buttons
    from bot.chat.shelf import Shelf
    from bot.chat.styled import Styled
    from bot.storage.database import Transaction
    from bot.storage.learners import LearnerId
    from retrieval.courses import Course

__all__ = ["choose", "courses_button", "current_course", "list_courses", "not_ready", "shown"]


async def list_courses(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """Offer the courses."""
    catalogue = context.catalogue
    if catalogue is None:
        return [Text(plain(not_ready(context.shelf)))]
    buttons = tuple((_course_button(course),) for course in catalogue.courses)
    return [shown(incoming, plain(texts.CHOOSE_COURSE), buttons)]


async def choose(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """Make a course the learner's own."""
    catalogue = context.catalogue
    if catalogue is None:
        return [Text(plain(not_ready(context.shelf)))]
    course = catalogue.course(incoming.pressed(ChooseCourse).course)
    if course is None:
        return await list_courses(incoming, tx, context)
    await learners.choose_course(tx, incoming.who, course.id)
    lessons = Button(texts.LESSONS, str(Lessons()))
    return [shown(incoming, plain(texts.course_chosen(course.title)), ((lessons,),))]


async def current_course(tx: Transaction, who: LearnerId, catalogue: Catalogue) -> Course | None:
    """The only course, or the one the learner chose; None while they have to choose."""
    if len(catalogue.courses) == 1:
        return catalogue.courses[0]
    learner = await learners.find(tx, who)
    return catalogue.course(learner.course) if learner else None


def not_ready(shelf: Shelf) -> str:
    """Why there is no course to show."""
    return texts.NOT_READY if shelf.failed else texts.still_reading(*shelf.progress)


def shown(incoming: Incoming, content: Styled, buttons: Buttons) -> Reply:
    """In place of the message whose button was pressed; after a command, as a new message."""
    if incoming.query is not None and incoming.message is not None:
        return Edit(incoming.message, content, buttons)
    return Text(content, buttons)


def _course_button(course: Course) -> Button:
    return Button(shortened(course.title), str(ChooseCourse(short(course.id))))


def courses_button() -> Button:
    """To the choice of courses."""
    return Button(texts.ALL_COURSES, str(Courses()))
