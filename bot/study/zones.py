"""Time zones: offered by language, found by a typed city or a shared place, and named.

Nothing is assumed: a learner confirms what is offered. Places come from tzfpy, 3 MB of zone borders
that need nothing else; timezonefinder is more exact at borders, for 33 MB and three more packages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, available_timezones

import tzfpy

from bot.study.gazetteer import NOTABLE, gazetteer
from bot.study.spoken import ANYWHERE, BY_COUNTRY, BY_LANGUAGE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.study.gazetteer import Place

__all__ = ["MOST", "City", "at", "guessed", "label", "of_city"]

MOST: Final = 6
"""Zones offered at once."""
LONGEST: Final = 60
"""Signs in the longest text that may name a city."""
_RENAMED: Final = {"nb": "no", "nn": "no", "tl": "fil", "iw": "he", "in": "id", "sh": "sr"}
_ACCENTS: Final = {"Sao Paulo": "São Paulo", "Bogota": "Bogotá", "St Johns": "St. John's"}
_BEFORE = re.compile(
    r"^(?:(?:i(?:'| a|’)?m|i live|we live|living|based|currently|now) )*(?:in|at|near|from) ", re.I
)
_AFTER = re.compile(r"(?: time)?(?: zone)?[.!]*$", re.I)
_OFFSET = re.compile(r"(?:utc|gmt)? ?([+\-−–])? ?(\d{1,2})(?::?([0-5]\d))?", re.I)
_CLOCKS: Final = {
    "utc": "Etc/UTC",
    "gmt": "Etc/UTC",
    "et": "America/New_York",
    "est": "America/New_York",
    "edt": "America/New_York",
    "eastern": "America/New_York",
    "cdt": "America/Chicago",
    "central": "America/Chicago",
    "mdt": "America/Denver",
    "mountain": "America/Denver",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "pacific": "America/Los_Angeles",
    "bst": "Europe/London",
    "cet": "Europe/Berlin",
    "cest": "Europe/Berlin",
    "eet": "Europe/Athens",
    "msk": "Europe/Moscow",
    "ist": "Asia/Kolkata",
    "jst": "Asia/Tokyo",
    "aest": "Australia/Sydney",
}
"""What clocks are called. zoneinfo's own "EST" knows no summer time: wrong for most who type it."""


@dataclass(frozen=True, slots=True)
class City:
    """A city to choose, and its zone. `country` is empty for a clock that belongs to none."""

    name: str
    country: str
    zone: str


def guessed(language: str | None) -> tuple[str, ...]:
    """The zones to offer first for a language code ("de", "pt-br"), the most likely first.

    Six at most, at least one; any order of size or case is taken, an unknown code too.
    """
    first, *rest = (language or "").casefold().replace("_", "-").split("-")
    spoken = BY_LANGUAGE.get(_RENAMED.get(first, first), "")
    places = " ".join(BY_COUNTRY.get(part, "") for part in rest)
    found = dict.fromkeys(f"{places} {spoken}".split())
    return tuple(found)[:MOST] or ANYWHERE


