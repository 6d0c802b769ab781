"""Small talk: greetings, thanks and the like, which are answered and not searched for.

Told by a list of phrases, not by guessing. A phrase that is followed by a question is a
question: "hi, who won?" asks who won.
"""

from __future__ import annotations

import re
from enum import StrEnum

__all__ = ["SmallTalk", "recognise"]


class SmallTalk(StrEnum):
    """What was said; `texts` has an answer to each."""

    GREETING = "greeting"
    THANKS = "thanks"
    FAREWELL = "farewell"
    HOW_ARE_YOU = "how_are_you"
    WHO_ARE_YOU = "who_are_you"
    FINE = "fine"
    SHORT = "short"


_PHRASES = {
    SmallTalk.GREETING: (
        "hi", "hii+", "hi there", "hiya", "hello+", "hello there", "hallo", "hullo", "hey+",
        "hey there", "heya", "howdy", "yo", "greetings", "good (?:morning|afternoon|evening|day)",
        "(?:good )?mornin[g']?", "g'?day", "salut", "hola", "bonjour", "ciao", "namaste",
        "nice to meet you", "what'?s up", "whats up", "sup",
    ),
    SmallTalk.THANKS: (
        "thanks?", "thanks+ (?:a lot|so much|very much|again|a million|a bunch)", "thank you+",
        "thank u", "thank you (?:so|very) much", "many thanks", "thanks? for (?:the|your) help",
        "thank you for (?:the|your) help", "thx+", "thnx", "tnx", "tx", "ty", "tysm", "tyvm",
        "cheers", "much appreciated", "merci", "gracias", "danke",
        "(?:that was |that is |that's |this was |this is )?(?:very |really |so )?helpful",
    ),
    SmallTalk.FAREWELL: (
        "bye+", "bye bye", "byebye", "good ?bye", "good ?night", "see (?:you|ya)",
        "see (?:you|ya) (?:later|soon|tomorrow)", "cu", "cya", "farewell", "take care", "ttyl",
        "until next time", "have a (?:nice|good|great) (?:day|evening|weekend|one)",
    ),
    SmallTalk.HOW_ARE_YOU: (
        "how are (?:you|u|ya)(?: doing)?(?: today)?", "how r u", "how do you do",
        "how(?:'s| is) it going", "how are things", "are you (?:ok|okay|fine|well)",
        "(?:are )?you there", "anybody there", "anyone there",
    ),
    SmallTalk.WHO_ARE_YOU: (
        "who (?:are|r) (?:you|u)", "what are you", "what (?:can|do) you do", "what is your name",
        "what'?s your name", "what can i (?:do|ask)(?: here| you)?", "help(?: me)?", "menu",
        "how do you work", "how does this bot work", "are you (?:a bot|a robot|human|real|an ai)",
        "what is this bot", "start", "can you help(?: me)?",
    ),
    SmallTalk.FINE: (
        "ok+", "okay+", "okey", "k", "kk", "okie", "alright", "all right", "fine", "good", "great",
        "nice", "cool", "super", "perfect", "awesome", "wow", "sure", "yes", "yep", "yeah", "yup",
        "no", "nope", "nah", "right", "got it", "i see", "understood", "makes sense", "lol",
        "haha+", "hmm+", "ah+", "aha", "oh+", "well done", "good bot", "sounds good", "very good",
        "interesting", "amazing", "excellent", "brilliant", "no problem", "never ?mind",
    ),
}  # fmt: skip

# To whom it is said; it changes nothing.
_ADDRESS = r"(?:\s*,?\s*(?:viva|bot|tutor|all|everyone|everybody|friend|buddy|mate|sir|teacher))?"
_KINDS = tuple(_PHRASES)
_PHRASE = re.compile(
    "|".join(
        f"(?P<{kind.name}>(?:{'|'.join(sorted(phrases, key=len, reverse=True))}){_ADDRESS})(?!\\w)"
        for kind, phrases in _PHRASES.items()
    ),
    re.IGNORECASE,
)
_FILLER = re.compile(r"[\W_]*")


def recognise(text: str) -> tuple[SmallTalk | None, str]:
    """The small talk that a text consists of, or None and the question in it.

    The question is the text without the greetings before it.
    """
    kind, rest = _opening(text.replace("’", "'"))
    if not rest:
        return kind or _wordless(text), ""
    if sum(map(str.isalnum, rest)) == 1 and kind is None:
        return SmallTalk.SHORT, ""
    # Cut from the text itself: the apostrophes were replaced one for one.
    return None, text[-len(rest) :]


def _opening(text: str) -> tuple[SmallTalk | None, str]:
    """The last phrase of small talk at the beginning, and all that follows.

    A phrase counts where the text ends after it, or a sign parts it from what follows, or a
    question begins: "great filter" is no praise, "hi what is a filter" is a greeting.
    """
    kind = None
    rest = text[_FILLER.match(text).end() :]  # type: ignore[union-attr]
    while rest and (match := _PHRASE.match(rest)):
        gap = _FILLER.match(rest, match.end())
        assert gap is not None  # noqa: S101  (it matches nothing at least)
        following = rest[gap.end() :]
        if following and gap.group().isspace() and not _begins_anew(following):
            break
        kind, rest = SmallTalk[str(match.lastgroup)], following
    return kind, rest


_OPENER = re.compile(
    r"(?:who|whom|whose|what|when|where|why|which|how|can|could|do|does|did|is|are|was|were"
    r"|please|tell|explain|define|describe)\b",
    re.IGNORECASE,
)


def _begins_anew(text: str) -> bool:
    return bool(_OPENER.match(text) or _PHRASE.match(text))


def _wordless(text: str) -> SmallTalk:
    """For emoji, signs and nothing at all."""
    return SmallTalk.SHORT if set(text) <= set("?!.,… \t\n") else SmallTalk.FINE
