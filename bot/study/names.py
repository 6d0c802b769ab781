"""Names of people: a surname is enough, a first name is not; initials, order and titles vary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from rapidfuzz.distance import OSA

from bot.study.wording import compact, is_slip, plain, words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["is_person", "is_that_person"]

_TITLES: Final = frozenset(["dr", "prof", "professor", "mr", "mrs", "ms", "sir", "dame", "doctor"])
_COMPANY: Final = frozenset(
    ["and", "colleague", "team", "his", "her", "their", "al", "et", "other", "co"]
)
_NAME = re.compile(r"(?:[A-Z][\w'’.-]*\s+){1,3}[A-Z][\w'’-]*")
_THING = re.compile(
    r"(?:tion|ment|ness|work|learning|ology|ics|ism|ance|ence|ware|zero|korea|africa|america|states"
    r"|kingdom|memory|machine|model|test|law|theorem|net|university|company|bank)$"
)
NICKNAME: Final = 3
"""Letters of a first name that stand for it: Geoff, Alex."""


def is_person(text: str) -> bool:
    """Whether an expected answer looks like a person's name: two to four capitalised words."""
    return bool(_NAME.fullmatch(text.strip())) and not _THING.search(text.strip().casefold())


def is_that_person(given: str, name: str, is_word: Callable[[str], bool]) -> bool:
    """Whether an answer names that person: the surname, and nothing that speaks against it."""
    said = [word for word in words(plain(given)) if word not in _TITLES | _COMPANY]
    parts = words(plain(name))
    if not said:
        return False
    surname = parts[-1]
    if is_slip(compact(said), compact(parts), is_word) or is_slip(compact(said), surname, is_word):
        return True
    left = list(parts)
    for word in said:
        meant = _meant(word, left, surname, is_word)
        if meant is None:
            return False
        left.remove(meant)
    return surname not in left or surname not in parts


def _meant(
    word: str, left: Sequence[str], surname: str, is_word: Callable[[str], bool]
) -> str | None:
    """The part of the name that a word stands for, or None."""
    for part in reversed(left):
        if is_slip(word, part, is_word):
            return part
        if part != surname and (word == part[:1] or _is_first_name(word, part)):
            return part
    return None


def _is_first_name(word: str, part: str) -> bool:
    """Geoff or Jeffrey for Geoffrey; with the right surname beside it, spelling is forgiven."""
    nickname = len(word) >= NICKNAME and part.startswith(word)
    return nickname or OSA.normalized_similarity(word, part) >= 0.7
