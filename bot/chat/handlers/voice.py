"""A voice note from a learner: understood, shown, and then taken like the same words typed.

Who speaks cannot press: an option is named ("B", "the second one"), and a few commands are said.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot.chat.handlers import ask, listening, progress, quiz
from bot.chat.handlers.courses import current_course
from bot.chat.replies import Acknowledge, Reply, Text
from bot.chat.spoken_commands import SpokenCommand, recognise
from bot.chat.styled import italic, join, plain
from bot.chat.texts import en as texts
from bot.errors import AudioTooLong, BrokenAudio, CannotHear, UnknownLanguage
from bot.speech.glossary import glossary
from bot.speech.voices import SPEEDS
from bot.storage import askings, places, preferences

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.chat.context import Context, Handle
    from bot.chat.incoming import Incoming
    from bot.storage.askings import Asking
    from bot.storage.database import Transaction
    from bot.storage.learners import LearnerId
    from retrieval.courses import Course

__all__ = ["heard"]


async def heard(incoming: Incoming, context: Context) -> Handle:
    """What was said decides what is done."""
    if context.ears is None or incoming.recording is None:
        return partial(_say, said=texts.NO_EARS)
    async with context.database.read() as tx:
        catalogue = context.catalogue
        course = await current_course(tx, incoming.who, catalogue) if catalogue else None
        asking = await askings.newest_open(tx, incoming.who, context.now - ask.QUIZ_OPEN)
        likely = await quiz.likely_words(tx, incoming.who, context, asking) if asking else []
        terms = await _glossary(tx, incoming.who, course) if course else {}
    language = course.language if course else "en"
    try:
        words = await context.ears.hear(
            incoming.recording, {**{word: word for word in likely}, **terms}, language
        )
    except AudioTooLong:
        return partial(_say, said=texts.TOO_LONG_TO_HEAR)
    except BrokenAudio:
        return partial(_say, said=texts.BROKEN_RECORDING)
    except UnknownLanguage:
        return partial(_say, said=texts.CANNOT_HEAR_LANGUAGE)
    except CannotHear:
        return partial(_say, said=texts.CANNOT_HEAR_NOW)
    if not words:
        lettered = asking is not None and asking.form in ("poll", "buttons")
        return partial(_say, said=texts.HEARD_NO_LETTER if lettered else texts.HEARD_NOTHING)
    said = replace(incoming, text=words, message=None)
    return partial(_echoed, said=said, handle=await _meant(said, context, asking))


async def _glossary(tx: Transaction, who: LearnerId, course: Course) -> Mapping[str, str]:
    """Names and terms, those of the lesson that the learner was in last before the others."""
    known = (await places.of_course(tx, who, course.id)).values()
    last = max(known, key=lambda place: place.kept_at, default=None)
    return glossary(course, course.lesson(last.lesson) if last else None)


async def _meant(said: Incoming, context: Context, asking: Asking | None) -> Handle:
    """What to do with the words: a command, the answer to the open question, or a question."""
    command = recognise(said.text)
    if command is not None:
        return partial(_obey, command=command, asking=asking)
    if asking is None:
        return await ask.ask(said, context)
    return await quiz.spoken(said, context, asking) or await ask.look_up(said, context)


async def _echoed(
    incoming: Incoming, tx: Transaction, context: Context, *, said: Incoming, handle: Handle
) -> list[Reply]:
    """What was understood comes first, so that a mishearing is seen; it is not read back.

    Nothing was pressed, so a notice comes as a message.
    """
    echo = italic(texts.i_heard(said.text))
    replies = [_as_message(reply) for reply in await handle(said, tx, context)]
    match replies:
        case [Text() as first, *rest]:
            aloud = first.content.text if first.aloud is None else first.aloud
            content = join("\n\n", (echo, first.content))
            return [replace(first, content=content, aloud=aloud), *rest]
        case _:
            return [Text(echo, aloud=""), *replies]


def _as_message(reply: Reply) -> Reply:
    return Text(plain(reply.text)) if isinstance(reply, Acknowledge) else reply


async def _obey(
    incoming: Incoming,
    tx: Transaction,
    context: Context,
    *,
    command: SpokenCommand,
    asking: Asking | None,
) -> list[Reply]:
    match command:
        case SpokenCommand.GO_ON:
            if asking is not None:
                return await quiz.pass_over(incoming, tx, context, asking)
            if await listening.was_read_to(tx, incoming.who):
                return await listening.read_on(incoming, tx, context)
            return await listening.go_on(incoming, tx, context)
        case SpokenCommand.REPEAT:
            return await _again(incoming, tx, context, asking)
        case SpokenCommand.STOP:
            await listening.stop_reading(tx, incoming)
            return [Text(plain(texts.STOPPED))]
        case SpokenCommand.QUIZ:
            return await quiz.quiz(incoming, tx, context)
        case SpokenCommand.LESSON:
            return await listening.read_on(incoming, tx, context)
        case SpokenCommand.PROGRESS:
            return await progress.in_words(incoming, tx, context)
        case SpokenCommand.SLOWER | SpokenCommand.FASTER:
            step = 1 if command is SpokenCommand.FASTER else -1
            return await _at_speed(incoming, tx, step)
        case SpokenCommand.WAS_RIGHT:
            return await quiz.counts_as_right(incoming, tx, context, asking)


async def _at_speed(incoming: Incoming, tx: Transaction, step: int) -> list[Reply]:
    chosen = await preferences.find(tx, incoming.who)
    now = min(range(len(SPEEDS)), key=lambda at: abs(SPEEDS[at] - chosen.speed))
    speed = SPEEDS[min(max(now + step, 0), len(SPEEDS) - 1)]
    await preferences.change(tx, incoming.who, speed=speed)
    return [Text(plain(texts.speed_is(speed)))]


async def _again(
    incoming: Incoming, tx: Transaction, context: Context, asking: Asking | None
) -> list[Reply]:
    """The open question once more, else what was read or answered last."""
    if asking is not None:
        return await quiz.repeat(incoming, tx, context, asking)
    return await listening.again(incoming, tx, context)


async def _say(incoming: Incoming, tx: Transaction, context: Context, *, said: str) -> list[Reply]:
    return [Text(plain(said))]
