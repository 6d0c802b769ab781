"""Aloud: what was replied, said in a voice note, for those who want to hear it.

A text or a quiz carries in `aloud` what a voice says of it: None for the text as it stands, which
only those are told who listen and do not look; nothing where it is empty. The note comes after
the texts, so that they stand if it fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.replies import Edit, Made, Poll, Text
from bot.chat.styled import plain
from bot.chat.texts import en as texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.replies import Reply

__all__ = ["WORDS", "said_aloud", "voice_note", "words_of"]

WORDS = "words"
"""The maker's name; its argument is what is to be said."""

LONGEST = 3000
"""Characters in one note: about three minutes. Nobody listens to a menu for longer."""


def said_aloud(replies: Sequence[Reply], *, by_ear: bool) -> list[Made]:
    """The voice note that goes after these replies, or none. `by_ear`: they do not look."""
    words = words_of(replies, by_ear=by_ear)
    return [voice_note(words)] if words else []


def voice_note(words: str) -> Made:
    """These words, said."""
    return Made(WORDS, instead=plain(texts.NO_VOICE_NOW), argument=words[:LONGEST], kind="voice")


def words_of(replies: Sequence[Reply], *, by_ear: bool) -> str:
    """What a voice says of them, a paragraph each."""
    said = [_of(reply, by_ear=by_ear) for reply in replies]
    return "\n\n".join(filter(None, said))


def _of(reply: Reply, *, by_ear: bool) -> str:
    match reply:
        case Text(aloud=None) if by_ear:
            return reply.content.text
        case Text() | Poll() | Edit():
            return reply.aloud or ""
        case _:
            return ""
