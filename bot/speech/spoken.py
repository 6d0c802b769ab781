"""Plain text as a person would say it, in English: words and the marks that give them their pace.

The rules stand in tables (`notation`, `dates`, `amounts`), each with a name, and are followed in
one order: what holds a figure in a form of its own (an address, a date, a sum of money) is read
before the figure itself. What no rule reads, such as an emoji or a bullet, is not said.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from bot.speech.amounts import AMOUNTS
from bot.speech.dates import DATES, YEARS
from bot.speech.notation import ABBREVIATIONS, FORMULAS, NAMES, NUMBERS, SIGNS

if TYPE_CHECKING:
    from bot.speech.rule import Rule

__all__ = ["RULES", "spoken", "without_furniture"]

RULES: Final[tuple[Rule, ...]] = (
    *FORMULAS,
    *ABBREVIATIONS,
    *DATES,
    *AMOUNTS,
    *NAMES,
    *YEARS,
    *NUMBERS,
    *SIGNS,
)
"""Every rule, in the order in which they are followed."""

_RAISED: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ", "0123456789+-n")
_NEVER_SAID = re.compile(r"[^\w\s,;:.!?'-]|_")
_LONE_APOSTROPHE = re.compile(r"(?<![^\W\d_])'|(?<![sS])'(?![^\W\d_])")
_LONE_HYPHEN = re.compile(r"(?<![^\W\d_])-+|-+(?![^\W\d_])|-{2,}")
_MARKS = re.compile(r"\s*[,;:.!?][\s,;:.!?]*")
_STRENGTH: Final = "?!.;:,"
_FURNITURE: Final = ("So", "Sk", "Cc", "Cf", "Co", "Cn", "Zl", "Zp")  # categories of Unicode


def spoken(text: str) -> str:
    """The text in words: no figure is left in it, and no sign but , ; : . ! ? ' and hyphens.

    What is spoken already stays as it is.
    """
    said = _once(text)
    # Taking signs out may bring together what has a reading of its own ("e" and ".g."). Every
    # round leaves fewer signs or abbreviations, so there is an end to it.
    while (again := _once(said)) != said:
        said = again
    return said


def without_furniture(text: str) -> str:
    """The text of another language than English for a voice of it: as it is, without bullets,
    emoji and the like.
    """
    said = (" " if unicodedata.category(c) in _FURNITURE or c in "•·" else c for c in text)
    return " ".join("".join(said).split())


def _once(text: str) -> str:
    said = _in_simple_letters(text)
    for rule in RULES:
        said = rule.apply(said)
    return _tidy(said)


def _in_simple_letters(text: str) -> str:
    """One form for each letter, figure and quotation mark, and plain blanks."""
    text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ]+", lambda m: f"^{{{m[0].translate(_RAISED)}}}", text)
    text = re.sub(r"(?<=\d)(?=[¼½¾⅐-⅞])", " and ", text)
    text = re.sub("[™℠®©]", "", text)
    text = unicodedata.normalize("NFKC", text).replace("⁄", "/")
    text = re.sub("[’‘ʼ`´]", "'", text)
    text = re.sub('["“”„«»]', "", text)
    text = re.sub("[‐‑]", "-", text)
    return " ".join("".join(map(_simple, text)).split())


def _simple(character: str) -> str:
    """A figure of any script as 0 to 9; the others as they are."""
    if not character.isnumeric() or character.isalpha():
        return character
    figure = unicodedata.digit(character, None)
    return " " if figure is None else str(figure)


def _tidy(text: str) -> str:
    """Without what nobody says, with one mark at a time and one blank after it."""
    text = _NEVER_SAID.sub(" ", text)
    text = _LONE_APOSTROPHE.sub("", text)
    text = _LONE_HYPHEN.sub(" ", text)
    text = _MARKS.sub(_strongest, text)
    return " ".join(text.split()).lstrip(",;:.!? ").rstrip(", ")


def _strongest(marks: re.Match[str]) -> str:
    return f"{min(marks[0].replace(' ', ''), key=_STRENGTH.index)} "
