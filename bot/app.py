"""The composition root: the one place that knows every room, the clock and the signals."""

from __future__ import annotations

import asyncio
import secrets
import signal
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from starlette.applications import Starlette

from bot.chat.door import Door
from bot.chat.shelf import Shelf
from bot.chat.tutor import Tutor
from bot.local.server import LocalServer
from bot.serving import bound, serving
from bot.speech.book import Bookbinder
from bot.speech.hearing import Listener
from bot.speech.kept import KeptAudio
from bot.speech.narrating import Narrator
from bot.speech.voices import installed_voices
from bot.storage import feedback
from bot.storage.database import Database
from bot.storage.migrations import migrate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from pathlib import Path

    from sqlalchemy import URL

    from bot.settings import Settings
    from bot.storage.feedback import Feedback

__all__ = ["Speech", "all_feedback", "run", "speaking", "store"]


NEXT_DAY = "Next day"
"""What the local chat offers, to try weeks of questions in a minute."""


def machine_clock() -> datetime:
    """The time of this machine, in UTC."""
    return datetime.now(UTC)


async def run(
    settings: Settings, port: int, announce: Callable[[str], None], host: str = "127.0.0.1"
) -> None:
    """Serve until SIGINT or SIGTERM. `announce` gets the one line that says where."""
    serving = asyncio.current_task()
    assert serving is not None  # noqa: S101
    loop = asyncio.get_running_loop()
    for stop in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(stop, serving.cancel)
    try:
        async with AsyncExitStack() as stack:
            tutor = await _open(settings, port, announce, host, stack)
            await tutor.run()
    except asyncio.CancelledError:
        announce("Viva has stopped.")


async def all_feedback(settings: Settings) -> Sequence[Feedback]:
    """What learners told the authors."""
    async with store(settings.database) as database, database.read() as tx:
        return await feedback.everything(tx)


async def _open(
    settings: Settings,
    port: int,
    announce: Callable[[str], None],
    host: str,
    stack: AsyncExitStack,
) -> Tutor:
    """Every room, opened in order; the stack closes them."""
    if settings.token is None:
        server = await stack.enter_async_context(LocalServer(settings.home, port))
        tutor = await _tutor(settings, server.token, server.url, stack)
        server.mount(tutor.routes)
        server.offer(NEXT_DAY, tutor.next_day)
        announce(f"Viva is at {server.url}  (Ctrl+C stops it)")
        return tutor
    listening = stack.enter_context(bound(port, host))
    token, api = settings.token.get_secret_value(), settings.telegram_api
    tutor = await _tutor(settings, token, api, stack)
    application = Starlette(routes=tutor.routes)
    await stack.enter_async_context(serving(application, listening))
    announce(f"Viva answers on {api or 'Telegram'}  (Ctrl+C stops it)")
    return tutor


async def _tutor(settings: Settings, token: str, api: str | None, stack: AsyncExitStack) -> Tutor:
    database = await stack.enter_async_context(store(settings.database))
    shelf = await stack.enter_async_context(Shelf(settings.lessons, settings.index))
    speech = await stack.enter_async_context(speaking(settings))
    return Tutor(
        token,
        database,
        shelf,
        machine_clock,
        owner=secrets.randbits(62),
        api=api,
        webhook=settings.webhook_url,
        door=Door(*settings.allowed),
        narrator=speech.narrator,
        binder=speech.binder,
        listener=speech.listener,
    )


class Speech(NamedTuple):
    """What speaks and listens here; None for what is not installed, or not wanted."""

    narrator: Narrator | None
    binder: Bookbinder | None
    listener: Listener | None


@asynccontextmanager
async def speaking(settings: Settings) -> AsyncIterator[Speech]:
    """The voices and the recogniser. Their processes begin when they are needed."""
    kept = KeptAudio(settings.home / "audio")
    wanted = settings.voice
    voices = [voice for voice in installed_voices() if wanted in ("hibari", voice.name)]
    async with AsyncExitStack() as stack:
        narrator = binder = None
        if voices:
            narrator = Narrator(voices, kept)
            stack.push_async_callback(narrator.close)
            binder = Bookbinder(narrator, kept)
            stack.push_async_callback(binder.close)
        listener = Listener()
        stack.push_async_callback(listener.close)
        yield Speech(narrator, binder, listener if listener.available else None)


@asynccontextmanager
async def store(where: Path | URL) -> AsyncIterator[Database]:
    """The database, brought to this version."""
    database = Database(where)
    try:
        await migrate(database)
        yield database
    finally:
        await database.close()
