"""Polling: asks the Bot API for updates, one long request after another.

Of several processes one polls, the leader; another takes over when it is gone. Updates are stored
before they are confirmed, so a kill at any moment loses none.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from typing import TYPE_CHECKING, Any

from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter, TelegramError, TimedOut

from bot.chat.letters import letter
from bot.chat.sending import seconds_of
from bot.errors import StorageError, TokenInUse, TokenRefused
from bot.storage import bots, inbox, owners

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.chat.replica import Replica

__all__ = ["ALLOWED_UPDATES", "PAUSES", "Poller"]

_log = logging.getLogger(__name__)

ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member", "poll_answer")
"""Named in full, since Telegram otherwise goes on with what was named the last time."""

LONG_POLL = 30
"""Seconds that a request waits at the server for something to come."""

ANSWER_SECONDS = 10
"""For the answer to travel, beyond the long poll."""

FOLLOW_SECONDS = 1.0
"""Between two looks at whether the leader is gone."""

PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds to wait after each failure in a row; the last one for all that follow."""


class NotLeading(Exception):
    """Another process polls now."""


class Poller:
    """Stores updates as long as this process leads. `news` is called when there are some."""

    def __init__(self, replica: Replica, news: Callable[[], None]) -> None:
        self._replica = replica
        self._news = news
        self._next: int | None = None

    async def run(self) -> None:
        """Poll until cancelled. Raises TokenRefused or TokenInUse: neither mends itself."""
        while True:
            await self._follow()
            try:
                await self._lead()
            except NotLeading:
                self._next = None
                _log.info("Another process polls now.")

    async def confirm(self) -> None:
        """Tell the server what is stored, so that it is not sent again after a restart."""
        if self._next is None:
            return
        try:
            await self._fetch(0, limit=1)
        except (TelegramError, TokenInUse, TokenRefused) as error:
            _log.info("The last updates could not be confirmed and may come again: %s", error)

    async def _follow(self) -> None:
        """Wait until this process is the one that polls."""
        for attempt in itertools.count():
            if await self._replica.patiently(self._become_leader):
                return
            if attempt == 0:
                _log.info("Another process polls for this bot; this one helps, and stands by.")
            await asyncio.sleep(FOLLOW_SECONDS)

    async def _become_leader(self) -> bool:
        replica = self._replica
        async with replica.database.write() as tx:
            await owners.present(tx, replica.id, replica.owner, replica.clock())
            return await bots.lead(tx, replica.id, replica.owner, replica.clock())

    async def _lead(self) -> None:
        failures = 0
        while True:
            try:
                updates = await self._fetch(LONG_POLL)
                failures = 0
            except TimedOut:
                continue
            except TokenInUse:
                await self._check_that_it_is_ours()
                raise
            except TelegramError as error:
                pause = _pause(error, failures)
                _log.warning("No updates (%s). Trying again in %.1f s.", error, pause)
                failures += 1
                await asyncio.sleep(pause)
                continue
            await self._replica.patiently(lambda: self._store(updates))  # noqa: B023 awaited here

    async def _store(self, updates: Sequence[Any]) -> None:
        """Commit them; only then may they be confirmed."""
        replica = self._replica
        letters = [found for each in updates if (found := letter(replica.id, each))]
        if len(letters) < len(updates):
            _log.error("%d update(s) without an id were left out.", len(updates) - len(letters))
        async with replica.database.write() as tx:
            if not await bots.leads(tx, replica.id, replica.owner):
                raise NotLeading
            await inbox.add(tx, letters, replica.clock())
            await bots.polled(tx, replica.id, replica.clock())
        if letters:
            self._next = max(found.update for found in letters) + 1
            self._news()

    async def _check_that_it_is_ours(self) -> None:
        """Whether the other one that polls is our own next leader, and no stranger."""
        replica = self._replica
        try:
            async with replica.database.read() as tx:
                if not await bots.leads(tx, replica.id, replica.owner):
                    raise NotLeading
        except StorageError as error:
            _log.warning("Who leads cannot be told: %s", error)

    async def _fetch(self, seconds: int, limit: int | None = None) -> Sequence[Any]:
        """The updates as they are: PTB would log and lose a whole batch for one odd update.

        The name is written so because PTB warns of its own names; the server takes any case.
        """
        arguments: dict[str, Any] = {
            "timeout": seconds, "allowed_updates": ALLOWED_UPDATES, "offset": self._next,
            "limit": limit,
        }  # fmt: skip
        try:
            found = await self._replica.bot.do_api_request(
                "GetUpdates",
                {name: value for name, value in arguments.items() if value is not None},
                read_timeout=seconds + ANSWER_SECONDS,
            )
        except InvalidToken:
            raise TokenRefused from None  # its text holds the token
        except Conflict as error:
            raise TokenInUse from error
        return found if isinstance(found, list) else []


def _pause(error: TelegramError, failures: int) -> float:
    if isinstance(error, RetryAfter):
        return seconds_of(error)
    if isinstance(error, BadRequest):
        return PAUSES[-1]
    return PAUSES[min(failures, len(PAUSES) - 1)]
