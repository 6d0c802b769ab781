"""Units of measure as people write them: what each measures, and how much one of it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["MAGNITUDES", "Unit", "unit_of"]


@dataclass(frozen=True, slots=True)
class Unit:
    """`measures` names the quantity; `factor` is how much of its base unit one of these is."""

    measures: str
    factor: float = 1.0


MAGNITUDES: Final = {
    "k": 1e3, "thousand": 1e3, "thousands": 1e3,
    "m": 1e6, "mn": 1e6, "mm": 1e6, "mio": 1e6, "mln": 1e6, "mil": 1e6,
    "million": 1e6, "millions": 1e6,
    "b": 1e9, "bn": 1e9, "bln": 1e9, "billion": 1e9, "billions": 1e9, "milliard": 1e9,
    "t": 1e12, "tn": 1e12, "trn": 1e12, "trillion": 1e12, "trillions": 1e12,
}  # fmt: skip
"""What follows a number and multiplies it. Some are units too ("10 m"): both are tried."""

_HOUR, _DAY = 3600.0, 86_400.0
_TABLE: Final = {
    ("ratio", 0.01): "% percent pct percentage",
    ("times", 1.0): "x × times fold",
    ("dollar", 1.0): "$ usd dollar dollars us$ bucks",
    ("euro", 1.0): "€ eur euro euros",
    ("pound", 1.0): "£ gbp pound pounds",
    ("yen", 1.0): "¥ jpy yen",
    ("length", 1e-3): "mm millimetre millimetres millimeter millimeters",
    ("length", 1e-2): "cm centimetre centimetres centimeter centimeters",
    ("length", 1.0): "m metre metres meter meters",
    ("length", 1e3): "km kilometre kilometres kilometer kilometers kms",
    ("length", 1609.344): "mile miles mi",
    ("length", 0.3048): "foot feet ft",
    ("length", 0.0254): "inch inches",
    ("mass", 1e-3): "g gram grams gramme grammes",
    ("mass", 1e-6): "mg milligram milligrams",
    ("mass", 1.0): "kg kilo kilos kilogram kilograms",
    ("mass", 1e3): "t ton tons tonne tonnes",
    ("time", 1e-3): "ms millisecond milliseconds",
    ("time", 1.0): "s sec secs second seconds",
    ("time", 60.0): "min mins minute minutes",
    ("time", _HOUR): "h hr hrs hour hours",
    ("time", _DAY): "d day days",
    ("time", 7 * _DAY): "wk wks week weeks",
    ("time", 30.4375 * _DAY): "mo mos month months",
    ("time", 365.25 * _DAY): "y yr yrs year years",
    ("bytes", 1.0): "byte bytes",
    ("bytes", 1e3): "kb kilobyte kilobytes",
    ("bytes", 1e6): "mb megabyte megabytes megs",
    ("bytes", 1e9): "gb gigabyte gigabytes gig gigs",
    ("bytes", 1e12): "tb terabyte terabytes",
    ("degree", 1.0): "° degree degrees °c celsius",
    ("fahrenheit", 1.0): "°f fahrenheit",
    ("speed", 1.0): "km/h kmh kph",
    ("speed", 1.609344): "mph",
    ("frequency", 1.0): "hz hertz",
    ("frequency", 1e3): "khz kilohertz",
    ("frequency", 1e6): "mhz megahertz",
    ("frequency", 1e9): "ghz gigahertz",
    ("power", 1.0): "w watt watts",
    ("power", 1e3): "kw kilowatt kilowatts",
    ("power", 1e6): "mw megawatt megawatts",
}
_UNITS: Final = {
    name: Unit(measures, factor)
    for (measures, factor), names in _TABLE.items()
    for name in names.split()
}


def unit_of(word: str) -> Unit | None:
    """The unit a lower-case word or sign stands for, or None."""
    return _UNITS.get(word)
