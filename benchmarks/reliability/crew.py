"""A crew: worker processes that are killed, stopped and paused, and replaced at once."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from benchmarks.reliability import worker
from benchmarks.reliability.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from multiprocessing.context import ForkServerProcess
    from random import Random

    from benchmarks.reliability.worker import Job

__all__ = ["Crew", "crew"]

STOP_SECONDS = 20.0

# A server process imports everything once; a worker is then forked from it in milliseconds.
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload([worker.__name__])


class Crew:
    """One process a job. `fell` counts those that ended without being told to."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = jobs
        self._workers: list[ForkServerProcess | None] = [None] * len(jobs)
        self.fell = 0

    def start(self, place: int) -> None:
        """Fill a place."""
        process = _processes.Process(target=worker.work, args=(self._jobs[place],), daemon=True)
        process.start()
        self._workers[place] = process

    def alive(self, place: int) -> bool:
        """Whether its worker runs."""
        process = self._workers[place]
        return process is not None and process.is_alive()

    async def replace(self, place: int, how: signal.Signals) -> None:
        """Kill or stop a worker; another takes its place as soon as it is gone."""
        await self.end(place, how)
        self.start(place)

    async def end(self, place: int, how: signal.Signals) -> None:
        """Kill or stop a worker, and wait until it is gone."""
        process = self._workers[place]
        if process is None or process.pid is None:
            return
        self._workers[place] = None
        if process.is_alive():
            os.kill(process.pid, how)
        else:
            self.fell += 1

        async def gone() -> bool:
            return not process.is_alive()

        await until(gone, STOP_SECONDS, every=0.005)
        process.join()
        process.close()

    async def pause(self, place: int, seconds: float) -> None:
        """Stop a worker in its tracks for some time; it knows nothing of it."""
        process = self._workers[place]
        if process is None or process.pid is None or not process.is_alive():
            return
        os.kill(process.pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            os.kill(process.pid, signal.SIGCONT)

    async def strike(
        self, times: int, how: signal.Signals, gap: float, dice: Random, on: Callable[[], bool]
    ) -> int:
        """Replace workers at random moments, about `gap` seconds apart, as long as `on`.

        Returns how many times.
        """
        done = 0
        while done < times and on():
            await asyncio.sleep(dice.uniform(0, 2 * gap))
            await self.replace(dice.randrange(len(self._jobs)), how)
            done += 1
        return done

    async def close(self) -> None:
        """Let them all end in good order."""
        ends = (self.end(place, signal.SIGTERM) for place in range(len(self._jobs)))
        await asyncio.gather(*ends)


@asynccontextmanager
async def crew(jobs: Sequence[Job]) -> AsyncIterator[Crew]:
    """All places filled, until the block ends."""
    made = Crew(jobs)
    for place in range(len(jobs)):
        made.start(place)
    try:
        yield made
    finally:
        await made.close()
