"""Numbers in words: plain American English, with no digit, hyphen, comma or "and" in it."""

from __future__ import annotations

import re
from typing import Final

from num2words import num2words

__all__ = [
    "cardinal",
    "decade",
    "fraction",
    "in_pairs",
    "is_year",
    "one_by_one",
    "ordinal",
    "plural",
    "roman",
    "year",
]

LONGEST_COUNT = 15
"""Digits of the longest number that is said as a count; a longer one is said digit by digit."""

ROMAN: Final = {"I": 1, "V": 5, "X": 10}


def cardinal(written: str) -> str:
    """A number as it is written ("1,024", "15.3", "0.05", "1.2.3") in words."""
    whole, *decimals = written.replace(",", "").split(".")
    said = _whole(whole) if whole else "zero"
    return " ".join([said, *(f"point {one_by_one(digits)}" for digits in decimals)])


def _whole(digits: str) -> str:
    if len(digits) > LONGEST_COUNT or (len(digits) > 1 and digits.startswith("0")):
        return one_by_one(digits)
    return _plain(num2words(int(digits)))


def one_by_one(digits: str) -> str:
    """Each digit for itself."""
    return " ".join(num2words(int(digit)) for digit in digits)


def ordinal(number: int) -> str:
    """ "twenty first"."""
    return _plain(num2words(number, to="ordinal"))


def year(number: int) -> str:
    """ "nineteen oh five", "two thousand five", "twenty twelve"."""
    return _plain(num2words(number, to="year"))


def is_year(digits: str) -> bool:
    """Whether the digits can be a year that a course speaks of: 1100 to 2099."""
    return len(digits) == 4 and 1100 <= int(digits) <= 2099


def in_pairs(digits: str) -> str:
    """The number of a model or a room: 580 is "five eighty", 701 "seven oh one", 3090 "thirty
    ninety". It has three or four digits.
    """
    if len(digits) == 4:
        return year(int(digits))
    hundreds, rest = digits[0], digits[1:]
    if rest == "00" or hundreds == "0":
        return cardinal(digits)
    return f"{cardinal(hundreds)} {f'oh {cardinal(rest[1])}' if rest[0] == '0' else cardinal(rest)}"


def decade(digits: str) -> str:
    """1990 is "nineteen nineties", 90 "nineties", 580 "five eighties", 100 "hundreds"."""
    if digits in ("100", "1000"):
        return plural(cardinal(digits).removeprefix("one "))
    return plural(cardinal(digits) if len(digits) == 2 else in_pairs(digits))


def plural(words: str) -> str:
    """Number words as a noun in the plural: "eighties", "sixes"."""
    if words.endswith("y"):
        return f"{words[:-1]}ies"
    return f"{words}es" if words.endswith("x") else f"{words}s"


def fraction(above: int, below: int) -> str:
    """ "one half", "three quarters", "seven out of twelve", "five over two"."""
    if above > below or below < 2:
        return f"{cardinal(str(above))} over {cardinal(str(below))}"
    if below > 10:
        return f"{cardinal(str(above))} out of {cardinal(str(below))}"
    part = {2: "half", 4: "quarter"}.get(below) or ordinal(below)
    many = "halves" if below == 2 else f"{part}s"
    return f"{cardinal(str(above))} {part if above == 1 else many}"


def roman(numeral: str) -> int:
    """The number that a numeral of the letters I, V and X stands for."""
    values = [ROMAN[letter] for letter in numeral]
    following = [*values[1:], 0]
    return sum(
        -value if value < after else value for value, after in zip(values, following, strict=True)
    )


def _plain(words: str) -> str:
    return re.sub(r" and |[-, ]+", " ", words)
