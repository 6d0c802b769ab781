"""Dates, years and times of day as they are said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.speech.numerals import cardinal, decade, is_year, ordinal, year
from bot.speech.rule import around, rule

if TYPE_CHECKING:
    from bot.speech.rule import Rule

__all__ = ["DATES", "YEARS"]

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_SHORT = {month[:3]: month for month in _MONTHS} | {"Sept": "September"}
_MONTH = rf"((?:{'|'.join(_MONTHS)})\b|(?:{'|'.join(_SHORT)})\b\.?)"
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:,? (\d{4})\b(?![,.]\d))?"

_BEFORE_A_YEAR = {
    "in", "since", "until", "till", "during", "after", "before", "early", "late", "mid", "the",
    "year", "years", "spring", "summer", "autumn", "fall", "winter", *map(str.lower, _MONTHS),
}  # fmt: skip
_BEFORE_AN_AMOUNT = {
    "than", "nearly", "almost", "exactly", "some", "least", "most", "equals", "plus", "minus",
}  # fmt: skip
_NO_NOUNS = {
    "was", "is", "has", "does", "as", "its", "this", "thus", "us", "less", "plus", "versus",
    "always", "whereas", "marks", "sees", "remains", "begins", "ends", "brings", "shows",
}  # fmt: skip
_AMOUNT_OF = re.compile(r"\b([Aa]n?|[Nn]umber|[Tt]otal|[Ss]um|[Aa]verage)( \w+){0,2} of $")
_COUNTED = re.compile(r"[ -](?:([a-z]+s)|people|men|women|children|percent|bytes?)\b")


def _year_span(match: re.Match[str]) -> str:
    """ "2015-17" in full."""
    first, last = match[1], match[2]
    return f"{first} to {first[:2]}{last}" if last > first[2:] else match[0]


def _iso_date(match: re.Match[str]) -> str:
    return _date(int(match[2]), int(match[3]), match[1]) or match[0]


def _slashed_date(match: re.Match[str]) -> str:
    """The month first, as Americans write it, unless it can only be the day."""
    one, two = int(match[1]), int(match[2])
    return _date(one, two, match[3]) or _date(two, one, match[3]) or match[0]


def _date(month: int, day: int, of: str) -> str | None:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{_MONTHS[month - 1]} {ordinal(day)}, {year(int(of))}"


def _day_first(match: re.Match[str]) -> str:
    article, day, month, of = match.groups()
    if not 1 <= int(day) <= 31:
        return match[0]
    said = f"{ordinal(int(day))} of {_full(month)}{_following(of)}"
    return f"{article or 'the '}{said}"


def _month_first(match: re.Match[str]) -> str:
    month, day, last, of = match.groups()
    if not 1 <= int(day) <= 31:
        return match[0]
    until = f" to {ordinal(int(last))}" if last else ""
    return f"{_full(month)} {ordinal(int(day))}{until}{_following(of)}"


def _full(month: str) -> str:
    return month if month in _MONTHS else _SHORT[month.rstrip(".")]


def _following(of: str | None) -> str:
    return f", {year(int(of))}" if of else ""


def _time(match: re.Match[str]) -> str:
    hour, minute, half = int(match[1]), match[2], (match[3] or "").upper()
    if minute == "00":
        rest = "" if half else "o'clock"
    else:
        rest = f"oh {cardinal(minute[1])}" if minute[0] == "0" else cardinal(minute)
    return " ".join(filter(None, (cardinal(str(hour)), rest, half)))


def _year_or_amount(match: re.Match[str]) -> str:
    """Four digits with no comma are a year, unless the words around them count something.

    "The report of 1973 explains" is no sum of explains; "a vocabulary of 1200 words" is one.
    """
    digits = match[0]
    before, after = around(match)
    if not is_year(digits):
        return cardinal(digits)
    word = before.split()[-1].lower().strip(",(") if before.split() else ""
    counted = _COUNTED.match(after)
    dated = word in _BEFORE_A_YEAR or (word == "of" and not _AMOUNT_OF.search(before))
    counting = word in _BEFORE_AN_AMOUNT or (
        counted is not None and counted[1] not in _NO_NOUNS and not dated
    )
    return cardinal(digits) if counting else year(int(digits))


DATES: tuple[Rule, ...] = (
    rule("a span of years", r"\b(1[1-9]\d\d|20\d\d)[-–—](\d\d)(?![\w-]|[.,]\d)", _year_span),
    rule("a date by ISO 8601", r"\b(\d{4})-(\d\d)-(\d\d)\b", _iso_date),
    rule("a date with slashes", r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b", _slashed_date),
    rule(
        "a day and its month",
        rf"\b([Tt]he )?(?<![.,:/])\b{_DAY}(?:(?<=[a-z]) of)? {_MONTH}{_YEAR}",
        _day_first,
    ),
    rule(
        "a month and its day",
        rf"\b{_MONTH} {_DAY}\b(?![:.,]\d|\s?%)(?:(?: to |[-–]){_DAY}\b)?{_YEAR}",
        _month_first,
    ),
    rule("a running time", r"\b(\d{1,2}):([0-5]\d):([0-5]\d)\b", r"\1 \2 \3"),
    rule(
        "a time of day",
        r"\b([01]?\d|2[0-4]):([0-5]\d)(?![\d:])(?:\s?([AaPp]\.?[Mm])\b)?",
        _time,
    ),
    rule("half of the day", r"\b(\d{1,2})\s?([AaPp][Mm])\b", lambda m: f"{m[1]} {m[2].upper()}"),
)
"""Followed before any other number is read."""

YEARS: tuple[Rule, ...] = (
    rule("a decade", r"(?<![\w.,])'?(\d{3,4}|\d0)'?s\b", lambda m: decade(m[1])),
    rule("a year", r"(?<![\w.,])\d{4}(?!\w|[.,]\d)", _year_or_amount),
)
"""Followed when sums of money, units and names are read already."""
