"""The typing notice: "Viva is typing…" above the chat while something takes its time."""

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

__all__ = ["EVERY", "show_typing", "typing_notice"]

_log = logging.getLogger(__name__)

AFTER = 0.5
"""Seconds of work before the first notice: quick answers need none, and notices count as calls."""

EVERY = 4.0
"""Seconds between notices. Telegram shows one for 5 seconds at most."""


@asynccontextmanager
async def typing_notice(replica: Replica, chat: int) -> AsyncIterator[None]:
    """Show it while the block runs, if that takes long enough."""
    notice = asyncio.create_task(_keep_typing(replica, chat))
    try:
        yield
    finally:
        notice.cancel()
        await asyncio.gather(notice, return_exceptions=True)


async def show_typing(replica: Replica, chat: int) -> None:
    """Show it once, if there is room among the messages; it is never missed."""
    try:
        if await replica.may_notice(chat):
            await replica.bot.send_chat_action(chat, ChatAction.TYPING)
    except (TelegramError, StorageError) as error:
        _log.debug("No typing notice: %s", type(error).__name__)


async def _keep_typing(replica: Replica, chat: int) -> None:
    await asyncio.sleep(AFTER)
    while True:
        await show_typing(replica, chat)
        await asyncio.sleep(EVERY)
