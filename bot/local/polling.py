"""`getUpdates`: updates wait in the store until a bot has confirmed them, and so does the bot."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.local.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.local.store import JSON, Store

MOST_UPDATES = 100
LONGEST_WAIT = 50  # seconds; Telegram's own limit
REPLACED = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)
TERMINATED = "Conflict: terminated by setWebhook request"
HOOKED = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


class Polling:
    """Who waits for news. One caller per bot: a second one ends the first with 409.

    A bot may be hooked instead: then a function is told of its news, and callers are refused.
    """

    def __init__(self, store: Store, now: Callable[[], int]) -> None:
        self._store = store
        self._now = now
        self._waiting: dict[int, asyncio.Future[str | None]] = {}  # why the wait ends, if not well
        self._hooked: dict[int, Callable[[], None]] = {}
        self._closed = False

    def check(self, bot_id: int) -> None:
        """Raises if updates go to a webhook."""
        if bot_id in self._hooked:
            raise ApiError(409, HOOKED)

    async def fetch(self, bot_id: int, limit: int, wait: int) -> list[JSON]:
        """The oldest updates; with none, the first that comes within `wait` seconds."""
        self._wake(bot_id, REPLACED)
        found = self._updates(bot_id, limit)
        if found or wait <= 0 or self._closed:
            return found
        future = self._waiting[bot_id] = asyncio.get_running_loop().create_future()
        try:
            conflict = await asyncio.wait_for(future, min(wait, LONGEST_WAIT))
        except TimeoutError:
            return []
        finally:
            if self._waiting.get(bot_id) is future:
                del self._waiting[bot_id]
        if conflict:
            raise ApiError(409, conflict)
        return self._updates(bot_id, limit)

    def _updates(self, bot_id: int, limit: int) -> list[JSON]:
        many = limit if 1 <= limit <= MOST_UPDATES else MOST_UPDATES
        return self._store.updates(bot_id, self._now(), many)

    def hook(self, bot_id: int, told: Callable[[], None]) -> None:
        """From now on `told` is called when something has come; who waits is let go with 409."""
        self._hooked[bot_id] = told
        self._wake(bot_id, TERMINATED)

    def unhook(self, bot_id: int) -> None:
        """The bot may wait again."""
        self._hooked.pop(bot_id, None)

    def news(self, bot_id: int) -> None:
        """Something has come for the bot."""
        if told := self._hooked.get(bot_id):
            told()
        self._wake(bot_id)

    def close(self) -> None:
        """Lets everyone go who waits, with nothing."""
        self._closed = True
        for bot_id in list(self._waiting):
            self._wake(bot_id)

    def _wake(self, bot_id: int, conflict: str | None = None) -> None:
        future = self._waiting.pop(bot_id, None)
        if future and not future.done():
            future.set_result(conflict)
