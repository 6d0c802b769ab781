"""The notice above a chat while something takes its time: "Viva is typing…", or recording."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.chat.replica import Replica

__all__ = ["EVERY", "notice", "show_notice"]

_log = logging.getLogger(__name__)

AFTER = 0.5
"""Seconds of work before the first notice: quick answers need none, and notices count as calls."""

EVERY = 4.0
"""Seconds between notices. Telegram shows one for 5 seconds at most."""


@asynccontextmanager
async def notice(
    replica: Replica, chat: int, action: ChatAction = ChatAction.TYPING
) -> AsyncIterator[None]:
    """Show it while the block runs, if that takes long enough."""
    shown = asyncio.create_task(_keep_showing(replica, chat, action))
    try:
        yield
    finally:
        shown.cancel()
        await asyncio.gather(shown, return_exceptions=True)


async def show_notice(replica: Replica, chat: int, action: ChatAction = ChatAction.TYPING) -> None:
    """Show it once, if there is room among the messages; it is never missed."""
    try:
        if await replica.may_notice(chat):
            await replica.bot.send_chat_action(chat, action)
    except (TelegramError, StorageError) as error:
        _log.debug("No notice: %s", type(error).__name__)


async def _keep_showing(replica: Replica, chat: int, action: ChatAction) -> None:
    await asyncio.sleep(AFTER)
    while True:
        await show_notice(replica, chat, action)
        await asyncio.sleep(EVERY)
