"""Notation as it is said: addresses, abbreviations, formulas, names with figures, and signs."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from bot.speech.numerals import cardinal, in_pairs, one_by_one, ordinal, roman
from bot.speech.rule import NUMBER, around, rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.speech.rule import Rule

__all__ = ["ABBREVIATIONS", "FORMULAS", "NAMES", "NUMBERS", "SIGNS"]

_COMMANDS: Final = {
    "times": "times",
    "cdot": "times",
    "div": "divided by",
    "pm": "plus or minus",
    "le": "is at most",
    "leq": "is at most",
    "ge": "is at least",
    "geq": "is at least",
    "ne": "is not",
    "neq": "is not",
    "approx": "is about",
    "rightarrow": "to",
    "infty": "infinity",
    "sum": "the sum of",
    "prod": "the product of",
    "int": "the integral of",
    "sqrt": "the square root of",
    "left": "",
    "right": "",
    "text": "",
    "mathrm": "",
    "mathbf": "",
    "quad": "",
}
"""Commands of TeX whose names are not what is said; the others (alpha, log, to) are."""

_SHORT: Final = {
    r"e\.\s?g\.": "for example",
    r"i\.\s?e\.": "that is",
    r"(?:vs\.?(?=\s)|(?<=\w )v\.(?=\s[A-Z]))": "versus",
    r"cf\.": "compare",
    r"viz\.": "namely",
    r"approx\.": "approximately",
    r"Dr\.(?=\s[A-Z])": "Doctor",
    r"Mr\.(?=\s[A-Z])": "Mister",
    r"Mrs\.(?=\s[A-Z])": "Missus",
    r"Ms\.(?=\s[A-Z])": "Miz",
    r"Prof\.(?=\s[A-Z])": "Professor",
    r"St\.(?=\s[A-Z])": "Saint",
    r"Nos\.\s?(?=\d)": "numbers ",
    r"[Nn]o\.\s?(?=\d)": "number ",
    r"pp\.\s?(?=\d)": "pages ",
    r"p\.\s?(?=\d)": "page ",
    r"[Vv]ol\.\s?(?=\d)": "volume ",
    r"[Cc]h\.\s?(?=\d)": "chapter ",
    r"[Ss]ec\.\s?(?=\d)": "section ",
    r"[Ff]ig\.\s?(?=\d)": "figure ",
    r"[Ee]q\.\s?(?=\d)": "equation ",
    r"v(?:\.\s?)?(?=\d)": "version ",
    r"ca?\.\s?(?=\d)": "about ",
    r"w/o(?!\w)": "without",
    r"w/(?=\s)": "with",
    r"(?:N/A|n/a)(?!\w)": "not available",
}
_SHORT_AT_THE_END: Final = {
    r"etc\.?(?!\w)": "and so on",
    r"et al\.?(?!\w)": "and colleagues",
    r"Ph\.?D\.": "PhD",
    r"a\.m\.": "AM",
    r"p\.m\.": "PM",
    r"Inc\.": "Incorporated",
    r"Corp\.": "Corporation",
    r"Ltd\.": "Limited",
    r"(?:[A-Z]\.){2,}(?!\w)": "",
}
"""The full stop of these may be that of the sentence as well. The last are initials: "U.S."."""

_NUMERAL = r"(?=[IVX])(X{0,3}(?:IX|IV|V?I{0,3}))(?<=[IVX])\b(?!['’.]\w)"
_NUMBERED = (
    "War|Mark|Part|Chapter|Volume|Book|Act|Section|Phase|Type|Table|Figure|Level|Class|Stage|"
    "Article|Appendix|Apollo|Factor"
)
_REGNAL = (
    "Henry|Elizabeth|Louis|Charles|George|James|William|Edward|Richard|Pius|Philip|Napoleon|"
    "Wilhelm|Catherine|Nicholas|Frederick"
)
_NUMBERED_MAKES = "Boeing|Airbus|Route|Flight|Room|Intel|Cray|[A-Z]{2,}"

_COMPARISONS: Final = {
    "<": "less than",
    ">": "more than",
    "≤": "at most",
    "≥": "at least",
    "≈": "about",
    "~": "about",
}


def _tex(match: re.Match[str]) -> str:
    return f" {_COMMANDS.get(match[1], match[1])} "


def _power(match: re.Match[str]) -> str:
    power = match[1] or match[2]
    return {"2": " squared", "3": " cubed"}.get(power) or f" to the power of {power} "


def _function(match: re.Match[str]) -> str:
    return f"{match[1]} of {match[2].replace('|', ' given ')}"


def _compared(match: re.Match[str]) -> str:
    """ "p < 0.05" is a statement, "in <5 minutes" is not."""
    gap, sign, following = match.groups()
    before, after = around(match)
    balanced = bool(gap) == bool(following) and before[-1:].isalnum() and sign != "~"
    return f" is {_COMPARISONS[sign]} " if balanced and after else f" {_COMPARISONS[sign]} "


def _arrow(match: re.Match[str]) -> str:
    before, after = around(match)
    figures = before[-1:].isdigit() and after[:1].isdigit()
    return " to " if figures else ", "


def _keeping_the_stop(words: str) -> Callable[[re.Match[str]], str]:
    """Says the words, or the initials as one name; a full stop that ends a sentence is kept."""

    def say(match: re.Match[str]) -> str:
        said = words or match[0].replace(".", "")
        _, after = around(match)
        ends = match[0].endswith(".") and re.match(r"\s*$|\s+[A-Z]" if words else r"\s*$", after)
        return f"{said}." if ends else said

    return say


def _regnal(match: re.Match[str]) -> str:
    return f"{match[1]} the {ordinal(roman(match[2]))}"


def _numeral(match: re.Match[str]) -> str:
    return f"{match[1]} {cardinal(str(roman(match[2])))}"


def _greek(match: re.Match[str]) -> str:
    name = unicodedata.name(match[0])
    return f" {name.rpartition('LETTER ')[2].partition(' ')[0].lower()} "


FORMULAS: tuple[Rule, ...] = (
    rule("an address", r"\b(?:https?://(?:www\.)?|www\.)([\w-]+(?:\.[\w-]+)*)(?::\d+)?"
         r"(?:[/?#][^\s()<>\[\]]*(?<![.,;:!?'\"]))?", lambda m: m[1].replace(".", " dot ")),
    rule("a mailbox", r"\b([\w.+-]+)@([\w-]+(?:\.[\w-]+)+)\b",
         lambda m: f"{m[1]} at {m[2]}".replace(".", " dot ")),
    rule("a footnote", r"\s?\[\^?\d+(?:(?:, ?|[-–])\d+)*\]", ""),
    rule("a formula", r"\$([^$\n]*[\\^_{}][^$\n]*|[A-Za-z])\$", r"\1"),
    rule("a fraction of TeX", r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"\1 over \2"),
    rule("a command of TeX", r"\\([A-Za-z]+)", _tex),
    rule("a power", r"(?<=[\w)])\^(?:\{([^{}]+)\}|(-?\w+))", _power),
    rule("a function", r"(?<!\w)([A-Za-z]|log|exp|sin|cos|tan|max|min)\(([^()]+)\)", _function),
    rule("an ending in brackets", r"(?<=\w)\(s\)", "s"),
    rule("an arrow", r"\s*(?:[-=]+>|<-+|[←→↔⇒➜⟶])\s*", _arrow),
    rule("a difference", r"(?<=\d) [-−] (?=\d)", " minus "),
    rule("an inequality", r"(\s*)([<>≤≥≈~])(\s*)(?=[\w$€£.])", _compared),
    rule("a place in a row", r"#\s?(?=\d)", "number "),
    rule("a sharp", r"(?<=\b[A-G])#", " sharp"),
    rule("plus plus", r"(?<=[A-Za-z])\+\+", " plus plus"),
    rule("two names", r"(?<=[^\W\d_])–(?=[^\W\d_])", " "),
    rule("a star", r"(?<=\b[A-Z])\*(?!\w)", " star"),
    rule("a recall", r"(?<=\w)@(?=\w)", " at "),
    rule("a gap", r"_{2,}", " blank "),
)  # fmt: skip
"""What must be read before any figure in it."""

ABBREVIATIONS: tuple[Rule, ...] = (
    *(rule(words, rf"(?<![\w.]){pattern}", words) for pattern, words in _SHORT.items()),
    *(
        rule(words or "initials", rf"(?<![\w.]){pattern}", _keeping_the_stop(words))
        for pattern, words in _SHORT_AT_THE_END.items()
    ),
    rule("a dot in a name", r"(?<=[^\W\d_])\.(?=[a-z])", " dot "),
)

NAMES: tuple[Rule, ...] = (
    rule("initials before a number", r"\b([B-DF-HJ-NP-TV-XZ]{2,5})-(?=\d)",
         lambda m: f"{' '.join(m[1])} "),
    rule("a make", rf"\b({_NUMBERED_MAKES}) (\d{{3,4}})(?![\w%]|[.,]\d| [mb]illion)",
         lambda m: f"{m[1]} {in_pairs(m[2])}"),
    rule("a model", r"(?<=[^\W\d_])-?(\d{3})(?!\w|[.,]\d)", lambda m: f" {in_pairs(m[1])}"),
    rule("one of a model", r"(?<=\b[Aa] )(\d{3})(?!\w|[.,]\d|\s?%)", lambda m: in_pairs(m[1])),
    rule("a ruler", rf"\b({_REGNAL}) {_NUMERAL}", _regnal),
    rule("a numbered thing", rf"\b({_NUMBERED}) {_NUMERAL}", _numeral),
    rule("a second one", rf"\b([A-Z][a-z]+) (?=[IVX]{{2}})(?=[VX]*I){_NUMERAL}", _numeral),
)  # fmt: skip
"""Names with a number in them."""

NUMBERS: tuple[Rule, ...] = (
    rule("an ordinal", r"(?<![\w.])(\d[\d,]*)(?:st|nd|rd|th)\b",
         lambda m: ordinal(int(m[1].replace(",", "")))),
    rule("from one to another", r"(?<=[a-z])2(?=[A-Z])|(?<=[a-z]{2})2(?=[a-z]{2})", " to "),
    rule("a chain of figures", r"(?<![\w-])\d+(?:-\d+){2,}(?![\w-])",
         lambda m: ", ".join(map(one_by_one, m[0].split("-")))),
    rule("a ratio", r"(?<=\d):(?=\d)", " to "),
    rule("letters and figures", r"(?<=[^\W\d_])-?(?=\d)|(?<=\d)-?(?=[^\W\d_])", " "),
    rule("a number", NUMBER, lambda m: cardinal(m[0])),
)  # fmt: skip
"""Every figure that is left."""

SIGNS: tuple[Rule, ...] = (
    rule("not equal", r"\s*(?:!=|≠)\s*", " is not "),
    rule("equal", r"(?<=\S)\s*={1,3}\s*(?=\S)", " equals "),
    rule("plus", r"(?<=[\w)])\s*\+\s*(?=[\w(])|\+(?=\w)", " plus "),
    rule("minus", r"\s*−\s*(?=\w)", " minus "),
    rule("times", r"\s*[×⋅∗]\s*|(?<=\w) \* (?=\w)", " times "),
    rule("divided by", r"\s*÷\s*", " divided by "),
    rule("plus or minus", r"\s*±\s*", " plus or minus "),
    rule("and", r"\s*&\s*", " and "),
    rule("degrees Celsius", r"\s*°\s?C\b", " degrees Celsius"),
    rule("degrees Fahrenheit", r"\s*°\s?F\b", " degrees Fahrenheit"),
    rule("degrees", r"\s*°", " degrees"),
    rule("section", r"§+\s?", " section "),
    rule("a root", r"√\s*", " the square root of "),
    rule("a sum", r"∑\s*", " the sum of "),
    rule("infinity", r"∞", " infinity "),
    rule("a letter of a formula", r"(?<![α-ωΑ-Ω])[α-ωΑ-Ω](?![α-ωΑ-Ωά-ώ])", _greek),
    rule("a row of dots", r"\.{2,}(?=\s*[a-z])", ","),
    rule("brackets and bars", r"[()\[\]{}|•]| · | -+ ", ", "),
    rule("a dash", r"\s*[–—]\s*", ", "),
)
"""The signs between the words, when no figure is left."""
