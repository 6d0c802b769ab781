"""Narrating: makes the voice notes that replies and lessons ask for, when their turn has come.

A section that is longer than a note is cut into several. What is said of a lesson is the same for
all, so that its notes are made once, and uploaded once.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from bot.chat.handlers.courses import current_course
from bot.chat.making import CannotBeMade, MadeFile
from bot.chat.texts import en as texts
from bot.errors import CannotSpeak, StorageError
from bot.speech import speakable
from bot.speech.narrating import LONGEST, split
from bot.storage import preferences
from bot.storage.learners import LearnerId

if TYPE_CHECKING:
    from bot.chat.catalogue import Catalogue, LessonEntry, SectionEntry
    from bot.chat.replica import Replica
    from bot.chat.shelf import Shelf
    from bot.speech.narrating import Narrator
    from bot.speech.recording import Form
    from bot.speech.script import Script
    from retrieval.courses import Course

__all__ = [
    "SECTION",
    "SHORT",
    "narrate_section",
    "narrate_words",
    "notes_of",
    "section_argument",
    "section_notes",
]

SECTION = "section"
"""The maker's name; its argument comes from `section_argument`."""

SHORT = "short"
"""In place of a section's id: the lesson's short version."""

SLOWEST = 0.8
"""Notes are cut for the slowest speed, so that they are the same for everybody."""

OPENING: Final = 60.0
"""Seconds of a note of the section that opens a lesson: who presses Listen waits for the first."""


def section_argument(place: str, note: int) -> str:
    """Which note of which section ("course/lesson/section", or …/SHORT)."""
    return f"{place}#{note}"


def section_notes(entry: SectionEntry) -> int:
    """How many notes the section takes. It reads the whole section: not for the event loop."""
    return len(notes_of(entry))


async def narrate_section(
    replica: Replica, shelf: Shelf, narrator: Narrator | None, chat: int, argument: str
) -> MadeFile:
    """One note of a section, for the learner of a private chat."""
    place, _, note = argument.partition("#")
    catalogue = await shelf.opened()
    _, speed = await _chosen(replica, catalogue, chat)
    course, script = await asyncio.to_thread(_script, catalogue, place, int(note))
    return await _said(narrator, script, course.language, speed)


async def narrate_words(
    replica: Replica,
    shelf: Shelf,
    narrator: Narrator | None,
    chat: int,
    argument: str,
    *,
    form: Form = "opus",
) -> MadeFile:
    """A voice note that says these words, or the sound of a quiz, which has to be "aac"."""
    course, speed = await _chosen(replica, await shelf.opened(), chat)
    script = await asyncio.to_thread(speakable.of_words, argument, course)
    return await _said(narrator, script, course.language if course else "en", speed, form)


async def _chosen(replica: Replica, catalogue: Catalogue, chat: int) -> tuple[Course | None, float]:
    """The learner's course and speed."""
    who = LearnerId(replica.id, chat)
    try:
        async with replica.database.read() as tx:
            course = await current_course(tx, who, catalogue)
            return course, (await preferences.find(tx, who)).speed
    except StorageError as error:
        raise CannotBeMade(str(error)) from error


def _script(catalogue: Catalogue, place: str, note: int) -> tuple[Course, Script]:
    """What is to be said in that note."""
    lesson, _, section = place.rpartition("/")
    whole = catalogue.lesson(lesson)
    entry = catalogue.section(place)
    if section == SHORT and whole is not None:
        return whole.course, _short(whole)
    if entry is None:
        raise CannotBeMade("the section is no longer in the course")
    notes = notes_of(entry)
    if note >= len(notes):
        raise CannotBeMade("the section has become shorter")
    return entry.course, notes[note]


def _short(entry: LessonEntry) -> Script:
    chapters = speakable.of_lesson(entry.lesson, entry.course, short=True)
    return tuple(line for _, script in chapters for line in script)


def notes_of(entry: SectionEntry) -> list[Script]:
    """What each voice note of the section says."""
    script = speakable.of_section(entry.section, entry.course)
    return split(script, SLOWEST, OPENING if entry.number == 1 else LONGEST)


async def _said(
    narrator: Narrator | None, script: Script, language: str, speed: float, form: Form = "opus"
) -> MadeFile:
    if narrator is None:
        raise CannotBeMade("no voice is installed")
    try:
        made = await narrator.narrate(script, language, speed, form=form)
    except CannotSpeak as error:
        raise CannotBeMade(str(error)) from error
    if form == "aac":
        title = texts.QUESTION_SOUND
        return MadeFile(
            "question.m4a", made.content, kind="audio", seconds=made.seconds, title=title
        )
    return MadeFile("voice.ogg", made.content, kind="voice", seconds=made.seconds)
