"""Choosing: which of the options an answer in words names: "B", "the second one", "the last".

What a recogniser makes of a spoken letter counts as the letter ("bee", "see").
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["named_options"]

_LETTERS: Final = {
    sound: number
    for number, sounds in enumerate(
        (
            "a ay ei eh aye alpha", "b be bee beep bravo", "c see sea cee charlie",
            "d de dee delta", "e ee ie echo", "f ef eff foxtrot", "g gee golf", "h aitch hotel",
            "i eye india",
            "j jay juliet", "k kay kilo", "l el ell lima",
        )
    )
    for sound in sounds.split()
}  # fmt: skip
_ORDINALS: Final = {
    word: number
    for number, words in enumerate(
        (
            "first 1st", "second 2nd", "third 3rd", "fourth 4th forth", "fifth 5th", "sixth 6th",
            "seventh 7th", "eighth 8th", "ninth 9th", "tenth 10th", "eleventh 11th", "twelfth 12th",
        )
    )
    for word in words.split()
}  # fmt: skip
_NUMBERS: Final = {
    word: number
    for number, words in enumerate(
        (
            "one 1", "two 2 to too", "three 3", "four 4 for", "five 5", "six 6", "seven 7",
            "eight 8 ate", "nine 9", "ten 10", "eleven 11", "twelve 12",
        )
    )
    for word in words.split()
}  # fmt: skip
_BEFORE: Final = re.compile(
    r"^(?:(?:um+|uh+|erm?|hm+|well|so|ok|okay|oh|maybe|perhaps|probably|is it|its|it is|"
    r"thats|that is|that would be|it would be|it should be|i think|i guess|id say|"
    r"i would say|i say|i believe|i take|i choose|i pick|i go with|my answer is|the answer is|"
    r"the answer|answer|must be|it must be|it has to be|surely|definitely|i mean)\s+)+"
)
_NAMING: Final = {"option", "number", "letter", "answer", "choice"}
_EMPTY: Final = {"the", "and", "then", "than", "one", "ones", "please", "both", "is", "it", "a"}
_BEHIND_A: Final = {"and", "then", "than", "please"}
_JOINED: Final = re.compile(r"\b(?!and\b)([a-l])n([a-l])\b")
"""What is heard of "B and C" said quickly: "BNC"."""


def named_options(said: str, options: int) -> tuple[int, ...] | None:
    """The numbers, from 0, of the options that are named, in that order; None if it names none.

    Everything that was said has to be part of the naming: "B cells" names nothing.
    """
    words = re.sub(r"[^\w\s]", " ", re.sub("['’]", "", said.lower())).split()
    if order := _all_in_one(words, options):
        return order
    rest = _BEFORE.sub("", _JOINED.sub(r"\1 and \2", " ".join(words)) + " ").split()
    found = [_number(rest, at, options) for at in range(len(rest))]
    named = [number for number in found if number is not None]
    unread = [word for word, number in zip(rest, found, strict=True)
              if number is None and word not in _EMPTY | _NAMING]  # fmt: skip
    if unread or not named or any(number >= options for number in named):
        return None
    return tuple(dict.fromkeys(named))


def _all_in_one(words: list[str], options: int) -> tuple[int, ...]:
    """The order of all the options where their letters were said quickly: "BIDC" for B, A, D, C."""
    letters = "abcdefghijkl"[:options]
    run = "".join(words) if all(len(word) > 1 for word in words) else ""
    run = run if "i" in letters else run.replace("i", "a")
    if options < 3 or sorted(run) != list(letters):
        return ()
    return tuple(letters.index(letter) for letter in run)


def _number(words: list[str], at: int, options: int) -> int | None:
    """Which option the word names where it stands; None for a word beside it."""
    word, before = words[at], words[at - 1] if at else ""
    if word in _ORDINALS:
        return _ORDINALS[word]
    if word == "last":
        return options - 1
    if before in _NAMING and word in _NUMBERS:
        return _NUMBERS[word]
    after = words[at + 1] if at + 1 < len(words) else "and"
    if word == "a" and after not in _BEHIND_A | _LETTERS.keys():
        return None  # "a second one"
    if word in _LETTERS:
        return _LETTERS[word]
    if word.isdigit() and len(words) == 1 and word != "0":
        return int(word) - 1
    return None
