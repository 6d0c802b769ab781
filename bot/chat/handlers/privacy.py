"""/privacy, /export and /delete: what is kept of a learner, and how they take it or end it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.callback_data import Delete, KeepAll
from bot.chat.exporting import ANKI, EXPORT, REVIEWS
from bot.chat.handlers.courses import shown
from bot.chat.replies import Button, Made, Reply, Text
from bot.chat.styled import plain
from bot.chat.texts import en as texts
from bot.storage import cards, privacy

if TYPE_CHECKING:
    from bot.chat.context import Context
    from bot.chat.incoming import Incoming
    from bot.storage.database import Transaction

__all__ = ["ask_to_delete", "delete", "explain", "export", "keep_all"]


async def explain(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """What is kept, and how long."""
    return [Text(plain(texts.PRIVACY))]


async def export(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """All that is kept, as a file; the cards and the log of reviews also as Anki takes them."""
    failed = plain(texts.NOT_EXPORTED)
    files: list[Reply] = [Made(EXPORT, plain(texts.EXPORTED), failed)]
    courses = {kept.course for kept in await cards.of(tx, incoming.who)}
    for course in sorted(courses):
        files.append(Made(ANKI, plain(texts.EXPORTED_ANKI), failed, argument=course))
    if courses:
        files.append(Made(REVIEWS, plain(texts.EXPORTED_REVIEWS), failed))
    return files


async def ask_to_delete(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """Ask whether they mean it: it cannot be undone."""
    buttons = (
        (Button(texts.DELETE_ALL, str(Delete())),),
        (Button(texts.KEEP_ALL, str(KeepAll())),),
    )
    return [Text(plain(texts.ASK_TO_DELETE), buttons)]


async def delete(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """Forget the learner. The last message is forgotten as soon as it is sent."""
    await privacy.forget(tx, incoming.who, incoming.chat)
    return [Text(plain(texts.DELETED), forget=True)]


async def keep_all(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """They have thought better of it."""
    return [shown(incoming, plain(texts.NOTHING_DELETED), ())]
