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
    ("length", 0.9144): "yard yards yd yds",
    ("length", 0.3048): "foot feet ft",
    ("length", 0.0254): "inch inches",
    ("volume", 1e-3): "ml millilitre millilitres milliliter milliliters",
    ("volume", 1e-2): "cl centilitre centilitres",
    ("volume", 1.0): "l litre litres liter liters",
    ("volume", 3.785): "gallon gallons gal",
    ("volume", 0.473): "pint pints",
    ("volume", 0.004_93): "tsp teaspoon teaspoons",
    ("volume", 0.014_79): "tbsp tablespoon tablespoons",
    ("volume", 0.2366): "cup cups",
    ("area", 1e4): "ha hectare hectares",
    ("area", 4047.0): "acre acres",
    ("mass", 1e-3): "g gr gram grams gramme grammes",
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
    ("mass", 0.4536): "lb lbs",
    ("mass", 0.028_35): "oz ounce ounces",
    ("degree", 1.0): "° degree degrees °c c celsius centigrade",
    ("fahrenheit", 1.0): "°f f fahrenheit",
    ("kelvin", 1.0): "kelvin",
    ("length/time", 1 / 3.6): "kmh kph",
    ("length/time", 0.44704): "mph",
    ("energy", 1.0): "j joule joules",
    ("energy", 1e3): "kj kilojoule kilojoules",
    ("energy", 4.184): "cal calorie calories",
    ("energy", 4184.0): "kcal kilocalorie kilocalories",
    ("energy", 3.6e6): "kwh",
    ("force", 1.0): "n newton newtons",
    ("pressure", 1.0): "pa pascal pascals",
    ("pressure", 1e5): "bar",
    ("voltage", 1.0): "v volt volts",
    ("current", 1.0): "a amp amps ampere amperes",
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
    """The unit a lower-case word or sign stands for, like m, km/s or m/s^2; None for others."""
    over, slash, under = word.partition("/")
    if not slash or word in _UNITS:
        return _UNITS.get(word)
    power = int(under[-1]) if under[-1:].isdigit() else 1
    one, other = _UNITS.get(over), _UNITS.get(under.rstrip("0123456789^"))
    if one is None or other is None:
        return None
    measures = f"{one.measures}/{other.measures}" + (f"^{power}" if power > 1 else "")
    return Unit(measures, one.factor / other.factor**power)
