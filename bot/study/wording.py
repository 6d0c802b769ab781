"""Written answers made comparable: case, accents, dashes, number words, and slips of the finger."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

import Stemmer
from rapidfuzz.distance import OSA
from text_to_num import alpha2digit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = [
    "compact",
    "inflected",
    "is_slip",
    "listed",
    "plain",
    "singular",
    "slips_allowed",
    "stems",
    "words",
    "words_meet",
]


def listed(text: str) -> frozenset[str]:
    """The words of a word list."""
    return frozenset(text.split())


_QUOTES = re.compile(r"[\"“”„«»`*_]")
_APOSTROPHES = re.compile(r"[’‘´]")
_DASHES = re.compile(r"[‐‑‒–—―−]")
_SUPERSCRIPT = re.compile(r"[⁰¹²³⁴-⁹]+")
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}")
_ARROWS = re.compile(r"-+>|→|⇒")
_WORD = re.compile(r"[^\W_]+(?:\.\d+)?")
_SHORT = {("u", "you"), ("r", "are"), ("n", "and")}
_ROMAN = re.compile(
    r"\b(?:(?i:ii|iii|iv|vi|vii|viii|ix|xii|xiii|xiv|xv|xvi|xvii|xviii|xix|xx|xxi)|XI"
    r"|(?<=[a-z] )[IVX]$)\b"
)
_VALUES = {"i": 1, "v": 5, "x": 10}
_BRITISH = ((re.compile(r"is(?=(?:e|ed|ing|ation)\b)"), "iz"), (re.compile(r"our\b"), "or"))

_STEMMER = Stemmer.Stemmer("english")
_PLURALS: Final = dict(
    pair.split(":")
    for pair in listed(
        "matrices:matrix indices:index vertices:vertex criteria:criterion phenomena:phenomenon"
        " nuclei:nucleus analyses:analysis hypotheses:hypothesis axes:axis"
        " people:person men:man women:woman children:child mice:mouse feet:foot teeth:tooth"
        " cities:city countries:country batteries:battery arteries:artery"
        " theories:theory galaxies:galaxy species:species series:series"
    )
)
SHORT_WORD: Final = 4
"""Letters up to which a word has no room for a slip: another one is another word."""


def plain(text: str) -> str:
    """Lower case without accents, quotes or odd signs; numbers in words become digits."""
    text = _ROMAN.sub(lambda found: str(_roman(found[0].casefold())), text.strip())
    text = _SUPERSCRIPT.sub(lambda found: "^" + unicodedata.normalize("NFKC", found[0]), text)
    text = unicodedata.normalize("NFKC", _APOSTROPHES.sub("'", text))
    parted = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(sign for sign in parted if not unicodedata.combining(sign))
    text = _DASHES.sub("-", _ARROWS.sub(" to ", text.replace("\u2044", "/")))
    text = _DOTTED.sub(lambda found: found[0].replace(".", ""), _QUOTES.sub("", text))
    # "thirty-seven" is a number, and so is the three of "gpt-three"
    text = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", text)
    return " ".join(alpha2digit(" ".join(text.split()), "en", threshold=0).split())


def _roman(numeral: str) -> int:
    values = [_VALUES[sign] for sign in numeral]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < following else value for value, following in pairs)


def words(text: str) -> list[str]:
    """The words of a plain text: singular, ordinals as numbers, British endings as American."""
    text = re.sub(r"'s\b|n't\b", lambda found: "" if found[0] == "'s" else " not", text)
    text = re.sub(r"\b(\d+)(?:st|nd|rd|th)\b", r"\1", text)
    return [singular(_spelt(word)) for word in _WORD.findall(text)]


def singular(word: str) -> str:
    """A word without the s of a plural; some that have another plural are known."""
    if word in _PLURALS:
        return _PLURALS[word]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def compact(parts: Iterable[str]) -> str:
    """Words run together: "alpha go" and "AlphaGo" are one name."""
    return "".join(parts)


def slips_allowed(word: str) -> int:
    """How many slips of the finger a word of that length may hold."""
    if len(word) <= SHORT_WORD:
        return 0
    return 1 if len(word) <= 9 else 2


def stems(parts: Iterable[str]) -> list[str]:
    """The words without their endings, sorted: "augmented data" is "data augmentation"."""
    return sorted(_STEMMER.stemWords(list(parts)))


def inflected(one: str, other: str) -> bool:
    """Whether two words are one verb with other endings: increase, increases, increased."""
    bases = [
        {word.removesuffix(ending) for ending in ("", "s", "es", "d", "ed", "ing", "e")}
        for word in (one, other)
    ]
    return any(len(base) > SHORT_WORD for base in bases[0] & bases[1])


def is_slip(given: str, meant: str, is_word: Callable[[str], bool]) -> bool:
    """Whether `given` is `meant`, mistyped: few slips, the same digits, and no word of its own.

    Two slips at once keep the first letter: "intention" is not "attention" mistyped. What differs
    by a prefix that turns the sense round ("unsupervised") is another word.
    """
    if given == meant or (given, meant) in _SHORT or (len(meant) > 2 and given == meant + "s"):
        return True
    if given.rstrip("s") == meant.rstrip("s") and len(meant) > SHORT_WORD and not is_word(given):
        return True  # what a plural's s was taken from: pancreas, pancreass
    given, meant = given.replace("ph", "f"), meant.replace("ph", "f")
    if given == meant:
        return True
    slips = OSA.distance(given, meant, score_cutoff=2)
    if slips > slips_allowed(meant) or _is_meant(given, is_word):
        return False
    if slips == 2 and given[:1] != meant[:1]:
        return False
    if re.findall(r"\d+", given) != re.findall(r"\d+", meant):
        return False
    return not (given.endswith(meant) or meant.endswith(given))


def _is_meant(given: str, is_word: Callable[[str], bool]) -> bool:
    """Whether it is an English word, or a form of one: "preaching" is not "poaching" mistyped."""
    bases = (given.removesuffix(ending) for ending in ("ing", "ed", "er", "es"))
    return any(map(is_word, (given, given + "s"))) or any(
        base != given and len(base) > SHORT_WORD and is_word(base) for base in bases
    )


def words_meet(given: Sequence[str], meant: Sequence[str], is_word: Callable[[str], bool]) -> bool:
    """Whether the words are the same, one by one, but for slips; two slips in all at most.

    Beside words that are right, one may be cut to its first letter ("S. Korea"), and a single slip
    may happen to make a word ("bach normalization").
    """
    if len(given) != len(meant):
        return False
    pairs = list(zip(given, meant, strict=True))
    other = [(one, word) for one, word in pairs if one != word]
    if len(other) == 1 and len(pairs) > 1:
        one, word = other[0]
        if word.startswith(one) and len(one) == 1 and word.isalpha():
            return True
        if one[:1] == word[:1] and OSA.distance(one, word) == 1:
            inflected = is_word(one) and (one.startswith(word) or word.startswith(one))
            return not inflected and is_slip(one, word, lambda _: False)
    slips = sum(OSA.distance(one, word) for one, word in other)
    return slips <= 2 and all(is_slip(one, word, is_word) for one, word in other)


def _spelt(word: str) -> str:
    for pattern, american in _BRITISH:
        if len(word) > 4:
            word = pattern.sub(american, word)
    return word
