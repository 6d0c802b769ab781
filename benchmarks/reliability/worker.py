"""A worker: a whole tutor in a process of its own, to be killed.

It has no course, so that it starts at once, and one command more: `/count N` keeps a row, which
can be counted afterwards, and answers.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import secrets
import signal
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.applications import Starlette

from bot.app import machine_clock, store
from bot.chat import routes
from bot.chat.context import Context, Quick
from bot.chat.door import Door
from bot.chat.replies import Reply, Text
from bot.chat.shelf import Shelf
from bot.chat.styled import plain
from bot.chat.tutor import Tutor
from bot.serving import bound, serving
from bot.storage import owners, turns
from bot.storage.turns import Turn

if TYPE_CHECKING:
    from datetime import timedelta
    from pathlib import Path

    from sqlalchemy import URL

    from bot.chat.incoming import Incoming
    from bot.storage.database import Transaction
    from bot.storage.pacing import Rates

__all__ = ["COUNTED", "Job", "work"]

COUNTED = "Counted "


@dataclass(frozen=True)
class Job:
    """What a worker has to know. `webhook`: its address; then the worker listens on `port`."""

    token: str = field(repr=False)
    api: str
    where: Path | URL
    home: Path
    rates: Rates
    lease: timedelta = owners.LEASE
    webhook: str | None = None
    port: int = 0


def work(job: Job) -> None:
    """Run until SIGTERM; what goes wrong is in `workers.log`."""
    logging.basicConfig(
        filename=job.home / "workers.log",
        level=logging.WARNING,
        format="%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s",
        force=True,
    )
    routes.COMMANDS["count"] = Quick(_count)
    asyncio.run(_serve(job))


async def _serve(job: Job) -> None:
    running = asyncio.current_task()
    assert running is not None
    parent = multiprocessing.parent_process()
    assert parent is not None
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, running.cancel)
    loop.add_reader(parent.sentinel, running.cancel)  # so that none outlives the measurement
    try:
        async with AsyncExitStack() as stack:
            tutor = await _tutor(job, stack)
            if job.webhook:
                listening = stack.enter_context(bound(job.port))
                application = Starlette(routes=tutor.routes)
                await stack.enter_async_context(serving(application, listening))
            await tutor.run()
    except asyncio.CancelledError:
        return
    except Exception:
        logging.getLogger(__name__).exception("The worker failed.")
        raise


async def _tutor(job: Job, stack: AsyncExitStack) -> Tutor:
    database = await stack.enter_async_context(store(job.where))
    nothing = job.home / "nothing"
    shelf = await stack.enter_async_context(Shelf(nothing, nothing, retry=3600))
    return Tutor(
        job.token,
        database,
        shelf,
        machine_clock,
        owner=secrets.randbits(62),
        api=job.api,
        webhook=job.webhook,
        door=Door(patience=1_000_000),
        rates=job.rates,
        lease=job.lease,
    )


async def _count(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """An effect that is there twice when it is done twice."""
    kept = Turn(incoming.text, level="none", generation="", asked_at=context.now)
    await turns.add(tx, incoming.who, kept)
    return [Text(plain(COUNTED + incoming.text))]
