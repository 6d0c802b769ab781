"""Numbers in typed answers: values with magnitudes, units, fractions, dates, and their order.

"4 billion dollars", "$4B" and "4e9 USD" are one quantity; "from 26 % to 15.3 %" is two, and their
order matters. What is ambiguous ("10 m", "4/1", "19 89") is read in every way it can be meant.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bot.study.units import MAGNITUDES, Unit, unit_of
from bot.study.wording import listed, plain, singular

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Quantity", "ascending", "counted", "is_quantity", "quantities_meet", "readings"]

NEAR: Final = 1e-9
ROUNDED: Final = 0.005
"""How far a decimal number may be off that stands for a fraction."""
CONVERTED: Final = 0.03
"""How far a converted value may be off, as a share: a month is not quite 30 days."""
THINGS: Final = Unit("things")
"""What is counted, when it is no unit: parameters, users, layers."""
MONTH: Final = Unit("month of the year")
DAY: Final = Unit("day of the month")
_DATED: Final = {"month": MONTH, "day": DAY}
_MONTHS: Final = "janfebmaraprmayjunjulaugsepoctnovdec"
_NUMBER = (
    r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?: \d{3})+(?![\d.])|\d+,\d{1,2}(?!\d)|\d*\.?\d+)"
)
_TOKEN = re.compile(
    rf"(?P<sign>(?<![\w.)])(?:-|minus |negative ))?(?P<number>{_NUMBER})(?:e(?P<power>-?\d+))?"
    r"(?P<ordinal>(?:st|nd|rd|th)\b)?"
    r"|us\$|[a-z]+(?:/[a-z]+(?:\^?\d)?)?|° ?[cf]?\b|\S"
)
_MONTH_NAME = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_SPAN = "(?:second|minute|hour|day|week|month|year|kilo|kilogram|litre|liter|metre|meter|mile)"
_YEAR = r"((?:1\d|20)\d\d)"


def _date(day: str | None, month: str, year: str) -> str:
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) // 3 + 1
    return f"{f'day {day}' if day else ''} month {number} {year}"


def _century(years: re.Match[str]) -> str:
    """1914-18 as 1914 to 1918."""
    later = int(years[3]) > int(years[2])
    return f"{years[1]} to {years[1][:2]}{years[3]}" if later else years[0]


_REWRITTEN: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...]] = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (rf"(?:({_NUMBER})\s?[x×*·]\s?)?\b10\s?\^\s?(-?\d+)", lambda m: f"{m[1] or 1}e{m[2]}"),
        (r"\b(?:us|u\.s\.) dollars?\b", lambda m: "dollars"),
        (r"^(?:both|an? pair|both of (?:them|these))$", lambda m: "2"),
        (r"\b((?:1\d|20)(\d\d)) ?- ?(1[3-9]|[2-9]\d)\b", _century),
        (r"\b(\d+)(?: and)? (\d)/(\d)\b", lambda m: str(int(m[1]) + int(m[2]) / int(m[3]))),
        # what was "a half", "a third" and "a quarter" before numbers became digits
        (
            r"\b(half|halves|quarters?|\d(?:rd|th)s?)(?: of)? (?:an?|1) ([a-z]+)\b",
            lambda m: f"{m[1]} {m[2]}" if unit_of(m[2]) else m[0],
        ),
        (rf"\ban? (?={_SPAN})", lambda m: "1 "),
        (rf"\b(\d+)( {_SPAN}s?)? and (?:a|1) half\b", lambda m: f"{m[1]}.5{m[2] or ''}"),
        (r"\b(\d+) 2nds?\b", lambda m: f"{m[1]} seconds"),  # alpha2digit's reading of "10 seconds"
        (r"\b(\d+) (\d+)(?:rd|th)s?\b", lambda m: f"{m[1]}/{m[2]}"),
        (r"\ban? (\d+)(?:rd|th)\b", lambda m: f"1/{m[1]}"),
        (r"\b(?:(\d+) |an? )?(?:half|halves)(?: of)?\b", lambda m: f"{m[1] or 1}/2"),
        (r"\b(?:(\d+) |an? )?quarters?(?: of)?\b", lambda m: f"{m[1] or 1}/4"),
        (r"\b(\d+)( [a-z]+)?(?: to| -)? (?:none|nil)\b", lambda m: f"{m[1]} to 0"),
        (r"\b(\d+) out of (\d+)", lambda m: f"{m[1]}/{m[2]}"),
        (rf"^({_NUMBER}) (?:of|in) ({_NUMBER})$", lambda m: f"{m[1]}/{m[2]}"),
        (r"\ban? (?=\d)", lambda m: ""),
        (r"\ba (couple|pair) of\b", lambda m: "2"),
        (r"\ba dozen\b", lambda m: "12"),
        (rf"\b{_YEAR}[-/](0?[1-9]|1[0-2])(?:[-/](\d\d?))?\b", lambda m: _date(m[3], m[2], m[1])),
        (rf"\b(?:(\d\d?)[./])?(0?[1-9]|1[0-2])[./]{_YEAR}\b", lambda m: _date(m[1], m[2], m[3])),
        (
            rf"\b{_MONTH_NAME} (\d\d?)(?:st|nd|rd|th)?,? {_YEAR}\b",
            lambda m: _date(m[2], m[1], m[3]),
        ),
        (
            rf"\b(?:(\d\d?)(?:st|nd|rd|th)? (?:of )?)?{_MONTH_NAME},? (?:of )?{_YEAR}\b",
            lambda m: _date(m[1], m[2], m[3]),
        ),
    )
)
_BESIDE: Final = listed("""
    about around roughly approximately approx nearly almost circa ca some up to it its was is
    were are had has have the a in of by at on from between year i think so only just exactly
    maybe probably there they them he she down and or out than with per
    """)
"""Words that stand beside a number and are not what is counted."""
_MORE = re.compile(
    r"\b(?:more than|over|above|at least|greater than|beyond|after|since)\b|>|\d[a-z]*\+"
)
_LESS = re.compile(r"\b(?:less than|under|below|at most|fewer than|before|until)\b|<")
_PARTED = re.compile(r"\d ([a-z])\b")
_BOUND = re.compile(rf"^(?:{_MORE.pattern}|{_LESS.pattern})\s*")


_MAGNITUDE = re.compile(r"\d\s*(thousand|million|billion|trillion|bn|tn)\b", re.IGNORECASE)
_MAGNITUDES = {
    "thousand": 1e3, "million": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12, "tn": 1e12,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value with its unit. `part` marks what was written as a fraction (1/3, half)."""

    value: float
    unit: Unit | None = None
    part: bool = False
    ordinal: bool = False


