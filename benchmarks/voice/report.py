"""The report: each figure of the tutor's beside its bar, and beside what plain engines reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Row", "at_least", "at_most", "noted", "table"]


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `good` is None where there is no bar; the engines' cells are empty where they have
    nothing to compare.
    """

    what: str
    viva: float | str
    bar: str = ""
    good: bool | None = None
    espeak: float | str = ""
    pyttsx3: float | str = ""


def at_most(
    what: str, viva: float, most: float, espeak: float | str = "", pyttsx3: float | str = ""
) -> Row:
    """A figure of the tutor's that must not be above this."""
    return Row(what, viva, f"<= {most:g}", viva <= most, espeak, pyttsx3)


def at_least(
    what: str, viva: float, least: float, espeak: float | str = "", pyttsx3: float | str = ""
) -> Row:
    """A figure of the tutor's that must not be below this."""
    return Row(what, viva, f">= {least:g}", viva >= least, espeak, pyttsx3)


def noted(what: str, viva: float | str, espeak: float | str = "", pyttsx3: float | str = "") -> Row:
    """A figure that is only told."""
    return Row(what, viva, "", None, espeak, pyttsx3)


def table(title: str, rows: Iterable[Row]) -> Table:
    """For the terminal."""
    made = Table(
        "figure", "viva", "bar", "", "espeak", "pyttsx3", title=title, title_justify="left"
    )
    for row in rows:
        verdict = {None: "", True: "pass", False: "[red]FAIL[/red]"}[row.good]
        cells = (_cell(row.viva), row.bar, verdict, _cell(row.espeak), _cell(row.pyttsx3))
        made.add_row(row.what, *cells)
    return made


def _cell(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:,.3g}"
