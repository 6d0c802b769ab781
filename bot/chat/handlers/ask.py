"""Questions: looked up in the course, and answered in its own words."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.chat import small_talk
from bot.chat.answers import answer_aloud, answer_buttons, answer_text
from bot.chat.callback_data import Ask, AskInstead
from bot.chat.handlers import quiz, settings
from bot.chat.handlers.courses import current_course
from bot.chat.handlers.start import example_question, start
from bot.chat.quiz import take_back
from bot.chat.replies import Acknowledge, Reply, Text
from bot.chat.small_talk import SmallTalk
from bot.chat.styled import italic, join, plain
from bot.chat.texts import en as texts
from bot.errors import CourseNotReady
from bot.storage import askings, feedback, preferences, turns
from bot.storage.feedback import Feedback, Kind
from bot.storage.turns import KeptPassage
from bot.study import zones
from retrieval import NoAnswer, Turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.context import Context, Handle
    from bot.chat.incoming import Incoming
    from bot.chat.shelf import Found
    from bot.storage.askings import Asking
    from bot.storage.database import Transaction
    from bot.storage.learners import LearnerId
    from retrieval import Passage

__all__ = ["QUIZ_OPEN", "ask", "ask_example", "ask_instead", "look_up"]

REMEMBERED = 3
"""Turns that a question may lean on."""

CONVERSATION = timedelta(minutes=30)
"""After so long a pause a question stands by itself."""

QUIZ_OPEN = timedelta(hours=20)
"""How long the answer to a quiz question may be typed: the day's one is often answered late."""

CITY_WORDS = 4
"""More are no name of a city."""

KEPT_PASSAGES = 3
"""The one that answers, and the two other places."""


async def ask(incoming: Incoming, context: Context) -> Handle:
    """A learner's text: an answer to an open quiz question, a city, small talk, or a question."""
    return await _awaited(incoming, context) or await look_up(incoming, context)


async def look_up(incoming: Incoming, context: Context) -> Handle:
    """A text that answers nothing: small talk, or a question."""
    talk, question = small_talk.recognise(incoming.text)
    if talk is SmallTalk.WHO_ARE_YOU:
        return start
    if talk is not None:
        return partial(_say, said=texts.SMALL_TALK[talk])
    return await _look_up(incoming, context, question)


async def ask_example(incoming: Incoming, context: Context) -> Handle:
    """The example question, as if the learner had typed it."""
    course = context.catalogue and context.catalogue.course(incoming.pressed(Ask).course)
    question = example_question(course) if course else None
    if question is None:
        return start
    return await _look_up(incoming, context, question, shown=True)


async def _awaited(incoming: Incoming, context: Context) -> Handle | None:
    """What is done with the text when something was asked before; None: it is a question."""
    async with context.database.read() as tx:
        asking = await askings.open_typed(tx, incoming.who, context.now - QUIZ_OPEN)
        if incoming.reply_to is not None:
            asking = await askings.by_message(tx, incoming.who, incoming.reply_to)
        chosen = await preferences.find(tx, incoming.who)
    if asking is not None and not _changes_the_subject(incoming, asking, context):
        return await quiz.typed(incoming, context, asking)
    if chosen.awaits_city and len(incoming.text.split()) <= CITY_WORDS:
        found = await asyncio.to_thread(zones.of_city, incoming.text)
        return settings.city if found else None
    return None


def _changes_the_subject(incoming: Incoming, asking: Asking, context: Context) -> bool:
    """Long after a quiz question, a text with a question mark is no answer to it."""
    late = context.now - asking.asked_at > CONVERSATION
    return late and incoming.text.endswith("?")


async def ask_instead(incoming: Incoming, context: Context) -> Handle:
    """What was taken for an answer to a quiz question was a question to the course."""
    number = incoming.pressed(AskInstead).asking
    async with context.database.read() as tx:
        asking = await askings.find(tx, incoming.who, number)
    if asking is None or not asking.given:
        return partial(_say, said=texts.QUESTION_GONE)
    look_up = await _look_up(incoming, context, asking.given, shown=True)
    return partial(_not_an_answer, asking=asking, look_up=look_up)


async def _not_an_answer(
    incoming: Incoming, tx: Transaction, context: Context, *, asking: Asking, look_up: Handle
) -> list[Reply]:
    """The answer to the question; the quiz question is asked again."""
    again = await take_back(tx, incoming.who, context, asking)
    asked = [reply for reply in again if not isinstance(reply, Acknowledge)]
    return [*await look_up(incoming, tx, context), *asked]


async def _look_up(
    incoming: Incoming, context: Context, question: str, *, shown: bool = False
) -> Handle:
    previous, course = await _conversation(incoming.who, context)
    try:
        found = await context.shelf.answer(question, previous, course)
    except CourseNotReady:
        return partial(_say, said=texts.NOT_READY)
    turn = _turn(question, course, found, context)
    return partial(_answer, turn=turn, found=found, shown=shown)


async def _conversation(who: LearnerId, context: Context) -> tuple[Sequence[Turn], str | None]:
    """The turns before this one, and the course that is asked."""
    async with context.database.read() as tx:
        before = await turns.recent(tx, who, since=context.now - CONVERSATION, limit=REMEMBERED)
        catalogue = context.catalogue
        course = await current_course(tx, who, catalogue) if catalogue else None
    return [Turn(turn.question, turn.cited) for turn in before], course.id if course else None


def _turn(question: str, course: str | None, found: Found, context: Context) -> turns.Turn:
    outcome = found.outcome
    turn = turns.Turn(question, "none", found.generation, context.now, course)
    if isinstance(outcome, NoAnswer):
        return replace(turn, passages=_kept(outcome.nearest))
    passages = _kept(outcome.passages)
    return replace(
        turn,
        level=outcome.level,
        answer=outcome.text,
        cited=passages[0].place,
        passages=passages,
    )


def _kept(passages: Sequence[Passage]) -> tuple[KeptPassage, ...]:
    return tuple(
        KeptPassage(passage.place, passage.text, passage.highlights)
        for passage in passages[:KEPT_PASSAGES]
    )


async def _answer(
    incoming: Incoming,
    tx: Transaction,
    context: Context,
    *,
    turn: turns.Turn,
    found: Found,
    shown: bool,
) -> list[Reply]:
    unknown = turn.level == "none" and len(turn.question.split()) <= CITY_WORDS
    if unknown and (await preferences.find(tx, incoming.who)).awaits_city:
        return [Text(plain(texts.NO_SUCH_CITY))]
    turn = replace(turn, id=await turns.add(tx, incoming.who, turn))
    if turn.level == "none":
        place = turn.passages[0].place if turn.passages else None
        entry = Feedback(Kind.UNANSWERED, turn.question, place, context.now)
        await feedback.add(tx, incoming.who, turn.id, entry)
    asked = italic(texts.asked(turn.question)) if shown else ""
    text = join("\n\n", (asked, answer_text(turn, found.catalogue)))
    buttons = answer_buttons(turn, found.catalogue, listen=context.speaks)
    return [Text(text, buttons, aloud=answer_aloud(turn, found.catalogue))]


async def _say(incoming: Incoming, tx: Transaction, context: Context, *, said: str) -> list[Reply]:
    return [Text(plain(said))]
