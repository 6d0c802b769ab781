"""What the server's owner lets be done from the page: a button for each, and what came of the last.

What a button does, and what its text means, only the owner knows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot.local.errors import ApiError

if TYPE_CHECKING:
    from bot.local.store import JSON

Act = Callable[[], Awaitable[str]]


class Offers:
    """The actions by their labels. `tell` is called with an event when something is new."""

    def __init__(self, tell: Callable[[JSON], None]) -> None:
        self._tell = tell
        self._acts: dict[str, Act] = {}
        self._notice = ""
        self._turn = asyncio.Lock()

    def state(self) -> JSON:
        """The labels in their order, and the text of the last action; empty before the first."""
        return {"labels": list(self._acts), "notice": self._notice}

    def add(self, label: str, act: Act) -> None:
        """Offers an action. One of the same label gives way."""
        self._acts[label] = act
        self._told()

    async def take(self, label: str) -> str:
        """Does it, after those already asked for; its text. What the action raises goes through."""
        act = self._acts.get(label)
        if not act:
            raise ApiError(404, "This is not on offer any more.")
        async with self._turn:
            self._notice = await act()
            self._told()
            return self._notice

    def _told(self) -> None:
        self._tell({"kind": "offers", "offers": self.state()})
