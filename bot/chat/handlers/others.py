"""Everything else that can come in: what the tutor cannot read, and where it does not talk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.handlers.lessons import lessons_button
from bot.chat.replies import Reply, Text
from bot.chat.styled import plain
from bot.chat.texts import en as texts
from bot.storage import learners

if TYPE_CHECKING:
    from bot.chat.context import Context
    from bot.chat.incoming import Incoming
    from bot.storage.database import Transaction

__all__ = ["in_group", "membership", "not_text", "old_button", "unknown_command"]


async def not_text(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """A sticker, a picture, a file."""
    return [Text(plain(texts.NOT_TEXT_NOR_VOICE if context.ears else texts.NOT_TEXT))]


async def unknown_command(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """A command of some other bot, or a misspelt one."""
    return [Text(plain(texts.UNKNOWN_COMMAND))]


async def in_group(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """A command in a group: places and turns are a person's own, so the talk is private."""
    return [Text(plain(texts.IN_PRIVATE))]


async def old_button(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """A button of an earlier version."""
    return [Text(plain(texts.OLD_BUTTON), ((lessons_button(),),))]


async def membership(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """The learner has blocked the bot, or taken it back; the latter counts as having written."""
    if incoming.blocked:
        await learners.mark_blocked(tx, incoming.who, context.now)
    return []
