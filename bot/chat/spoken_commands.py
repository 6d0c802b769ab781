"""Spoken commands: what somebody who cannot press a button says in its place."""

from __future__ import annotations

import re
from enum import StrEnum

__all__ = ["SpokenCommand", "recognise"]


class SpokenCommand(StrEnum):
    """What is wanted. `GO_ON` is the next thing there is: a question, or a section."""

    GO_ON = "go-on"
    REPEAT = "repeat"
    STOP = "stop"
    QUIZ = "quiz"
    LESSON = "lesson"
    PROGRESS = "progress"
    SLOWER = "slower"
    FASTER = "faster"


_PHRASES = {
    SpokenCommand.GO_ON: (
        "(?:the )?next(?: one| question| section| part)?", "go on", "continue", "carry on",
        "keep going", "go ahead", "proceed", "on", "more", "start", "begin", "let us go on",
        "lets go on", "lets go", "skip(?: it| this| this one)?", "listen", "read on", "im ready",
        "ready",
    ),
    SpokenCommand.REPEAT: (
        "(?:can you |could you )?repeat(?: it| that| the question| please)*", "again", "once more",
        "(?:can you |could you )?say (?:it|that) again", "(?:i beg your )?pardon", "come again",
        "what was (?:that|the question)", "what did you say", "one more time",
        "(?:read|say) the question again", "i didnt (?:hear|catch|get) (?:that|it)",
    ),
    SpokenCommand.STOP: (
        "stop(?: it| please| now| here)*", "enough(?: for (?:now|today))?", "thats enough", "quit",
        "thats all(?: for (?:now|today))?", "pause", "finish", "end", "im done", "no more",
    ),
    SpokenCommand.QUIZ: (
        "(?:start |begin |do |open )?(?:a |the |my |todays |daily )*(?:quiz|questions?)"
        "(?: me)?(?: now| please)?",
        "quiz me(?: now| please)?", "ask me(?: a question| something| questions)?", "test me",
    ),
    SpokenCommand.LESSON: (
        "(?:read|play|continue|start|begin)(?: me| on with)?(?: the| my| a)? (?:lesson|section)",
        "(?:the |a )?lesson", "read to me",
    ),
    SpokenCommand.PROGRESS: (
        "(?:show |tell me |whats )?(?:me )?my progress", "progress", "how (?:am i|do i) do(?:ing)?",
    ),
    SpokenCommand.SLOWER: ("(?:speak |talk |a bit |a little )*(?:slower|more slowly)(?: please)?",),
    SpokenCommand.FASTER: ("(?:speak |talk |a bit |a little )*(?:faster|quicker)(?: please)?",),
}  # fmt: skip
_BESIDE = re.compile(r"^(?:please|ok|okay|now|viva|hey viva|and|so|well) | (?:please|now|viva)$")


def recognise(said: str) -> SpokenCommand | None:
    """The command, if nothing else was said."""
    words = " ".join(re.sub(r"[^\w\s]", "", said.lower()).split())
    words = _BESIDE.sub("", words).strip()
    for command, phrases in _PHRASES.items():
        if any(re.fullmatch(phrase, words) for phrase in phrases):
            return command
    return None
