"""Routes: which handler an update goes to. The one table of all that the tutor understands."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from telegram.ext import (
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from bot.chat.callback_data import (
    Again,
    Ask,
    ChooseCourse,
    Contents,
    Courses,
    Data,
    Finish,
    Leaf,
    Lessons,
    NotHelpful,
    OpenLesson,
    OtherPlaces,
    Read,
    Show,
    UnknownData,
    parse,
)
from bot.chat.context import Quick, Route, Slow
from bot.chat.handlers import ask, courses, lessons, others, reading, start, turns

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from typing import Any

    from telegram import Update
    from telegram.ext import BaseHandler, CallbackContext

    Callback = Callable[[Update, CallbackContext[Any, Any, Any, Any]], Coroutine[Any, Any, None]]
    Handler = BaseHandler[Any, Any, Any]

__all__ = ["COMMANDS", "handlers", "lane"]

COMMANDS: dict[str, Route] = {
    "start": Quick(start.start),
    "help": Quick(start.help_),
    "lessons": Quick(lessons.list_lessons),
    "course": Quick(courses.list_courses),
}

BUTTONS: dict[type[Data], Route] = {
    Lessons: Quick(lessons.list_lessons),
    Courses: Quick(courses.list_courses),
    ChooseCourse: Quick(courses.choose),
    Ask: Slow(ask.ask_example),
    OpenLesson: Quick(lessons.open_lesson),
    Contents: Quick(lessons.contents),
    Read: Quick(reading.read),
    Finish: Quick(reading.finish),
    Show: Quick(reading.show),
    Leaf: Quick(reading.leaf),
    Again: Quick(turns.again),
    OtherPlaces: Quick(turns.others),
    NotHelpful: Quick(turns.not_helpful),
}

TEXT = Slow(ask.ask)


def handlers(serve: Callable[[Route], Callback]) -> Iterator[Handler]:
    """PTB's handlers in the order they are asked; the first that fits takes the update."""
    new = filters.UpdateType.MESSAGE & ~filters.StatusUpdate.ALL
    private = new & filters.ChatType.PRIVATE
    for command, route in COMMANDS.items():
        yield CommandHandler(command, serve(route), filters=private)
    yield MessageHandler(private & filters.COMMAND, serve(Quick(others.unknown_command)))
    yield MessageHandler(private & filters.TEXT, serve(TEXT))
    yield MessageHandler(private, serve(Quick(others.not_text)))
    yield CommandHandler(list(COMMANDS), serve(Quick(others.in_group)), filters=new)
    for kind, route in BUTTONS.items():
        yield CallbackQueryHandler(serve(route), pattern=partial(_means, kind))
    yield CallbackQueryHandler(serve(Quick(others.old_button)))
    yield ChatMemberHandler(serve(Quick(others.membership)), ChatMemberHandler.MY_CHAT_MEMBER)


def lane(update: Update) -> tuple[int, bool]:
    """What has to be worked on in order: a chat's questions, and apart from them all the rest.

    So a command is answered while a question waits for the index to be built.
    """
    chat = update.effective_chat
    query = update.callback_query
    if query is not None:
        question = isinstance(query.data, str) and _means(Ask, query.data)
    else:
        text = update.message.text if update.message else None
        question = text is not None and not text.startswith("/")
    return (chat.id if chat else 0, question)


def _means(kind: type[Data], data: object) -> bool:
    try:
        return isinstance(data, str) and isinstance(parse(data), kind)
    except UnknownData:
        return False