Reading = tuple[Quantity, ...]


def is_quantity(text: str) -> bool:
    """Whether an expected answer is a quantity: it begins with one. "GPT-3" and "top 5" do not."""
    prepared = _BOUND.sub("", _prepared(text))
    for token in _TOKEN.finditer(prepared):
        if token["number"]:
            glued = re.match(r"-?[a-z]+", prepared[token.end() :])
            return not token["ordinal"] and (glued is None or _is_measure(glued[0].strip("-")))
        if token[0] not in _BESIDE and token[0] not in _DATED and not unit_of(token[0]):
            return False
    return False


def readings(text: str) -> list[Reading]:
    """Every way in which the text's numbers can be read; most texts have one."""
    prepared = _prepared(text)
    ways = []
    for slash_parts in (True, False) if "/" in prepared else (True,):
        for metric in (False, True):
            way = _Reader(prepared, metric, slash_parts).read()
            ways += [way, _year_in_words(way)]
    if short := re.fullmatch(r"(?:in )?'(\d\d)", prepared):
        ways += [(Quantity(century + int(short[1])),) for century in (1800, 1900, 2000)]
    if prepared in ("none", "nil", "nothing", "no", "null"):
        ways.append((Quantity(0),))
    return list(dict.fromkeys(way for way in ways if way))


def _as_written(text: str) -> Reading:
    """The reading of an author's own text, which is not guessed at: parted from its number, a small
    letter is a unit ("8,849 m"), and else a magnitude ("10M", "10m").
    """
    if letter := _PARTED.search(text):
        metric = _Reader(_prepared(text), metric=True, slash_parts=True).read()
        if unit_of(letter[1]) in {one.unit for one in metric} - {None}:
            return metric
    return readings(text)[0]


def counted(text: str) -> Unit | str | None:
    """What a text counts in: a unit, or the noun after its last number; None if it says neither."""
    unit = _as_written(text)[0].unit if readings(text) else None
    if unit is not THINGS:
        return unit
    tokens = list(_TOKEN.finditer(_prepared(text)))
    after = [word[0] for number, word in pairwise(tokens) if number["number"]]
    return singular(after[-1]) if after else None


