"""Kills: workers that send are killed, stopped and paused at random moments.

They send at the real pace: how many messages are in flight when one dies depends on it.
"""

from __future__ import annotations

import asyncio
import signal
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from benchmarks.reliability.crew import crew
from benchmarks.reliability.engines import integrity
from benchmarks.reliability.figures import Figure, at_most, exactly, noted
from benchmarks.reliability.stage import REAL, stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import URL

    from benchmarks.reliability.crew import Crew
    from benchmarks.reliability.stage import Stage

__all__ = ["killed", "measure", "paused", "stopped"]

WORKERS = 4
IN_A_CHAT = 10
LEASE = timedelta(seconds=3)
PAUSE = 4.5
SETTLE_SECONDS = 300.0


async def measure(server: URL | None, *, small: bool) -> list[Figure]:
    """All three, with the numbers of the bar or with small ones."""
    size = 10 if small else 1
    return [
        *await killed(server, kills=200 // size, messages=4000 // size),
        *await stopped(server, stops=100 // size, messages=4000 // size),
        *await paused(server, pauses=50 // size, messages=4000 // size),
    ]


async def killed(server: URL | None, *, kills: int, messages: int, seed: int = 1) -> list[Figure]:
    """SIGKILL at random moments."""
    async with stage(server) as on:
        texts = await _fill(on, messages)
        gap = messages / REAL.overall / kills
        async with crew([on.job(rates=REAL)] * WORKERS) as workers:
            done = await workers.strike(kills, signal.SIGKILL, gap, Random(seed), lambda: True)
            await on.settled(SETTLE_SECONDS)
        doubled = sum(1 for copies in on.copies().values() if copies > 1)
        return [
            exactly("SIGKILL: kills", done, kills),
            noted("SIGKILL: listed as uncertain, arrived or not", len(await on.uncertain())),
            *_judged("SIGKILL", on, workers, texts),
            at_most("SIGKILL: doubled, at most the kills", doubled, kills),
        ]


async def stopped(server: URL | None, *, stops: int, messages: int, seed: int = 2) -> list[Figure]:
    """SIGTERM at random moments, as in a rolling restart."""
    async with stage(server) as on:
        texts = await _fill(on, messages)
        gap = messages / REAL.overall / stops
        async with crew([on.job(rates=REAL)] * WORKERS) as workers:
            done = await workers.strike(stops, signal.SIGTERM, gap, Random(seed), lambda: True)
            await on.settled(SETTLE_SECONDS)
        doubled = sum(1 for copies in on.copies().values() if copies > 1)
        return [
            exactly("SIGTERM: stops", done, stops),
            *_judged("SIGTERM", on, workers, texts),
            exactly("SIGTERM: doubled", doubled),
        ]


async def paused(server: URL | None, *, pauses: int, messages: int, seed: int = 3) -> list[Figure]:
    """SIGSTOP for longer than the lease, then SIGCONT; two workers at a time."""
    dice, rates = Random(seed), REAL
    async with stage(server) as on:
        texts = await _fill(on, messages)
        async with crew([on.job(lease=LEASE, rates=rates)] * WORKERS) as workers:
            pairs = ((0, 1), (2, 3))
            for turn in range(-(-pauses // 2)):
                await asyncio.sleep(dice.uniform(0, 0.5))
                pair = pairs[turn % 2][: pauses - 2 * turn]
                await asyncio.gather(*(workers.pause(each, PAUSE) for each in pair))
            await on.settled(SETTLE_SECONDS)
        doubled = sum(1 for copies in on.copies().values() if copies > 1)
        return [
            noted("SIGSTOP: pauses", pauses),
            *_judged("SIGSTOP", on, workers, texts),
            noted("SIGSTOP: doubled", doubled),
        ]


async def _fill(on: Stage, messages: int) -> list[str]:
    """Put the messages into the outbox, some to each chat; their texts."""
    chats = on.people(-(-messages // IN_A_CHAT))
    rows = [(chats[n % len(chats)], f"message {n}") for n in range(messages)]
    await on.put(rows)
    return [text for _, text in rows]


def _judged(name: str, on: Stage, workers: Crew, texts: Sequence[str]) -> list[Figure]:
    copies = on.copies()
    return [
        exactly(f"{name}: messages lost", sum(1 for text in texts if not copies[text])),
        at_most(f"{name}: most copies of one", max(copies.values()), 2),
        exactly(f"{name}: out of order in their chat", _out_of_order(on)),
        exactly(f"{name}: workers that fell by themselves", workers.fell),
        Figure(f"{name}: integrity", integrity(on.where), "ok", integrity(on.where) == "ok"),
    ]


def _out_of_order(on: Stage) -> int:
    """Messages that came for the first time after a later one of their chat had."""
    latest: dict[object, int] = {}
    seen: set[str] = set()
    wrong = 0
    for each in on.record:
        if each.refused or each.text is None or each.text in seen:
            continue
        seen.add(each.text)
        number = int(each.text.split()[-1])
        wrong += number < latest.get(each.chat_id, -1)
        latest[each.chat_id] = max(number, latest.get(each.chat_id, -1))
    return wrong
