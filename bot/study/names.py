"""Names of people: a surname is enough, a first name is not; initials, order and titles vary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from rapidfuzz.distance import OSA

from bot.study.wording import compact, is_slip, listed, plain, words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["KINDS", "TITLES", "is_first_name", "is_person", "is_that_person"]

TITLES: Final = listed("""
    dr prof professor mr mrs ms sir dame doctor madame mme monsieur king queen emperor empress
    president general lord lady saint st prince princess pope tsar
    """)
_COMPANY: Final = listed("and colleague team his her their al et other co")
KINDS: Final = listed("""
    network net learning technique method mechanism algorithm model architecture system layer
    function university univ company corporation corp inc ltd co firm institute rate score
    error program machine unit neural deep process trick task paper team set group colleague
    other u effect theory theorem law principle disease war treaty ocean sea river lake
    mountain mount mt city island republic desert empire battle revolution dynasty street
    bridge tower palace test
    wall act age era place century
    """)
"""Nouns that say what kind of thing a term is. They may be left out or added, and no name of a
person ends in one."""
_WITH_OTHERS = re.compile(r"\b(?:and (?:colleagues?|others?|his|her)|et al)\b")
_PLACES: Final = listed("state america africa asia korea kingdom union nation memory bank england")
_PARTICLES: Final = listed("da de del der di du la le van von den bin ibn al")
_NAME = re.compile(
    r"[A-Z][\w'’.-]*\s+(?:(?:[A-Z][\w'’.-]*|d[aeiu]|de[lnr]|l[ae]|v[ao]n)\s+){0,3}"
    r"[A-Z][\w'’-]*"
)
_THING = re.compile(r"(?:tion|sion|ment|ness|ity|work|ology|ics|ism|ance|ence|ware|zero|\d)$")


def is_person(text: str) -> bool:
    """Whether an expected answer looks like a person's name: two to four capitalised words."""
    if not _NAME.fullmatch(text.strip()):
        return False
    last = words(plain(text))[-1]
    return last not in KINDS | _PLACES and not _THING.search(last)


def is_first_name(given: str, name: str) -> bool:
    """Whether an answer is a person's first name alone: it may be meant, and may be anybody's."""
    return is_person(name) and words(plain(given)) == words(plain(name))[:1]


def is_that_person(given: str, name: str, is_word: Callable[[str], bool]) -> bool:
    """Whether an answer names that person: the surname, and nothing that speaks against it."""
    alone = _WITH_OTHERS.split(plain(given))[0]
    said = [word for word in words(alone) if word not in TITLES | _COMPANY]
    parts = words(plain(name))
    surname = parts[-1]
    if not said or (len(said) == 1 and said[0] in parts[:-1]):
        return False
    if is_slip(compact(said), compact(parts), is_word) or is_slip(compact(said), surname, is_word):
        return True
    left, strange = list(parts), 0
    for word in said:
        meant = _meant(word, left, surname, is_word)
        if meant is None:
            strange += 1
        else:
            left.remove(meant)
    # A middle or a maiden name speaks against nobody who is named in full.
    return surname not in left and (strange == 0 or (strange == 1 and not left))


def _meant(
    word: str, left: Sequence[str], surname: str, is_word: Callable[[str], bool]
) -> str | None:
    """The part of the name that a word stands for, or None."""
    for part in reversed(left):
        if is_slip(word, part, is_word):
            return part
        if part in _PARTICLES:
            if part.startswith(word):
                return part
            continue
        if part != surname and (part.startswith(word) or _spells_nearly(word, part)):
            return part
    return None


def _spells_nearly(word: str, part: str) -> bool:
    """Jeffrey for Geoffrey: with the right surname beside it, spelling is forgiven."""
    return OSA.normalized_similarity(word, part) >= 0.7