def quantities_meet(given: str, expected: str, tolerance: float = 0) -> bool:
    """Whether the numbers of an answer are those expected, in their order, with their units.

    `tolerance` is how far a value may be off, in the unit the expected answer is written in: 1 is
    a billion dollars where that is "115.2 billion dollars".
    """
    tolerance *= _written_in(expected)
    if _bounds(given) - _bounds(expected) and not tolerance:
        return False
    wanted = [_as_written(expected)] if readings(expected) else []
    return any(
        _sequences_meet(_as_asked(found, way), way, tolerance)
        for way in wanted
        for found in readings(given)
    )


def _written_in(text: str) -> float:
    """The magnitude behind the text's number: a billion in "115.2 billion dollars", or 1."""
    found = _MAGNITUDE.search(text)
    return _MAGNITUDES[found[1].lower()] if found else 1.0


def ascending(texts: Sequence[str]) -> tuple[int, ...] | None:
    """The places of these texts from the least to the greatest; as they stand where they cannot be
    compared, like weeks with litres. None when they are not all quantities.
    """
    places = range(len(texts))
    if not all(is_quantity(text) for text in texts):
        return None
    found = [_as_written(text) for text in texts]
    if len({_measured(one) for way in found for one in way}) > 1:
        return tuple(places)
    return tuple(sorted(places, key=lambda place: _size(found[place], _bounds(texts[place]))))


def _measured(one: Quantity) -> str:
    """What it measures; counts, years and days of the calendar are plain numbers."""
    return "" if one.unit in (None, THINGS, MONTH, DAY) else one.unit.measures


def _size(way: Reading, bounds: set[str]) -> tuple[list[float], int]:
    """What a reading is sorted by; of a date the year comes first, and "over 3" is more than 3."""
    values = [one.value * (one.unit.factor if one.unit else 1) for one in way]
    dated = any(one.unit in (MONTH, DAY) for one in way)
    return values[::-1] if dated else values, ("more" in bounds) - ("less" in bounds)


def _sequences_meet(given: Reading, expected: Reading, tolerance: float) -> bool:
    if len(given) != len(expected):
        return False
    pairs = zip(given, expected, strict=True)
    return all(_meet(one, other, tolerance) for one, other in pairs)


def _meet(given: Quantity, expected: Quantity, tolerance: float) -> bool:
    if given.ordinal != expected.ordinal:
        return False
    one, other = given.unit, expected.unit
    if (expected.part and other in (None, THINGS)) or (other and other.measures == "ratio"):
        return _shares_meet(given, expected, tolerance)
    if expected.part:  # a third of a litre, which is no third of anything else
        if one in (None, THINGS):
            return False
        tolerance = max(tolerance, ROUNDED)
    if other is None and one and one.measures == "ratio" and 0 < expected.value < 1:
        return _near(given.value / 100, expected.value, tolerance)
    if one is None or other is None or one == other:
        return _near(given.value, expected.value, tolerance)
    if one.measures != other.measures:
        return False
    value = given.value * one.factor / other.factor
    return _near(value, expected.value, max(tolerance, abs(expected.value) * CONVERTED))


def _shares_meet(given: Quantity, expected: Quantity, tolerance: float) -> bool:
    """15.3 % is also 0.153, and 1/3 is about 33 %."""
    if given.unit and given.unit.measures != "ratio":
        return False
    if given.unit is None and not given.part and not expected.part:
        hundredth = _near(given.value * 100, expected.value, tolerance)
        return hundredth or _near(given.value, expected.value, tolerance)
    one, other = (q.value * (q.unit.factor if q.unit else 1) for q in (given, expected))
    whole_percent = math.isclose(other * 100, round(other * 100), abs_tol=1e-6)
    rounded = 0.0 if whole_percent or given.part == expected.part else ROUNDED
    return _near(one, other, max(tolerance / 100, rounded))


def _near(one: float, other: float, tolerance: float) -> bool:
    return math.isclose(one, other, rel_tol=NEAR, abs_tol=tolerance + 1e-12)


def _bounds(text: str) -> set[str]:
    """Whether the text says "more than" or "less than" its number."""
    said = plain(text)
    return {name for name, found in (("more", _MORE), ("less", _LESS)) if found.search(said)}


