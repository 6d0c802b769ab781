"""/progress: what the learner knows by now, as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.callback_data import Quiz
from bot.chat.progressing import PROGRESS, PROGRESS_WORDS
from bot.chat.replies import Button, Made, Reply
from bot.chat.styled import plain
from bot.chat.texts import en as texts

if TYPE_CHECKING:
    from bot.chat.context import Context
    from bot.chat.incoming import Incoming
    from bot.storage.database import Transaction

__all__ = ["in_words", "progress"]


async def progress(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """The picture is made when it is sent; its words stand under it. Who listens hears them."""
    if context.by_ear:
        return await in_words(incoming, tx, context)
    return [_picture()]


def _picture() -> Made:
    quiz = ((Button(texts.QUIZ_NOW, str(Quiz())),),)
    return Made(PROGRESS, instead=plain(texts.NO_PICTURE), buttons=quiz)


async def in_words(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """The same, said."""
    said = Made(PROGRESS_WORDS, instead=plain(texts.NO_VOICE_NOW), kind="voice")
    return [_picture(), *([said] if context.speaks else [])]
