"""Countries and the states of the USA, by the names people type beside a city or instead of one."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Region", "Regions", "spelling"]

_STRAY: Final = re.compile(r"[\s!-/:-@\[-`{-\xbf\u0300-\u036f\u2000-\u206f\u3000-\u3003\u30fb]+")
"""Spaces, signs and accents. Not \\W, which takes vowels out of Indian scripts."""
_SAINT: Final = re.compile(r"\bst[. -] ?(?=\w)")
_ALSO: Final = {
    "GB": ("uk", "great britain", "britain", "england", "scotland", "wales", "northern ireland"),
    "US": ("usa", "america", "united states of america"),
    "NL": ("netherlands", "holland"),
    "CZ": ("czech republic",),
    "TR": ("türkiye",),
    "AE": ("uae", "emirates"),
    "KR": ("korea",),
    "MM": ("burma",),
    "CV": ("cape verde",),
    "MK": ("macedonia",),
    "CD": ("congo",),
    "PS": ("palestine",),
    "CI": ("côte d'ivoire",),
}
"""Other names of countries."""


@dataclass(frozen=True, slots=True)
class Region:
    """A country by its two letters, or the state of one (the USA's by two letters as well)."""

    country: str
    state: str = ""

    def holds(self, other: Region) -> bool:
        """Whether the other is this one or lies in it."""
        return self.country == other.country and self.state in {"", other.state}


class Regions:
    """The regions there are. "Georgia" is two, and so is "CA"."""

    def __init__(
        self, countries: Iterable[tuple[str, str]], states: Iterable[tuple[str, str]]
    ) -> None:
        """Codes of two letters with names, of countries and of the states of the USA."""
        self._named: defaultdict[str, list[Region]] = defaultdict(list)
        self._coded: defaultdict[str, list[Region]] = defaultdict(list)
        self._names: dict[str, str] = {}
        for code, name in countries:
            self._names[code] = name
            for one in (name, *_ALSO.get(code, ())):
                self._add(Region(code), code, one)
        for code, name in states:
            self._add(Region("US", code), code, name)

    def _add(self, region: Region, code: str, name: str) -> None:
        if region not in self._coded[code.casefold()]:
            self._coded[code.casefold()].append(region)
        self._named[spelling(name)].append(region)

    def named(self, name: str) -> list[Region]:
        """The regions of that name in full."""
        return self._named.get(spelling(name), [])

    def meant(self, name: str) -> list[Region]:
        """The regions of that name or code, as it stands beside a city."""
        return [*self.named(name), *self._coded.get(spelling(name), [])]

    def country(self, code: str) -> str:
        """The name of a country; empty if there is no such code."""
        return self._names.get(code, "")


def spelling(name: str) -> str:
    """A name without case, accents, spaces and signs: "São Paulo" and "sao-paulo" are one."""
    folded = _SAINT.sub("saint ", name.casefold())
    if not folded.isascii():
        folded = unicodedata.normalize("NFKD", folded)
    folded = _STRAY.sub("", folded)
    return folded if folded.isascii() else unicodedata.normalize("NFC", folded)
