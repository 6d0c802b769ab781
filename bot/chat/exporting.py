"""Exporting: what is kept of a learner, as files of their own."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from bot.chat.making import CannotBeMade, MadeFile
from bot.chat.sheet import sheet_of
from bot.errors import StorageError
from bot.storage import preferences, privacy, reviews
from bot.storage.learners import LearnerId

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.chat.replica import Replica
    from bot.chat.sheet import Item, Sheet
    from bot.chat.shelf import Shelf
    from bot.study.review import Review

__all__ = ["ANKI", "EXPORT", "REVIEWS", "export", "export_anki", "export_reviews"]

EXPORT, ANKI, REVIEWS = "export", "anki", "reviews"
"""The makers' names."""


async def export(replica: Replica, chat: int, argument: str) -> MadeFile:
    """Everything, as JSON, for the learner of a private chat, whose id is the learner's own."""
    who = LearnerId(replica.id, chat)
    try:
        async with replica.database.read() as tx:
            kept = await privacy.everything_of(tx, who, chat)
    except StorageError as error:
        raise CannotBeMade(str(error)) from error
    content = {"made_at": replica.clock().isoformat(), "kept": kept}
    text = json.dumps(content, ensure_ascii=False, indent=2)
    return MadeFile("viva-export.json", text.encode("utf-8", "replace"), personal=True)


async def export_anki(replica: Replica, shelf: Shelf, chat: int, argument: str) -> MadeFile | None:
    """The cards of a course (`argument`: its id) as an Anki package; None where there are none."""
    from bot.chat.anki import Taken, anki_package  # genanki takes its time to be imported

    sheet, _ = await _studied(replica, shelf, chat)
    items = [item for item in sheet.items.values() if item.kept.course == argument]
    if not items:
        return None
    taken = [
        Taken(item.question, item.kept.card, item.entry.lesson.title, _passage(item))
        for item in items
    ]
    title = items[0].entry.course.title
    content = await asyncio.to_thread(
        anki_package, taken, title, course=argument, now=replica.clock()
    )
    return MadeFile(f"{argument}.apkg", content, personal=True)


async def export_reviews(
    replica: Replica, shelf: Shelf, chat: int, argument: str
) -> MadeFile | None:
    """The review log in Anki's columns; None where there is none."""
    from bot.chat.anki import Rated, review_log_csv

    _, log = await _studied(replica, shelf, chat)
    if not log:
        return None
    text = review_log_csv([Rated(review, at) for review, at in log])
    return MadeFile("viva-reviews.csv", text.encode(), personal=True)


async def _studied(
    replica: Replica, shelf: Shelf, chat: int
) -> tuple[Sheet, Sequence[tuple[Review, datetime]]]:
    who = LearnerId(replica.id, chat)
    catalogue = await shelf.opened()
    try:
        async with replica.database.write() as tx:
            now = replica.clock() + await preferences.offset(tx, replica.id)
            return await sheet_of(tx, who, catalogue, now), await reviews.timed(tx, who)
    except StorageError as error:
        raise CannotBeMade(str(error)) from error


def _passage(item: Item) -> str:
    return item.kept.own["passage"] if item.kept.own else item.question.sentence
