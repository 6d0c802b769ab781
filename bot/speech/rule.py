"""A rule of reading: what it is called, where it applies, and what is said there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["NUMBER", "Rule", "around", "rule"]

NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)*"
"""A number as it is written, without its sign: "12", "1,024", "15.3", "3.11.7"."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Wherever `pattern` is found, `say` stands in its place."""

    name: str
    pattern: re.Pattern[str]
    say: str | Callable[[re.Match[str]], str]

    def apply(self, text: str) -> str:
        """The text with this rule followed everywhere."""
        return self.pattern.sub(self.say, text)


def rule(name: str, pattern: str, say: str | Callable[[re.Match[str]], str]) -> Rule:
    """A rule from a pattern that is not compiled yet."""
    return Rule(name, re.compile(pattern), say)


def around(match: re.Match[str]) -> tuple[str, str]:
    """What stands before and after the place."""
    return match.string[: match.start()], match.string[match.end() :]