def at(latitude: float, longitude: float) -> str | None:
    """The zone of a place in degrees; at sea that of the ship's clock. None if it is no place."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    zone = tzfpy.get_tz(longitude, latitude)
    return zone if zone in _all_zones() else None


def label(zone: str) -> str:
    """What to call a zone: "Berlin", "New York", "UTC+2"."""
    if zone.startswith("Etc/"):
        name = zone.removeprefix("Etc/")
        # POSIX counts hours west of Greenwich: Etc/GMT-2 is two hours ahead.
        turned = name.translate(str.maketrans("+-", "-+")).replace("GMT", "UTC")
        return "UTC" if turned in {"UTC", "UTC+0", "UTC-0", "UTC0"} else turned
    name = zone.rpartition("/")[2].replace("_", " ")
    return _ACCENTS.get(name, name)


def of_city(text: str) -> tuple[City, ...]:
    """The cities a text may name, one for each zone, the likeliest first; () for none.

    Taken is a city in any language, with its country or state ("Portland, Oregon") or a slip of the
    finger; a country; the name of a zone ("Europe/Berlin") or a clock ("CET"); and an offset
    ("UTC+5:30"), which knows no summer time. The first call reads the gazetteer.
    """
    text = " ".join(text.split())
    if not text or len(text) > LONGEST:
        return ()
    text = _AFTER.sub("", _BEFORE.sub("", text, count=1)) or text
    if zone := _zone_named(text):
        return (_city_of(zone),)
    if offset := _OFFSET.fullmatch(text):
        return _at_offset(offset)
    return _one_a_zone(_places(text))


def _zone_named(text: str) -> str | None:
    key = text.casefold().replace(" ", "_")
    return _CLOCKS.get(key) or _by_folded_name().get(key)


@cache
def _all_zones() -> frozenset[str]:
    return frozenset(available_timezones())  # looks through a folder at each call


@cache
def _by_folded_name() -> dict[str, str]:
    """The zones with a slash in their name; the others are shorthand like "W-SU"."""
    return {name.casefold(): name for name in _all_zones() if "/" in name}


def _city_of(zone: str) -> City:
    known = gazetteer()
    biggest = known.of_zone(zone)
    country = known.regions.country(biggest.region.country) if biggest else ""
    return City(label(zone), country, zone)


def _at_offset(found: re.Match[str]) -> tuple[City, ...]:
    """The zone that keeps an offset all year; where there is none, those that do so in winter."""
    sign, hours, minutes = found.groups()
    if sign is None and hours != "0":
        return ()
    ahead = timedelta(hours=int(hours), minutes=int(minutes or 0)) * (1 if sign == "+" else -1)
    whole, rest = divmod(ahead, timedelta(hours=1))
    if not rest:
        zone = f"Etc/GMT{-whole:+d}" if whole else "Etc/UTC"
        return (City(label(zone), "", zone),) if zone in _all_zones() else ()
    zones = (zone for zone in gazetteer().zones() if _winter_offset(zone) == ahead)
    return tuple(_city_of(zone) for zone in zones)[:MOST]


def _winter_offset(zone: str) -> timedelta:
    offsets = (datetime(2026, month, 1, tzinfo=UTC).astimezone(ZoneInfo(zone)) for month in (1, 7))
    return min(one.utcoffset() or timedelta() for one in offsets)


def _places(text: str) -> list[Place]:
    """The places of a text, by ever more tolerant readings of it."""
    known = gazetteer()
    if regions := known.regions.named(text):
        return _biggest_first([*known.of_region(regions), *known.named(text)])
    if found := known.named(text):
        return found
    for city, beside in _parted(text):
        inside = known.regions.meant(beside)
        if inside and (found := known.named(city, inside) or known.nearly_named(city, inside)):
            return found
    before, comma, _ = text.partition(",")
    if comma and (found := known.named(before)):
        return found  # a district or a region of the country that is not known here
    return known.nearly_named(before if comma else text)


def _biggest_first(places: Iterable[Place]) -> list[Place]:
    """Without those that hardly anyone means: "India" is also a name of Inđija in Serbia."""
    found = sorted(places, key=lambda place: -place.population)
    return [place for place in found if place.population >= NOTABLE * found[0].population]


def _parted(text: str) -> Iterable[tuple[str, str]]:
    """A text as city and region: at its first comma, else before its last words."""
    before, comma, after = text.partition(",")
    if comma:
        yield before, after.rpartition(",")[2]
        yield before, after
    words = text.replace(",", " ").split()
    for count in range(1, min(4, len(words))):
        yield " ".join(words[:-count]), " ".join(words[-count:])


def _one_a_zone(places: Iterable[Place]) -> tuple[City, ...]:
    """The first place of each zone that zoneinfo knows."""
    cities: dict[str, City] = {}
    for place in places:
        if len(cities) < MOST and place.zone in _all_zones():
            country = gazetteer().regions.country(place.region.country)
            cities.setdefault(place.zone, City(place.name, country, place.zone))
    return tuple(cities.values())
