"""The `viva` command. Each verb imports what it needs when it is called, so that help is quick."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from bot.commands import authors, operators, speech
from bot.errors import TutorError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.storage.feedback import Feedback

__all__ = ["main"]


class Viva(click.Group):
    """Says the errors we raise on purpose in a line, without a traceback."""

    def invoke(self, context: click.Context) -> Any:
        """Run the verb; exit with 1 and a message when it cannot do its work."""
        from bot.local.errors import LocalServerError
        from retrieval.errors import RetrievalError

        try:
            return super().invoke(context)
        except (TutorError, RetrievalError, LocalServerError) as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Viva)
def main() -> None:
    """Viva, a tutor that answers from a folder of lessons."""


for command in (*authors.COMMANDS, *speech.COMMANDS, *operators.COMMANDS):
    main.add_command(command)


@main.command()
@click.option(
    "--port", default=8080, show_default=True, type=click.IntRange(0, 65535),
    help="Of the chat page without TELEGRAM_BOT_TOKEN; with it, of /health, /metrics, the webhook.",
)  # fmt: skip
@click.option(
    "--host", default="127.0.0.1", show_default=True,
    help="With TELEGRAM_BOT_TOKEN: where to listen. The chat page never leaves this machine.",
)  # fmt: skip
def run(port: int, host: str) -> None:
    """Start the tutor: on Telegram with a token, else in a local chat page."""
    import asyncio

    from bot import app, logs
    from bot.settings import read_settings

    settings = read_settings()
    logs.configure()
    asyncio.run(app.run(settings, port, click.echo, host))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def feedback(as_json: bool) -> None:
    """Show which questions went wrong, by lesson."""
    import asyncio

    from bot import app
    from bot.settings import read_settings

    entries = asyncio.run(app.all_feedback(read_settings()))
    click.echo(_as_json(entries) if as_json else _as_text(entries))


def _by_lesson(entries: Iterable[Feedback]) -> dict[str, list[Feedback]]:
    """Grouped by "course/lesson", in order; "" for what came near no lesson."""
    lessons: dict[str, list[Feedback]] = {}
    for entry in entries:
        lesson = (entry.place or "").rpartition("/")[0]
        lessons.setdefault(lesson, []).append(entry)
    return dict(sorted(lessons.items()))


def _as_json(entries: Sequence[Feedback]) -> str:
    lessons = [
        {
            "course": lesson.partition("/")[0] or None,
            "lesson": lesson.partition("/")[2] or None,
            "feedback": [_fields(entry) for entry in of_lesson],
        }
        for lesson, of_lesson in _by_lesson(entries).items()
    ]
    return json.dumps(lessons, ensure_ascii=False, indent=2)


def _fields(entry: Feedback) -> dict[str, str | None]:
    return {
        "kind": entry.kind.value,
        "question": entry.question,
        "section": _section(entry),
        "at": entry.given_at.isoformat(timespec="seconds"),
    }


def _as_text(entries: Sequence[Feedback]) -> str:
    if not entries:
        return "No feedback yet."
    lines = []
    for lesson, of_lesson in _by_lesson(entries).items():
        lines += ["", lesson or "no lesson near"]
        lines += [f"  {_line(entry)}" for entry in of_lesson]
    return "\n".join(lines[1:])


def _line(entry: Feedback) -> str:
    kind = entry.kind.value.replace("_", " ")
    section = f"  [{_section(entry)}]" if entry.place else ""
    question = " ".join(entry.question.split())
    return f"{entry.given_at:%Y-%m-%d}  {kind:<11}  {question}{section}"


def _section(entry: Feedback) -> str | None:
    return entry.place.rpartition("/")[2] if entry.place else None
