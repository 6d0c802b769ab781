"""A course's words put back where the recogniser wrote what they sound like.

"my sin" becomes MYCIN, "Senntorkar" becomes Santurkar. A word that everybody knows is left alone:
only a name that nobody knows is taken for one that the course has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz

from bot.speech.likely import sound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

__all__ = ["put_right"]

NEAR: Final = 90.0
"""Of 100, for words that nobody knows: at 80, "Altman" was taken for ELMo."""
SAME: Final = 101.0
"""What is written as the word is said, letter by letter, is nearer than all that sounds like it."""
SHORTEST: Final = 4
"""Sounds of a word: "GAN" is like too much."""
LONGEST: Final = 4
"""Words in a row that may be one of the course's: "Johnny Ack", "a Luther AI"."""

_WORD: Final = re.compile(r"[\w'’.-]*\w")
_BREAK: Final = re.compile(r"[.,;:?!]\s")


@dataclass(frozen=True, slots=True)
class _Find:
    """A part of the text, the word of the course it may be, and how near that is."""

    start: int
    end: int
    written: str
    nearness: float


def put_right(text: str, glossary: Mapping[str, str], is_common: Callable[[str], bool]) -> str:
    """The text with the glossary's words where something else was written for them.

    `glossary` is how each word is said, by how it is written. `is_common` tells which words are
    known to everybody. Words in a row that are all common are changed only where they are, letter
    by letter, how a word of the glossary is said, or where all have a capital and sound the same.
    """
    finds = sorted(
        _finds(text, glossary, is_common), key=lambda f: (-f.nearness, f.start - f.end, f.start)
    )
    taken: list[_Find] = []
    for find in finds:
        if all(find.end <= other.start or find.start >= other.end for other in taken):
            taken.append(find)
    for find in sorted(taken, key=lambda f: -f.start):
        text = text[: find.start] + find.written + text[find.end :]
    return text


def _finds(
    text: str, glossary: Mapping[str, str], is_common: Callable[[str], bool]
) -> Iterator[_Find]:
    known = {_letters(written) for written in glossary}
    forms = [(w, _letters(form), sound(form)) for w, said in glossary.items() for form in {w, said}]
    for start, end, words in _rows(text):
        if _letters(text[start:end]) in known:
            continue
        heard, sounded = _letters("".join(words)), sound("".join(words))
        common = [is_common(word) for word in words]
        nobodys = not any(common) and not any(_letters(word) in known for word in words)
        unknown = nobodys and not re.search(r"\d", heard)
        named = not all(common) or (len(words) > 1 and all(word[0].isupper() for word in words))
        for written, form, wanted in forms:
            near = fuzz.ratio(sounded, wanted)
            if len(words) > 1 and heard == form:
                yield _Find(start, end, written, SAME)
                continue
            alike = near >= NEAR and len(wanted) >= SHORTEST
            exact = near == 100 and len(wanted) > SHORTEST
            if (unknown and alike) or (named and exact):
                yield _Find(start, end, written, near)


def _rows(text: str) -> Iterator[tuple[int, int, Sequence[str]]]:
    """Every one to four words in a row with no mark between them, without a genitive's ending."""
    found = [
        (m.start(), m.start() + len(bare), bare)
        for m in _WORD.finditer(text)
        for bare in [re.sub(r"['’]s$", "", m.group())]
    ]
    for at in range(len(found)):
        for row in (found[at : at + length] for length in range(1, LONGEST + 1)):
            start, end = row[0][0], row[-1][1]
            if not _BREAK.search(text[start:end]):
                yield start, end, [word for _, _, word in row]


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())
