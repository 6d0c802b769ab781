"""Figures: what a measurement found, beside the bar it has to reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Figure", "at_most", "exactly", "noted", "table"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report. `good` is None where there is no bar."""

    what: str
    value: float | str
    bar: str = ""
    good: bool | None = None


def exactly(what: str, value: int, wanted: int = 0) -> Figure:
    """A count that has to be this one."""
    return Figure(what, value, str(wanted), value == wanted)


def at_most(what: str, value: float, most: float) -> Figure:
    """A figure that must not be above this."""
    return Figure(what, value, f"<= {most:g}", value <= most)


def noted(what: str, value: float | str) -> Figure:
    """A figure that is only told."""
    return Figure(what, value)


def table(title: str, figures: Iterable[Figure]) -> Table:
    """For the terminal."""
    made = Table("figure", "value", "bar", "", title=title, title_justify="left")
    for figure in figures:
        value = figure.value if isinstance(figure.value, str) else f"{figure.value:,.4g}"
        verdict = {None: "", True: "pass", False: "[red]FAIL[/red]"}[figure.good]
        made.add_row(figure.what, value, figure.bar, verdict)
    return made
