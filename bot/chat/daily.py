"""The daily message: the day's first question, made when its turn to be sent has come."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.chat.aloud import said_aloud
from bot.chat.callback_data import Settings
from bot.chat.context import Context
from bot.chat.handlers.start import continue_button
from bot.chat.making import CannotBeMade
from bot.chat.quiz import close_polls, first_of
from bot.chat.replies import Button, Text, to_json
from bot.chat.rounds import DAY
from bot.chat.sheet import sheet_of
from bot.chat.styled import plain
from bot.chat.texts import en as texts
from bot.errors import StorageError
from bot.storage import deliveries, outbox, preferences
from bot.storage.learners import LearnerId
from bot.storage.outbox import Lane
from bot.storage.preferences import Hearing
from bot.study.backing_off import Tone

if TYPE_CHECKING:
    from datetime import datetime

    from bot.chat.replica import Replica
    from bot.chat.replies import Message
    from bot.chat.sheet import Sheet
    from bot.chat.shelf import Shelf
    from bot.storage.database import Transaction

__all__ = ["DAILY", "daily"]

DAILY = "daily"
"""The maker's name."""

UNDER_WAY = timedelta(minutes=30)
"""Who was asked so short a time ago needs no message to begin."""

QUIET_DAYS = 3
"""Messages in a row that ask nothing; after that only a question is worth a message."""


async def daily(
    replica: Replica, shelf: Shelf, chat: int, argument: str, *, speaks: bool = False
) -> Message | None:
    """The message of a study day (ISO 8601) to the learner of a private chat.

    None when there is nothing to say: no question is due, and no lesson is under way. A second
    copy asks the same question, and is not said once more. `speaks`: it can be said aloud.
    """
    who, day = LearnerId(replica.id, chat), date.fromisoformat(argument)
    await shelf.opened()
    try:
        async with replica.database.write() as tx:
            now = replica.clock() + await preferences.offset(tx, replica.id)
            hearing = (await preferences.find(tx, who)).hearing if speaks else Hearing.TEXT
            context = Context(
                now, shelf, replica.database, replica.dice, by_ear=hearing is Hearing.VOICE
            )
            before = await deliveries.find(tx, who, day)
            message = await _message(tx, who, day, context, replica.clock())
            made_before = before is not None and before.asking is not None
            if message is not None and hearing is not Hearing.TEXT and not made_before:
                said = [to_json(note) for note in said_aloud([message], by_ear=context.by_ear)]
                await outbox.add(tx, who.bot, chat, said, replica.clock(), lane=Lane.BULK)
            return message
    except StorageError as error:
        raise CannotBeMade(str(error)) from error


async def _message(
    tx: Transaction, who: LearnerId, day: date, context: Context, made_at: datetime
) -> Message | None:
    delivery = await deliveries.find(tx, who, day)
    if delivery is None or context.catalogue is None:
        return None  # the learner has deleted everything meanwhile
    if not (await preferences.find(tx, who)).daily:
        return None  # or has paused
    if delivery.tone == Tone.LAST_NOTE.value:
        settings = Button(texts.SETTINGS, str(Settings()))
        return Text(plain(texts.LAST_NOTE), ((settings,),))
    sheet = await sheet_of(tx, who, context.catalogue, context.now)
    if delivery.asking is None and _is_under_way(sheet, context):
        return None
    closed = [to_json(each) for each in await close_polls(tx, sheet, context)]
    await outbox.add(tx, who.bot, who.learner, closed, made_at, lane=Lane.BULK)
    question = await first_of(tx, sheet, context, DAY, texts.SMALL_PLATE)
    if question is None and any(each.round == DAY and each.answered for each in sheet.asked):
        return None  # the day's questions were answered before their hour
    if question is None:
        return await _continue(tx, sheet, context, day)
    asking = getattr(question, "asking", None)
    if asking is not None:
        await deliveries.set_asking(tx, who, day, asking)
    return question


def _is_under_way(sheet: Sheet, context: Context) -> bool:
    """Whether the learner began the day's questions by themselves a moment ago."""
    since = context.now - UNDER_WAY
    return any(
        each.round == DAY and each.outcome is None and each.asked_at > since for each in sheet.asked
    )


async def _continue(tx: Transaction, sheet: Sheet, context: Context, day: date) -> Message | None:
    """On a quiet day: on with the lesson at the kept place; said a few times, then no more."""
    said = await deliveries.quiet_since(tx, sheet.who, sheet.last_active)
    if context.catalogue is None or said >= QUIET_DAYS:
        return None
    buttons = await continue_button(tx, sheet.who, context.catalogue)
    if buttons:
        await deliveries.set_quiet(tx, sheet.who, day)
    return Text(plain(texts.QUIET_DAY), (tuple(buttons),)) if buttons else None
