"""Polling: asks the Bot API for updates, one long request after another."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter, TelegramError, TimedOut

from bot.chat.sending import seconds_of
from bot.errors import TokenInUse, TokenRefused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram import Bot, Update

__all__ = ["ALLOWED_UPDATES", "Poller"]

_log = logging.getLogger(__name__)

ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")
"""Named in full, since Telegram otherwise goes on with what was named the last time."""

LONG_POLL = 30
"""Seconds that a request waits at the server for something to come."""

PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds to wait after each failure in a row; the last one for all that follow."""


class Poller:
    """Takes updates in order and hands each to `take`.

    An update is confirmed by the next request, so `take` decides when it is: what it has not
    returned from is not confirmed.
    """

    def __init__(self, bot: Bot, take: Callable[[Update], Awaitable[None]]) -> None:
        self._bot = bot
        self._take = take
        self._next: int | None = None

    async def run(self) -> None:
        """Poll until cancelled. Raises TokenRefused or TokenInUse: neither mends itself."""
        failures = 0
        while True:
            try:
                updates = await self._fetch(LONG_POLL)
                failures = 0
            except TimedOut:
                continue
            except TelegramError as error:
                pause = _pause(error, failures)
                _log.warning("No updates (%s). Trying again in %.1f s.", error, pause)
                failures += 1
                await asyncio.sleep(pause)
                continue
            for update in updates:
                await self._take(update)
                self._next = update.update_id + 1

    async def confirm(self) -> None:
        """Tell the server what has been taken, so that it is not sent again after a restart."""
        if self._next is None:
            return
        try:
            await self._fetch(0, limit=1)
        except (TelegramError, TokenInUse, TokenRefused) as error:
            _log.info("The last updates could not be confirmed and may come again: %s", error)

    async def _fetch(self, seconds: int, limit: int | None = None) -> tuple[Update, ...]:
        try:
            return await self._bot.get_updates(
                offset=self._next, limit=limit, timeout=seconds, allowed_updates=ALLOWED_UPDATES
            )
        except InvalidToken:
            raise TokenRefused from None  # its text holds the token
        except Conflict as error:
            self._next = None  # what is left is the other program's to confirm
            raise TokenInUse from error


def _pause(error: TelegramError, failures: int) -> float:
    if isinstance(error, RetryAfter):
        return seconds_of(error)
    if isinstance(error, BadRequest):
        return PAUSES[-1]
    return PAUSES[min(failures, len(PAUSES) - 1)]
