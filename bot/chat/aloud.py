"""Aloud: what was replied, said in a voice note, for those who want to hear it.

A text or a quiz carries in `aloud` what a voice says of it: None for the text as it stands, which
only those are told who listen and do not look; nothing where it is empty. The note comes after
the texts, so that they stand if it fails.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.chat.replies import Edit, Made, Poll, Text
from bot.chat.styled import plain
from bot.chat.texts import en as texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.replies import Reply

__all__ = ["SOUND", "WORDS", "said_aloud", "voice_note", "with_voice"]

WORDS, SOUND = "words", "sound"
"""The makers' names, of a voice note and of a quiz's sound; the argument is what is to be said."""

LONGEST = 3000
"""Characters in one note: about three minutes. Nobody listens to a menu for longer."""


def with_voice(replies: Sequence[Reply], *, by_ear: bool) -> list[Reply]:
    """The replies and their voice note; what is said of a quiz is said in it, after the note."""
    if by_ear:
        return [*replies, *said_aloud(replies, by_ear=True)]
    quizzes = [reply for reply in replies if isinstance(reply, Poll)]
    others = [reply for reply in replies if not isinstance(reply, Poll)]
    heard = [replace(quiz, heard=quiz.aloud or "") for quiz in quizzes]
    return [*others, *said_aloud(others, by_ear=False), *heard]


def said_aloud(replies: Sequence[Reply], *, by_ear: bool) -> list[Made]:
    """The voice note that goes after these replies, or none. `by_ear`: they do not look."""
    said = [_of(reply, by_ear=by_ear) for reply in replies]
    words = "\n\n".join(filter(None, said))
    return [voice_note(words)] if words else []


def voice_note(words: str) -> Made:
    """These words, said; of very many the first, up to the end of a line or word."""
    if len(words) > LONGEST:
        whole = words[:LONGEST].rpartition("\n")[0] or words[:LONGEST].rpartition(" ")[0]
        words = whole or words[:LONGEST]
    return Made(WORDS, instead=plain(texts.NO_VOICE_NOW), argument=words, kind="voice")


def _of(reply: Reply, *, by_ear: bool) -> str:
    match reply:
        case Text(aloud=None) if by_ear:
            return reply.content.text
        case Text() | Poll() | Edit():
            return reply.aloud or ""
        case _:
            return ""
