"""/start and /help: what the tutor can do, and how to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.answers import shortened
from bot.chat.callback_data import Ask, BeginDaily, Lessons, Read, short
from bot.chat.handlers.courses import current_course, not_ready
from bot.chat.replies import Button, Reply, Text
from bot.chat.styled import plain
from bot.chat.texts import en as texts
from bot.storage import places, preferences

if TYPE_CHECKING:
    from bot.chat.catalogue import Catalogue
    from bot.chat.context import Context
    from bot.chat.incoming import Incoming
    from bot.storage.database import Transaction
    from bot.storage.learners import LearnerId
    from retrieval.courses import Course

__all__ = ["continue_button", "example_question", "help_", "start"]


async def start(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """Say in three lines what there is to do, with a button for each."""
    catalogue = context.catalogue
    if catalogue is None:
        waiting = f"{texts.welcome([])}\n\n{not_ready(context.shelf)}"
        return [Text(plain(waiting))]
    course = await current_course(tx, incoming.who, catalogue)
    chosen = await preferences.find(tx, incoming.who)
    await preferences.change(tx, incoming.who, offered=True)
    daily = [] if chosen.daily else [Button(texts.BEGIN_DAILY, str(BeginDaily()))]
    rows = [
        *await continue_button(tx, incoming.who, catalogue),
        Button(texts.LESSONS, str(Lessons())),
        *_example_button(course or catalogue.courses[0]),
        *daily,
    ]
    welcome = texts.welcome([each.title for each in catalogue.courses])
    return [Text(plain(f"{welcome}\n\n{texts.EXAMPLE}"), tuple((button,) for button in rows))]


async def help_(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """How to ask, and the commands."""
    several = context.catalogue is not None and len(context.catalogue.courses) > 1
    listen = [texts.HELP_LISTEN] if context.speaks else []
    commands = [texts.HELP, *listen, *([texts.HELP_COURSE] if several else [])]
    by_voice = [texts.HELP_BY_VOICE] if context.ears else []
    return [Text(plain("\n\n".join(("\n".join(commands), *by_voice, texts.HELP_AUTHOR))))]


def example_question(course: Course) -> str | None:
    """A question that the course answers: its author's, else a heading, else a lesson's title."""
    if course.example:
        return course.example
    headings = [section.heading for lesson in course.lessons for section in lesson.reading]
    asking = [heading for heading in headings if heading.endswith("?")]
    if asking:
        return asking[0]
    titles = [lesson.title.partition(":")[0] for lesson in course.lessons]
    return texts.example_question(titles[0]) if titles else None


def _example_button(course: Course) -> list[Button]:
    question = example_question(course)
    return [Button(shortened(question), str(Ask(short(course.id))))] if question else []


async def continue_button(tx: Transaction, who: LearnerId, catalogue: Catalogue) -> list[Button]:
    """Back to the bookmark they moved last, if what it points to is still there."""
    for place in await places.latest(tx, who):
        entry = catalogue.section(f"{place.course}/{place.lesson}/{place.section}")
        if entry is not None:
            label = texts.continue_reading(entry.lesson.title)
            return [Button(shortened(label), str(Read(short(entry.id), place.part)))]
    return []
