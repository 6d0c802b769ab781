"""Spoken commands: what somebody who cannot press a button says in its place."""

from __future__ import annotations

import re
from enum import StrEnum

__all__ = ["SpokenCommand", "recognise"]


class SpokenCommand(StrEnum):
    """What is wanted. `GO_ON` is the next thing there is: a question, or a section. `WAS_RIGHT`:
    the answer before was misheard, or judged too strictly.
    """

    GO_ON = "go-on"
    REPEAT = "repeat"
    STOP = "stop"
    QUIZ = "quiz"
    LESSON = "lesson"
    PROGRESS = "progress"
    SLOWER = "slower"
    FASTER = "faster"
    WAS_RIGHT = "was-right"


_PHRASES = {
    SpokenCommand.GO_ON: (
        "(?:the )?next(?: one| question| section| part)?", "(?:whats|what is) next", "go on",
        "continue", "carry on", "keep going", "go ahead", "proceed", "on", "more", "start",
        "begin", "let us go on", "lets go on", "lets go", "another(?: one| question)?",
        "skip(?: it| that| this| this one| (?:this|the) question)?", "listen", "read on",
        "im ready", "ready",
    ),
    SpokenCommand.REPEAT: (
        "(?:can you |could you )?repeat(?: it| that| the question| please)*", "again", "once more",
        "(?:can you |could you )?say (?:it|that) again", "(?:i beg your )?pardon", "come again",
        "what (?:was|is) (?:that|the question)", "what did you say", "one more time",
        "(?:read|say) the question again", "i didnt (?:hear|catch|get) (?:that|it)", "sorry",
    ),
    SpokenCommand.STOP: (
        "stop(?: it| please| now| here| there| reading| the quiz| the lesson)*",
        "(?:thats )?enough(?: for (?:now|today))?", "quit", "thats all(?: for (?:now|today))?",
        "pause", "finish", "end", "im done", "no more",
    ),
    SpokenCommand.QUIZ: (
        "(?:start |begin |do |open )?(?:a |the |my |todays |daily )*(?:quiz|questions?)"
        "(?: me)?(?: now)?",
        "quiz me(?: now)?", "ask me(?: a question| something| questions)?", "test me",
    ),
    SpokenCommand.LESSON: (
        "(?:read|play|continue|start|begin)(?: me| to me| on with)?(?: the| my| a)?"
        "(?: next| first)? (?:lesson|section)",
        "(?:the |a )?lesson", "read to me",
    ),
    SpokenCommand.PROGRESS: (
        "(?:show |tell me |whats )?(?:me )?my progress", "progress", "how (?:am i|do i) do(?:ing)?",
    ),
    SpokenCommand.SLOWER: ("(?:speak |talk |a bit |a little )*(?:slower|more slowly)",),
    SpokenCommand.FASTER: ("(?:speak |talk |a bit |a little )*(?:faster|quicker)",),
    SpokenCommand.WAS_RIGHT: (
        "(?:no )?(?:but )?(?:i|that|it) was (?:right|correct)", "(?:no )?i said that",
        "(?:no )?you misheard(?: me)?", "count (?:it|that) as right",
    ),
}  # fmt: skip
_BESIDE = re.compile(
    r"^(?:(?:please|ok|okay|now|viva|hey|and|so|well) )+"
    r"|(?: (?:please|now|viva|thanks|thank you))+$"
)


def recognise(said: str) -> SpokenCommand | None:
    """The command, if nothing else was said."""
    words = " ".join(re.sub(r"[^\w\s]", "", said.lower()).split())
    words = _BESIDE.sub("", words).strip()
    for command, phrases in _PHRASES.items():
        if any(re.fullmatch(phrase, words) for phrase in phrases):
            return command
    return None
