"""A warm question over the local server: from the learner's message in to the answer out.

    python -m benchmarks.latency [--questions 100]

Everything as in `viva run`: the local Bot API server, the tutor polling it over HTTP, the store on
disk, the course of this repository. Beside it the same questions put to the library alone.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import tempfile
import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import click
import numpy as np
from rich.progress import track

from bot.chat.shelf import Shelf
from bot.chat.tutor import Tutor
from bot.local.server import LocalServer
from bot.storage.database import Database
from bot.storage.migrations import migrate
from retrieval import Library

LESSONS = Path(__file__).parents[1] / "lessons"


@click.command()
@click.option("--questions", default=100, show_default=True)
def main(questions: int) -> None:
    """Print median and 95th percentile in milliseconds."""
    logging.disable(logging.CRITICAL)
    asked = tomllib.loads((LESSONS / "ai-history" / "asked.toml").read_text(encoding="utf-8"))
    texts = list(
        itertools.islice(itertools.cycle(x["question"] for x in asked["asked"]), questions)
    )
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        library = Library.build(LESSONS, home / "index")
        library.warm()
        _say("library alone", [_timed(library, text) for text in texts])
        _say("over the local server", asyncio.run(_over_http(home, texts)))


def _timed(library: Library, text: str) -> float:
    started = time.perf_counter()
    library.answer(text)
    return time.perf_counter() - started


async def _over_http(home: Path, texts: list[str]) -> list[float]:
    database = Database(home / "viva.db")
    await migrate(database)
    times = []
    async with LocalServer(home, 0) as server, Shelf(LESSONS, home / "index") as shelf:
        tutor = Tutor(
            server.token, database, shelf, lambda: datetime.now(UTC), owner=1, api=server.url
        )
        serving = asyncio.create_task(tutor.run())
        first = server.person("Ada")
        first.says("what is a GAN?")
        await first.hears(60)
        for text in track(texts, description="asking", transient=True):
            person = server.person("Ada")  # one chat gets a message a second at most
            started = time.perf_counter()
            person.says(text)
            await person.hears()
            times.append(time.perf_counter() - started)
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
    await database.close()
    return times


def _say(what: str, seconds: list[float]) -> None:
    middle, late = np.percentile(np.array(seconds) * 1000, [50, 95])
    click.echo(f"{what}: p50 {middle:.0f} ms, p95 {late:.0f} ms, n={len(seconds)}")


if __name__ == "__main__":
    main()
