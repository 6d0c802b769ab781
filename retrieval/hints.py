"""What kind of thing a question asks for, and whether a sentence holds one.

A small nudge in the choice of the answering sentence: "when" wants a number, "who" a person's name,
"why" a reason, "what is" a definition, "what does TNT stand for" the words behind its letters.
Worth about half a point of sentences marked right.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.lexical import terms

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["holds_what_is_asked"]

_ASKS_NUMBER = re.compile(
    r"\b(when|how (many|much|fast|big|large|long|old|often|far|deep)|(what|which) (year|date"
    r"|percent\w*|number|share|rate))\b",
    re.IGNORECASE,
)
_ASKS_PERSON = re.compile(r"\b(who|whom|whose)\b", re.IGNORECASE)
_ASKS_NAME = re.compile(r"\b(where|which (team|company|lab|country|city))\b", re.IGNORECASE)
_ASKS_REASON = re.compile(r"\b(why|how come|what for)\b", re.IGNORECASE)
_ASKS_WORDS = re.compile(r"\b(?P<letters>\w{2,8})['’\"”]? (stand|short) for\b", re.IGNORECASE)
_ASKS_MEANING = re.compile(r"^\W*((so )?what('s| is| are|s)|define|meaning of|explain)\b", re.I)

_NUMBER = re.compile(
    r"\d|\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty"
    r"|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|half|dozen)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b[A-Z][\w’'-]*[a-z.](?: [a-z]{2,3})? [A-Z][\w’'-]+")
_NAME = re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][\w'’-]+")
_REASON = re.compile(r"\b(because|since|so that|reason|thanks to|due to|therefore|thus)\b", re.I)
_IS = re.compile(r"\b(is|are|means|stands for|consists? of|refers? to)\b", re.IGNORECASE)


def holds_what_is_asked(question: str, sentence: str) -> bool:
    """Whether a sentence holds the kind of thing that the question asks for."""
    if spelled := _ASKS_WORDS.search(question):
        return _spells_out(sentence, spelled["letters"])
    if _ASKS_NUMBER.search(question):
        return bool(_NUMBER.search(sentence))
    if _ASKS_PERSON.search(question):
        return _names_new(_PERSON, question, sentence)
    if _ASKS_NAME.search(question):
        return _names_new(_NAME, question, sentence)
    if _ASKS_REASON.search(question):
        return bool(_REASON.search(sentence))
    return bool(_ASKS_MEANING.search(question)) and _defines(sentence, terms(question))


def _names_new(name: re.Pattern[str], question: str, sentence: str) -> bool:
    """Whether the sentence names someone or something that the question does not."""
    return any(found.lower() not in question.lower() for found in name.findall(sentence))


def _spells_out(sentence: str, letters: str) -> bool:
    """Whether words in a row begin with the letters, as in "generative adversarial network"."""
    initials = (rf"{re.escape(letter)}[^\W\d_]+" for letter in letters)
    return re.search(r"\b" + r"[\s-]+".join(initials), sentence, re.IGNORECASE) is not None


def _defines(sentence: str, asked: Sequence[str]) -> bool:
    """Whether the sentence says what the asked thing is, as in "A GAN consists of two networks"."""
    verb = _IS.search(sentence)
    return bool(asked) and verb is not None and set(asked) <= set(terms(sentence[: verb.start()]))
