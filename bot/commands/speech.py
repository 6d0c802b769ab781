"""What makes audio: say, and book."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.progress import progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.settings import Settings
    from bot.speech.script import Script
    from retrieval.courses import Course, Lesson

__all__ = ["COMMANDS"]

_SPEED = click.option(
    "--speed", default=1.0, show_default=True, type=click.FloatRange(0.5, 2.0), help="Of the voice."
)


@click.command()
@click.argument("lesson")
@click.option("--section", help="The id of one section; default: the whole lesson.")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write: FILE.ogg, or FILE-01.ogg, FILE-02.ogg … where one note is not enough.",
)  # fmt: skip
@_SPEED
def say(lesson: str, section: str | None, output: Path, speed: float) -> None:
    """Read a LESSON (its id or file) aloud into voice notes of Ogg/Opus."""
    from bot.settings import read_settings
    from retrieval.lessons import find_lesson, read_courses

    settings = read_settings()
    course, found = find_lesson(read_courses(settings.lessons).courses, lesson)
    scripts = _scripts(course, found, section)
    written = asyncio.run(_say(settings, scripts, course.language, output, speed))
    click.echo("\n".join(written))


@click.command()
@click.argument("course", required=False)
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write: FILE.m4b, or FILE-01.m4b … where it takes more than 48 MB.",
)  # fmt: skip
@_SPEED
def book(course: str | None, output: Path, speed: float) -> None:
    """Bind a COURSE (its id; may be left out if there is one) as an audio book with chapters."""
    from bot.settings import read_settings
    from retrieval.lessons import read_courses

    settings = read_settings()
    courses = read_courses(settings.lessons).courses
    found = [each for each in courses if course in (None, each.id)]
    if len(found) != 1:
        known = ", ".join(each.id for each in courses) or "none"
        raise click.ClickException(f"Name one of the courses: {known}.")
    written = asyncio.run(_bind(settings, found[0], output, speed))
    click.echo("\n".join(written))


COMMANDS = (say, book)


def _scripts(course: Course, lesson: Lesson, section: str | None) -> list[Script]:
    """What is to be said, a script a section."""
    from bot.speech import speakable

    if section is None:
        return [script for _, script in speakable.of_lesson(lesson, course)]
    found = lesson.section(section)
    if found is None:
        known = ", ".join(each.id for each in lesson.sections)
        raise click.ClickException(f"There is no section {section!r}. There are: {known}.")
    return [speakable.of_section(found, course)]


async def _say(
    settings: Settings, scripts: Sequence[Script], language: str, output: Path, speed: float
) -> list[str]:
    """Make the notes and write them; what was written, a line each."""
    from bot import app
    from bot.errors import CannotSpeak
    from bot.speech.narrating import packed

    notes = packed(scripts, speed)
    written = []
    async with app.speaking(settings) as speech:
        if speech.narrator is None:
            raise CannotSpeak("No voice is installed, or VIVA_VOICE is none.")
        with progress("Reading aloud") as report:
            for number, note in enumerate(notes, start=1):
                made = await speech.narrator.narrate(note, language, speed)
                path = _numbered(output, number, len(notes))
                await asyncio.to_thread(_write, path, made.content)
                written.append(f"{path}  {made.seconds:.0f} s, by {made.voice}")
                report(number, len(notes))
    return written


async def _bind(settings: Settings, course: Course, output: Path, speed: float) -> list[str]:
    from bot import app
    from bot.chat.bookbinding import chapters
    from bot.errors import CannotSpeak

    async with app.speaking(settings) as speech:
        if speech.binder is None:
            raise CannotSpeak("No voice is installed, or VIVA_VOICE is none.")
        click.echo("Reading the course aloud. A half-hour lesson takes about a minute.", err=True)
        parts = await speech.binder.book(course.title, chapters(course), course.language, speed)
    written = []
    for number, part in enumerate(parts, start=1):
        path = _numbered(output, number, len(parts))
        await asyncio.to_thread(_write, path, await asyncio.to_thread(part.read_bytes))
        written.append(str(path))
    return written


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}.") from error


def _numbered(path: Path, number: int, of: int) -> Path:
    """The file itself, or one of several: FILE-01.ogg, FILE-02.ogg …"""
    return path if of == 1 else path.with_stem(f"{path.stem}-{number:02}")
