"""Lanes: what comes in from one chat is worked on in order, several chats at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable

__all__ = ["Lanes"]

_T = TypeVar("_T")

WAITING = 1000
"""How many may wait in all lanes together; beyond that `put` waits, and Telegram keeps the rest."""


class Lanes(Generic[_T]):
    """Queues by key, each emptied by a task of its own that lives while there is work.

    `work` must not raise: there is nobody to tell.
    """

    def __init__(self, work: Callable[[_T], Awaitable[None]], waiting: int = WAITING) -> None:
        self._work = work
        self._room = asyncio.Semaphore(waiting)
        self._lanes: dict[Hashable, deque[_T]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def put(self, key: Hashable, item: _T) -> None:
        """Add to the lane of `key`; waits while there is no room."""
        await self._room.acquire()
        lane = self._lanes.get(key)
        if lane is not None:
            lane.append(item)
            return
        self._lanes[key] = deque([item])
        task = asyncio.create_task(self._empty(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self, seconds: float) -> None:
        """Let the work in hand end; what has not ended after so many seconds is cancelled."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _empty(self, key: Hashable) -> None:
        lane = self._lanes[key]
        try:
            while lane:
                try:
                    await self._work(lane.popleft())
                finally:
                    self._room.release()
        finally:
            del self._lanes[key]
