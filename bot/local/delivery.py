"""How updates reach a bot that has set a webhook.

What an answer asks for ("method" in its body) is not done here, unlike in Telegram.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
import ssl
from collections import deque
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from bot.local.store import JSON
    from bot.local.switchboard import Bot, Switchboard
    from bot.local.webhooks import Webhook

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 its name, not its value
ANSWER_SECONDS = 60
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0  # seconds; Telegram's are one and 60 to 120
logger = logging.getLogger(__name__)


class Delivery:
    """Brings a bot its updates, one after the other for each person, until it is stopped.

    An update waits in the store until a request that brought it was answered with 2xx, so it may
    come twice but is not lost.
    """

    def __init__(self, bot: Bot, board: Switchboard, webhook: Webhook) -> None:
        self.webhook = webhook
        self._bot = bot
        self._board = board
        self._error: tuple[int, str] | None = None
        self._seen = 0
        self._lanes: dict[int, deque[int]] = {}  # update ids by person
        self._tasks: set[asyncio.Task[None]] = set()
        self._hurry = asyncio.Event()
        self._lines = [line(webhook) for _ in range(webhook.max_connections)]
        self._idle: asyncio.LifoQueue[httpx.AsyncClient] = asyncio.LifoQueue()
        for one in self._lines:
            self._idle.put_nowait(one)

    def news(self) -> None:
        """Puts what has come into its lanes."""
        for update_id, person_id in self._board.store.updates_after(self._bot.id, self._seen):
            self._seen = update_id
            if person_id not in self._lanes:
                self._lanes[person_id] = deque()
                task = asyncio.create_task(self._empty(person_id))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            self._lanes[person_id].append(update_id)

    def hurry(self) -> None:
        """Ends the pauses: the bot has just said that it is there."""
        self._hurry.set()
        self._hurry.clear()

    async def stop(self) -> None:
        """Ends the requests under way."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for one in self._lines:
            await one.aclose()

    def state(self) -> JSON:
        """Its part of a WebhookInfo object."""
        state: JSON = {
            "url": self.webhook.url,
            "max_connections": self.webhook.max_connections,
        }
        if self._error:
            state["last_error_date"], state["last_error_message"] = self._error
        return state

    async def _empty(self, person_id: int) -> None:
        lane, pause = self._lanes[person_id], FIRST_PAUSE
        while lane:
            if await self._delivered(lane[0]):
                lane.popleft()
                pause = FIRST_PAUSE
                continue
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._hurry.wait(), pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        del self._lanes[person_id]

    async def _delivered(self, update_id: int) -> bool:
        """Whether the update is done with."""
        client = await self._idle.get()
        try:
            return await self._brought(update_id, client)
        except sqlite3.Error:
            logger.exception("webhook: the local store failed")
            return False
        finally:
            self._idle.put_nowait(client)

    async def _brought(self, update_id: int, client: httpx.AsyncClient) -> bool:
        board = self._board
        update = board.store.update(self._bot.id, board.now(), update_id)
        if update is None:  # nobody has taken it for a day
            return True
        for _ in range(board.faults.repeat):
            if not await self._posted(update, client):
                return False
        board.delivered(self._bot, update_id)
        return True

    async def _posted(self, update: JSON, client: httpx.AsyncClient) -> bool:
        try:
            answer = await client.post(self.webhook.url, json=update)
        except httpx.ConnectError:
            fault = "Can't connect to the webhook"
        except httpx.TimeoutException:
            fault = "Connection timed out"
        except httpx.RequestError:
            fault = "Webhook connection closed"
        else:
            if answer.is_success:
                return True
            fault = f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}"
        self._error = self._board.now(), fault
        return False


def line(webhook: Webhook) -> httpx.AsyncClient:
    """A client of one connection: a pool of many looks at each of them for every request."""
    return httpx.AsyncClient(
        headers={SECRET_HEADER: webhook.secret_token} if webhook.secret_token else {},
        limits=httpx.Limits(max_connections=1),
        timeout=ANSWER_SECONDS,
        verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),  # never used, and quicker than the usual
        trust_env=False,  # a proxy has no way to this machine
    )