def _as_asked(given: Reading, expected: Reading) -> Reading:
    """Without what was not asked for: the day and month of a year, the year of a sum."""
    asked = {one.unit for one in expected}
    kept = tuple(one for one in given if one.unit not in (MONTH, DAY) or one.unit in asked)
    if len(kept) > len(expected) and None not in asked:
        kept = tuple(one for one in kept if not _is_year(one))
    return kept


def _is_year(one: Quantity) -> bool:
    return one.unit is None and not one.part and 1000 < one.value < 2100 and one.value % 1 == 0


def _prepared(text: str) -> str:
    """Plain text in which fractions, powers and dates are written in one way each."""
    said = plain(text)
    for pattern, rewritten in _REWRITTEN:
        said = pattern.sub(rewritten, said)
    return " ".join(said.split())


def _is_measure(word: str) -> bool:
    return word in MAGNITUDES or unit_of(word) is not None


class _Reader:
    """Reads the quantities of a prepared text, left to right, in one of the ways there are."""

    def __init__(self, prepared: str, metric: bool, slash_parts: bool) -> None:
        self._tokens = list(_TOKEN.finditer(prepared))
        self._metric = metric
        self._slash_parts = slash_parts
        self._at = 0

    def read(self) -> Reading:
        found: list[Quantity] = []
        before: Unit | None = None  # of "$4" and "USD 4"
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token["number"]:
                dated = _DATED.get(self._tokens[self._at - 1][0]) if self._at else None
                found.append(self._quantity(dated or before))
                before = None
            else:
                before = unit_of(token[0])
                self._at += 1
        return _with_shared_unit(found)

    def _quantity(self, unit: Unit | None) -> Quantity:
        quantity = Quantity(self._number(), unit, ordinal=bool(self._tokens[self._at]["ordinal"]))
        self._at += 1
        if self._slash_parts and self._peek() == "/" and self._number(1):
            quantity = replace(quantity, value=quantity.value / self._number(1), part=True)
            self._at += 2
        while factor := self._magnitude():
            quantity = replace(quantity, value=quantity.value * factor, part=False)
            self._at += 1
        if quantity.unit is None:
            quantity = replace(quantity, unit=self._counted())
            if quantity.unit not in (None, THINGS):
                self._at += 1  # or it would be read as the unit before the next number
        return quantity

    def _magnitude(self) -> float | None:
        """What the number is multiplied by: million, B, or a million that was written in words."""
        word = self._peek()
        if self._number() in (1e3, 1e6, 1e9, 1e12) and not self._tokens[self._at]["sign"]:
            return self._number()
        if word in MAGNITUDES and not (self._metric and unit_of(word)):
            return MAGNITUDES[word]
        return None

    def _counted(self) -> Unit | None:
        """The unit after the number, or that there is something which is counted."""
        word = self._peek()
        if word == "-" and self._peek(1) in ("fold", "percent"):  # "39-fold"
            self._at += 1
            word = self._peek()
        if word == "per" and self._peek(1) == "cent":
            self._at += 1
            word = "percent"
        unit = unit_of(word)
        if unit is None and word.isalpha() and word not in _BESIDE | _DATED.keys():
            unit = THINGS
        return unit

    def _peek(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._tokens[at][0] if at < len(self._tokens) else ""

    def _number(self, ahead: int = 0) -> float:
        """The number that stands there; 0 if there is none."""
        at = self._at + ahead
        token = self._tokens[at] if at < len(self._tokens) else None
        if token is None or not token["number"]:
            return 0
        written = token["number"].replace(" ", "")
        decimal = re.fullmatch(r"\d+,\d{1,2}", written)
        value = float(written.replace(",", "." if decimal else ""))
        value *= 10.0 ** int(token["power"] or 0)
        return -value if token["sign"] else value


def _with_shared_unit(found: Sequence[Quantity]) -> Reading:
    """In "5 to 6 days" both are days."""
    units = {one.unit for one in found} - {None, MONTH, DAY, THINGS}
    if len(units) != 1:
        return tuple(found)
    (shared,) = units
    return tuple(one if one.unit or _is_year(one) else replace(one, unit=shared) for one in found)


def _year_in_words(way: Reading) -> Reading:
    """19 89, as it comes out of "nineteen eighty-nine"; 20 9 out of "twenty oh nine"."""
    if len(way) != 2 or any(one.part or one.value % 1 for one in way):
        return way
    century, year = (one.value for one in way)
    return (Quantity(century * 100 + year),) if 10 <= century <= 20 and 0 <= year < 100 else way
