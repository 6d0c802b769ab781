"""A learner who speaks and listens: their voice and their ears are the installed ones."""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from bot.speech.hearing import Listener
from bot.speech.narrating import Narrator
from bot.speech.speakable import of_words
from bot.speech.voices import HibariVoice
from tests.conftest import Learner, Message

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

PATIENCE = 60.0
"""Seconds that a note may take on a machine that does something else as well."""


@dataclass(frozen=True)
class Speech:
    """A voice and a recogniser that have loaded: the tutor's, and lent to its learners."""

    narrator: Narrator
    listener: Listener

    async def said(self, words: str) -> tuple[bytes, int]:
        """A voice note, and its length in seconds."""
        made = await self.narrator.narrate(of_words(words))
        return made.content, max(1, round(made.seconds))

    async def words(self, learner: Learner, note: Message) -> str:
        """What is heard in a note of the tutor, in lower case without marks."""
        content = learner.person.content(note.body["voice"])
        return bare(await self.listener.hear(content, {}, "en", 60))


@asynccontextmanager
async def speech() -> AsyncIterator[Speech]:
    """Both, until the block ends."""
    narrator, listener = Narrator([HibariVoice()]), Listener()
    await asyncio.gather(narrator.warm(), listener.warm())
    yield Speech(narrator, listener)
    await asyncio.gather(narrator.close(), listener.close())


@dataclass
class Speaker:
    """Somebody who only speaks and listens. `told` are the notes they gave."""

    learner: Learner
    speech: Speech
    told: list[str] = field(default_factory=list)

    async def says(self, words: str) -> Reply:
        """Speaks, and listens to what comes back."""
        content, seconds = await self.speech.said(words)
        self.told.append(words)
        await self.learner.person.sends_voice(content, seconds)
        return await self.hears()

    async def hears(self) -> Reply:
        """What is written until a note comes, and what is heard in it."""
        written: list[Message] = []
        while True:
            message = await self.learner.hears(PATIENCE)
            if "voice" in message.body:
                return Reply(written, message, await self.speech.words(self.learner, message))
            written.append(message)


@dataclass(frozen=True)
class Reply:
    """What came back: texts, then one note, and what was heard in it."""

    written: Sequence[Message]
    note: Message
    heard: str

    @property
    def text(self) -> str:
        return "\n\n".join(message.text for message in self.written)


def bare(said: str) -> str:
    """In lower case, without marks."""
    return " ".join(re.sub(r"[^\w\s]", " ", said.lower()).split())


def likeness(words: str, heard: str) -> float:
    """How much of the words is heard somewhere, from 0 to 1: "deepblo" is nearly "Deep Blue"."""
    wanted, found = bare(words).replace(" ", ""), heard.replace(" ", "")
    return fuzz.partial_ratio(wanted, found) / 100
