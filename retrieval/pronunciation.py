"""How the names and terms of a course are said, as values: `pronunciation_files` reads them.

They serve the voices, and the recogniser as words it should expect.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

__all__ = ["SOUNDS", "Pronunciation", "as_word"]

SOUNDS: Final = frozenset(
    " ˈˌːʰʲ\u0303AIOQSTWYabcdefhijklmnopqrstuvwxyzæçøœðβθχɐɑɒɔɕɖəɚɛɜɟɡɣɤɥɨɪɯɰŋɲɳɴɸɹɻɽɾʁʂʃʈʊʋʌʎʒʔ"
    "ʝʣʤʥʦʧʨᵊᵝᵻꭧ"
)
"""The alphabet of the first voice: the phonemes of misaki, without its punctuation."""


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """A word of the course, how it is respelled for every voice, and its sounds for the first one.

    `say` is the word itself where it is not respelled; `sounds` are of the alphabet SOUNDS, or
    empty. `written` may be several words, and its case counts.
    """

    written: str
    say: str
    sounds: str = ""


def as_word(*written: str) -> str:
    """A pattern for any of the words in a text, the longest first.

    Its group "word" is the one found, "ending" an 's behind it, or the s of an acronym ("GANs").
    """
    words = "|".join(map(re.escape, sorted(written, key=len, reverse=True)))
    return rf"(?<!\w)(?P<word>{words})(?P<ending>['’]s|(?<=[A-Z]{{2}})s|)(?!\w)"
