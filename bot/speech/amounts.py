"""Amounts as they are said: money, units, ranges, percentages, fractions and products."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.speech.numerals import fraction
from bot.speech.rule import NUMBER, around, rule

if TYPE_CHECKING:
    from bot.speech.rule import Rule

__all__ = ["AMOUNTS"]

_SCALES: Final = {
    "k": "thousand",
    "K": "thousand",
    "M": "million",
    "m": "million",
    "mn": "million",
    "B": "billion",
    "b": "billion",
    "bn": "billion",
    "T": "trillion",
    "t": "trillion",
}
_WORDS: Final = ("hundred", "thousand", "million", "billion", "trillion")
_SCALE = rf"(?:[\s-]?({'|'.join(_WORDS)}|mn|bn|[KkMmBbTt])\b)?"

_MONEY: Final = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "€": ("euro", "euros", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"),
    "¥": ("yen", "yen", "sen", "sen"),
}
_SIGN = r"[$€£¥]"

_UNITS: Final = {
    "min": ("minute", "minutes"),
    "sec": ("second", "seconds"),
    "hr": ("hour", "hours"),
    "hrs": ("hour", "hours"),
    "h": ("hour", "hours"),
    "ms": ("millisecond", "milliseconds"),
    "μs": ("microsecond", "microseconds"),
    "ns": ("nanosecond", "nanoseconds"),
    "km": ("kilometer", "kilometers"),
    "cm": ("centimeter", "centimeters"),
    "mm": ("millimeter", "millimeters"),
    "μm": ("micrometer", "micrometers"),
    "nm": ("nanometer", "nanometers"),
    "m": ("meter", "meters"),
    "ft": ("foot", "feet"),
    "mi": ("mile", "miles"),
    "mph": ("mile per hour", "miles per hour"),
    "km/h": ("kilometer per hour", "kilometers per hour"),
    "m/s": ("meter per second", "meters per second"),
    "kg": ("kilogram", "kilograms"),
    "mg": ("milligram", "milligrams"),
    "g": ("gram", "grams"),
    "lb": ("pound", "pounds"),
    "lbs": ("pound", "pounds"),
    "oz": ("ounce", "ounces"),
    "ml": ("milliliter", "milliliters"),
    "mL": ("milliliter", "milliliters"),
    "L": ("liter", "liters"),
    "kB": ("kilobyte", "kilobytes"),
    "KB": ("kilobyte", "kilobytes"),
    "MB": ("megabyte", "megabytes"),
    "GB": ("gigabyte", "gigabytes"),
    "TB": ("terabyte", "terabytes"),
    "PB": ("petabyte", "petabytes"),
    "MB/s": ("megabyte per second", "megabytes per second"),
    "GB/s": ("gigabyte per second", "gigabytes per second"),
    "TB/s": ("terabyte per second", "terabytes per second"),
    "Mbit/s": ("megabit per second", "megabits per second"),
    "Gbit/s": ("gigabit per second", "gigabits per second"),
    "Hz": ("hertz", "hertz"),
    "kHz": ("kilohertz", "kilohertz"),
    "MHz": ("megahertz", "megahertz"),
    "GHz": ("gigahertz", "gigahertz"),
    "W": ("watt", "watts"),
    "kW": ("kilowatt", "kilowatts"),
    "MW": ("megawatt", "megawatts"),
    "GW": ("gigawatt", "gigawatts"),
    "kWh": ("kilowatt hour", "kilowatt hours"),
    "MWh": ("megawatt hour", "megawatt hours"),
    "V": ("volt", "volts"),
    "mV": ("millivolt", "millivolts"),
    "dB": ("decibel", "decibels"),
    "px": ("pixel", "pixels"),
    "fps": ("frame per second", "frames per second"),
    "GFLOPS": ("gigaflops", "gigaflops"),
    "TFLOPS": ("teraflops", "teraflops"),
    "PFLOPS": ("petaflops", "petaflops"),
    "°C": ("degree Celsius", "degrees Celsius"),
    "°F": ("degree Fahrenheit", "degrees Fahrenheit"),
    "°": ("degree", "degrees"),
}
_UNIT = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))

_FIXED_RATIOS: Final = {"24/7": "twenty four seven", "9/11": "nine eleven"}


def _sum_of_money(sign: str, number: str, scale: str | None, match: re.Match[str]) -> str:
    one, many, cent, cents = _MONEY[sign]
    if scale:
        return f"{number} {_SCALES.get(scale, scale)} {one if _is_attribute(match) else many}"
    whole, _, rest = number.partition(".")
    if len(rest) != 2:
        return f"{number} {one if number == '1' or _is_attribute(match) else many}"
    small = f"{int(rest)} {cent if int(rest) == 1 else cents}"
    if whole == "0":
        return small
    large = f"{whole} {one if whole == '1' else many}"
    return f"{large} and {small}" if int(rest) else large


def _is_attribute(match: re.Match[str]) -> bool:
    """Whether it goes before a noun: "a five kilometer run", "a four billion dollar bid"."""
    before, after = around(match)
    return bool(
        re.search(r"\b[Aa]n?( about| more than)? $", before) and re.match(r"[ -][a-z]", after)
    )


def _money(match: re.Match[str]) -> str:
    return _sum_of_money(match[1], match[2], match[3], match)


def _money_behind(match: re.Match[str]) -> str:
    return _sum_of_money(match[2], match[1], None, match)


def _money_range(match: re.Match[str]) -> str:
    sign, low, low_scale, high, scale = match.groups()
    below = f" {_SCALES.get(low_scale, low_scale)}" if low_scale and low_scale != scale else ""
    return f"{low}{below} to {_sum_of_money(sign, high, scale, match)}"


def _unit(match: re.Match[str]) -> str:
    one, many = _UNITS[match[3]]
    single = match[1] == "1" or match[2] == "-" or _is_attribute(match)
    return f"{match[1]} {one if single else many}"


def _product(match: re.Match[str]) -> str:
    """ "19×19" and "four by four" are sizes, "2.5 × 3" is a sum."""
    left, gap, right = match.groups()
    return f"{left} by" if left == right or not gap else f"{left} times"


def _quotient(match: re.Match[str]) -> str:
    above, below = match.groups()
    return _FIXED_RATIOS.get(match[0]) or fraction(int(above), int(below))


AMOUNTS: tuple[Rule, ...] = (
    rule(
        "more than",
        rf"(?<![\w.,])((?:{_SIGN}\s?)?{NUMBER}(?:\s(?:{'|'.join(_WORDS)})|[KkMBT]|bn|x|%)?)\+"
        r"(?!\w|\+|\s?\d)",
        r"more than \1",
    ),
    rule(
        "a range of money",
        rf"({_SIGN})\s?({NUMBER}){_SCALE}\s?[-–—]\s?{_SIGN}?({NUMBER}){_SCALE}",
        _money_range,
    ),
    rule(
        "a range",
        rf"(?<![\w.,-])({NUMBER}(?:%|x|[KMBT]|bn|st|nd|rd|th|s|°C|°F|°)?)(?:-|\s?[–—]\s?)(?=\d)",
        r"\1 to ",
    ),
    rule("below nothing", rf"(?<![\w)])[-–−](?={_SIGN}?\.?\d)", "minus "),
    rule("money", rf"(?:\b(?:US|A|C))?({_SIGN})\s?({NUMBER}){_SCALE}", _money),
    rule("money behind", rf"(?<![\w.,])({NUMBER})\s?([€£¥])(?!\w)", _money_behind),
    rule(
        "dollars with cents",
        r"(?<![\w.,])(\d[\d,]*\.\d\d) dollars\b",
        lambda m: _sum_of_money("$", m[1], None, m),
    ),
    rule("a percentage", r"\s?%", " percent"),
    rule("a product", rf"(?<![\w.,])({NUMBER})(\s?)[x×](?=\s?({NUMBER}))", _product),
    rule("so many times", rf"(?<![\w.,])({NUMBER})\s?[x×](?!\w)", r"\1 times"),
    rule(
        "a kind of picture", r"\b(4|8)K(?= (?:video|film|movie|TV|screen|display|picture))", r"\1 K"
    ),
    rule("in seconds", rf"(?<![\w.,])({NUMBER}) s(?!\w)", r"\1 seconds"),
    rule("a unit", rf"(?<![\w.,])({NUMBER})([\s-]?)({_UNIT})(?![\w/'’])", _unit),
    rule(
        "a scale", rf"(?<![\w.,])({NUMBER})(bn|mn|[KkMBT])\b", lambda m: f"{m[1]} {_SCALES[m[2]]}"
    ),
    rule("a price of each", r"\b(dollars?|euros?|cents?|pounds?)/(?=[a-z])", r"\1 per "),
    rule("a fraction", r"(?<![\w/.,])(\d{1,3})/(\d{1,3})(?![\w/]|[.,]\d)", _quotient),
)
"""In the order in which they are followed."""
