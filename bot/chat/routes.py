"""Routes: which handler an update goes to. The one table of all that the tutor understands."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from telegram.ext import (
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    PollAnswerHandler,
    filters,
)

from bot.chat.callback_data import (
    Again,
    Ask,
    AskInstead,
    BeginDaily,
    Book,
    Change,
    ChooseCourse,
    ChooseHour,
    ChooseOption,
    ChooseZone,
    Contents,
    Courses,
    Data,
    Delete,
    DontKnow,
    Finish,
    Hear,
    HeardAll,
    HeardTo,
    KeepAll,
    Leaf,
    Lessons,
    Listen,
    ListenOn,
    More,
    NoDaily,
    NotHelpful,
    OpenLesson,
    OtherHours,
    OtherPlaces,
    OtherZone,
    Progress,
    Quiz,
    QuizLesson,
    QuizOn,
    RateOwn,
    Read,
    Report,
    Retentions,
    Reveal,
    RiskQuiz,
    Set,
    SetAside,
    Settings,
    Show,
    TakeBack,
    Undo,
    UnknownData,
    WasRight,
    parse,
)
from bot.chat.context import Quick, Route, Slow
from bot.chat.handlers import (
    ask,
    courses,
    lessons,
    listening,
    others,
    privacy,
    progress,
    quiz,
    reading,
    settings,
    start,
    turns,
    voice,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from telegram import Update
    from telegram.ext import BaseHandler, CallbackContext

    Handler = BaseHandler[Any, Any, Any]

__all__ = ["COMMANDS", "Routes"]

COMMANDS: dict[str, Route] = {
    "start": Quick(start.start),
    "help": Quick(start.help_),
    "lessons": Quick(lessons.list_lessons),
    "course": Quick(courses.list_courses),
    "privacy": Quick(privacy.explain),
    "export": Quick(privacy.export),
    "delete": Quick(privacy.ask_to_delete),
    "quiz": Quick(quiz.quiz),
    "progress": Quick(progress.progress),
    "listen": Quick(listening.listen),
    "settings": Quick(settings.settings),
    "zone": Quick(settings.zone),
    "pause": Quick(settings.pause),
    "stop": Quick(settings.pause),
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
    Delete: Quick(privacy.delete),
    KeepAll: Quick(privacy.keep_all),
    Quiz: Quick(quiz.quiz),
    RiskQuiz: Quick(quiz.quiz_risk),
    QuizLesson: Quick(quiz.quiz_lesson),
    QuizOn: Quick(quiz.quiz_on),
    ChooseOption: Quick(quiz.choose),
    DontKnow: Quick(quiz.dont_know),
    Reveal: Quick(quiz.reveal),
    RateOwn: Quick(quiz.rate_own),
    WasRight: Quick(quiz.was_right),
    AskInstead: Slow(ask.ask_instead),
    More: Quick(quiz.more),
    Undo: Quick(quiz.undo),
    SetAside: Quick(quiz.set_aside),
    TakeBack: Quick(quiz.taken_back),
    Report: Quick(quiz.report),
    Progress: Quick(progress.progress),
    Settings: Quick(settings.settings),
    BeginDaily: Quick(settings.begin_daily),
    NoDaily: Quick(settings.no_daily),
    ChooseZone: Quick(settings.choose_zone),
    OtherZone: Quick(settings.other_zone),
    ChooseHour: Quick(settings.choose_hour),
    OtherHours: Quick(settings.other_hours),
    Retentions: Slow(settings.retentions),
    Hear: Quick(listening.hear),
    Listen: Slow(listening.listen_lesson),
    ListenOn: Quick(listening.listen_on),
    HeardTo: Quick(listening.heard_to),
    HeardAll: Quick(listening.heard_all),
    Book: Quick(listening.book),
    Change: Quick(settings.change),
    Set: Quick(settings.set_value),
}

TEXT = Slow(ask.ask)


class Routes:
    """Finds the route of an update. PTB's handlers are asked whether it is theirs, in order."""

    def __init__(self) -> None:
        self._table = tuple(_table())

    def find(self, update: Update) -> Route | None:
        """The first that fits; None for what the tutor does not know of."""
        for handler, route in self._table:
            check = handler.check_update(update)
            if check is not None and check is not False:
                return route
        return None


def _table() -> Iterator[tuple[Handler, Route]]:
    new = filters.UpdateType.MESSAGE & ~filters.StatusUpdate.ALL
    private = new & filters.ChatType.PRIVATE
    for command, route in COMMANDS.items():
        yield CommandHandler(command, _unused, filters=private), route
    yield MessageHandler(private & filters.COMMAND, _unused), Quick(others.unknown_command)
    yield MessageHandler(private & filters.TEXT, _unused), TEXT
    yield MessageHandler(private & filters.LOCATION, _unused), Quick(settings.location)
    spoken = filters.VOICE | filters.AUDIO | filters.VIDEO_NOTE
    yield MessageHandler(private & spoken, _unused), Slow(voice.heard)
    yield MessageHandler(private, _unused), Quick(others.not_text)
    yield CommandHandler(list(COMMANDS), _unused, filters=new), Quick(others.in_group)
    for kind, route in BUTTONS.items():
        yield CallbackQueryHandler(_unused, pattern=partial(_means, kind)), route
    yield CallbackQueryHandler(_unused), Quick(others.old_button)
    yield PollAnswerHandler(_unused), Quick(quiz.vote)
    membership = ChatMemberHandler(_unused, ChatMemberHandler.MY_CHAT_MEMBER)
    yield membership, Quick(others.membership)


async def _unused(update: Update, context: CallbackContext[Any, Any, Any, Any]) -> None:
    """PTB wants a callback; here a handler only says whether an update is its own."""


def _means(kind: type[Data], data: object) -> bool:
    try:
        return isinstance(data, str) and isinstance(parse(data), kind)
    except UnknownData:
        return False
