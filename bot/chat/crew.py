"""A crew: tasks that work beside one another, and the bell that calls for more."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Coroutine

__all__ = ["Crew"]


class Crew:
    """At most so many tasks at a time. The bell rings for news, and when one of them has ended."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._bell = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def free(self) -> int:
        """How many more may be set to work."""
        return self._at_once - len(self._tasks)

    @property
    def idle(self) -> bool:
        """Whether nobody is at work."""
        return not self._tasks

    def ring(self) -> None:
        """There is something to do."""
        self._bell.set()

    def set_to(self, work: Coroutine[None, None, None]) -> None:
        """Begin it, beside the others."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def quiet(self) -> None:
        """Forget what the bell rang for so far: it is being looked at now."""
        self._bell.clear()

    async def wait(self, seconds: float) -> None:
        """Until the bell rings, or for so long."""
        try:
            async with asyncio.timeout(seconds):
                await self._bell.wait()
        except TimeoutError:
            return

    async def drain(self, seconds: float) -> None:
        """Let what is in hand end; what has not ended after so many seconds is cancelled."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._bell.set()
        if not task.cancelled():
            task.result()
