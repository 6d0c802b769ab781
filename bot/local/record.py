"""A record of the calls that showed something in a chat, for whoever measures a bot."""

from __future__ import annotations

import re
from dataclasses import dataclass

# What Telegram counts when it says that calls come too fast.
EFFECT = re.compile(r"(?:send|edit|stop)[A-Z]\w*|deleteMessage")


@dataclass(frozen=True, slots=True)
class Sent:
    """One call: it had its effect, or it was refused with 429 and told to wait."""

    at: float  # seconds on the event loop's clock, which is the machine's monotonic one
    method: str
    chat_id: int | str | None
    text: str | None  # or caption, or question, as the bot gave it
    retry_after: int = 0  # seconds; 0: not refused

    @property
    def refused(self) -> bool:
        """Whether it came too fast."""
        return self.retry_after > 0


def has_effect(method: str) -> bool:
    """Whether a method shows something in a chat."""
    return EFFECT.fullmatch(method) is not None
