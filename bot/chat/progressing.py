"""Progressing: what a learner knows by now, drawn and in words, when it is asked for."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.chat.making import CannotBeMade, MadeFile
from bot.chat.narrating import narrate_words
from bot.chat.progress_words import in_words
from bot.chat.sheet import sheet_of
from bot.chat.styled import CAPTION_LENGTH, plain
from bot.errors import StorageError
from bot.storage import askings, preferences, reviews
from bot.storage.learners import LearnerId
from bot.study.progress import Progress, recall_by_lesson, retention
from bot.study.streak import streak
from bot.study.workload import days_ahead

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from bot.chat.replica import Replica
    from bot.chat.sheet import Sheet
    from bot.chat.shelf import Shelf
    from bot.speech.narrating import Narrator
    from bot.storage.database import Transaction
    from bot.study.review import Review

__all__ = ["PROGRESS", "PROGRESS_WORDS", "progress_picture", "progress_said"]

PROGRESS, PROGRESS_WORDS = "progress", "progress-words"
"""The makers' names."""

CALENDAR = timedelta(weeks=12)
STREAKS = timedelta(days=400)


async def progress_picture(replica: Replica, shelf: Shelf, chat: int, argument: str) -> MadeFile:
    """The picture for the learner of a private chat. `argument`: "dark" or "light"."""
    from bot.chat.picture import progress_png  # matplotlib takes its time to be imported

    progress = await _of_learner(replica, shelf, chat)
    content = await asyncio.to_thread(progress_png, progress, dark=argument == "dark")
    words = plain(in_words(progress)).split(CAPTION_LENGTH)[0].text
    return MadeFile("progress.png", content, personal=True, kind="photo", caption=words)


async def progress_said(
    replica: Replica, shelf: Shelf, narrator: Narrator | None, chat: int, argument: str
) -> MadeFile:
    """The same as a voice note."""
    words = in_words(await _of_learner(replica, shelf, chat))
    return await narrate_words(replica, shelf, narrator, chat, words)


async def _of_learner(replica: Replica, shelf: Shelf, chat: int) -> Progress:
    try:
        async with replica.database.write() as tx:
            sheet, reviewed, answers = await _known(tx, replica, shelf, chat)
    except StorageError as error:
        raise CannotBeMade(str(error)) from error
    return await asyncio.to_thread(_progress, sheet, reviewed, answers, replica)


async def _known(
    tx: Transaction, replica: Replica, shelf: Shelf, chat: int
) -> tuple[Sheet, Sequence[Review], dict[date, int]]:
    who = LearnerId(replica.id, chat)
    now = replica.clock() + await preferences.offset(tx, replica.id)
    sheet = await sheet_of(tx, who, await shelf.opened(), now)
    answers = await askings.answers_by_day(tx, who, sheet.day - STREAKS)
    return sheet, await reviews.of(tx, who), dict(answers)


def _progress(
    sheet: Sheet, reviewed: Sequence[Review], answers: dict[date, int], replica: Replica
) -> Progress:
    candidates, pace, so_far = sheet.candidates, sheet.preferences.pace, sheet.answered_today
    ahead = days_ahead(candidates, sheet.day, sheet.scheduler, pace, replica.dice, so_far=so_far)
    by_course = [item.candidate for item in sheet.items.values()]
    recall = recall_by_lesson(by_course, sheet.day, sheet.scheduler)
    titles = {item.entry.of.id: item.entry.lesson.title for item in sheet.items.values()}
    return Progress(
        day=sheet.day,
        recall={titles[lesson]: found for lesson, found in recall.items()},
        answers_by_day={day: n for day, n in answers.items() if day > sheet.day - CALENDAR},
        ahead=ahead,
        streak=None if sheet.preferences.streak_hidden else streak(answers, sheet.day),
        retention=retention(reviewed),
    )
