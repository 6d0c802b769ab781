"""Faults for whoever develops a bot: a slow network, a failing one, a cut connection, a limit."""

from __future__ import annotations

import math
from collections import deque
from fnmatch import fnmatchcase
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Failure = Literal["none", "500", "502", "429", "cut-before", "cut-after"]
LONGEST_DELAY = 120


class Faults(BaseModel):
    """What goes wrong now, and for which methods.

    "502" answers with a page instead of JSON, as a proxy would. The cuts close the connection
    without an answer: before the call had its effect, or after it. `times` counts failures down;
    None goes on failing. Delays are no failures and go on. `repeat` is how often each update is
    posted to a webhook, one time after the other.

    With a `limit`, the first call over that many in a second which would show something in a chat
    is refused with 429, and so are all such calls, to any chat, until `retry_after` has passed.
    Chats that have `migrated` answer with the id that stands for them now.
    """

    model_config = ConfigDict(extra="forbid")

    delay: float = Field(default=0, ge=0, le=LONGEST_DELAY)  # seconds before each answer
    failure: Failure = "none"
    retry_after: int = Field(default=5, ge=1, le=3600)  # seconds, in a 429
    times: int | None = Field(default=None, ge=1)
    limit: int | None = Field(default=None, ge=1)
    migrated: dict[int, int] = {}
    repeat: int = Field(default=1, ge=1, le=10)
    methods: tuple[str, ...] = ()  # patterns such as "send*"; none: every method

    def meets(self, method: str) -> bool:
        """Whether these faults are meant for the method."""
        return not self.methods or any(fnmatchcase(method, pattern) for pattern in self.methods)

    def after_one(self) -> Faults:
        """What is left when one failure has happened."""
        if self.times is None:
            return self
        if self.times == 1:
            return self.model_copy(update={"failure": "none", "times": None})
        return self.model_copy(update={"times": self.times - 1})


class Flood:
    """Keeps the limit of calls in a second."""

    def __init__(self) -> None:
        self._recent: deque[float] = deque()
        self._until = -math.inf

    def refuses(self, faults: Faults, now: float) -> int:
        """How many seconds a call made now must wait; 0: it may go on. `now` in seconds."""
        if now < self._until:
            return math.ceil(self._until - now)
        while self._recent and self._recent[0] <= now - 1:
            self._recent.popleft()
        if faults.limit is not None and len(self._recent) >= faults.limit:
            self._recent.clear()
            self._until = now + faults.retry_after
            return faults.retry_after
        self._recent.append(now)
        return 0
