"""The composition root: the one place that knows every room, the clock and the signals."""

from __future__ import annotations

import asyncio
import secrets
import signal
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.applications import Starlette

from bot.chat.door import Door
from bot.chat.shelf import Shelf
from bot.chat.tutor import Tutor
from bot.local.server import LocalServer
from bot.serving import bound, serving
from bot.storage import feedback
from bot.storage.database import Database
from bot.storage.migrations import migrate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from pathlib import Path

    from sqlalchemy import URL

    from bot.settings import Settings
    from bot.storage.feedback import Feedback

__all__ = ["all_feedback", "run", "store"]


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
    return Tutor(
        token,
        database,
        shelf,
        machine_clock,
        owner=secrets.randbits(62),
        api=api,
        webhook=settings.webhook_url,
        door=Door(*settings.allowed),
    )


@asynccontextmanager
async def store(where: Path | URL) -> AsyncIterator[Database]:
    """The database, brought to this version."""
    database = Database(where)
    try:
        await migrate(database)
        yield database
    finally:
        await database.close()
