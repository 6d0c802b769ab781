"""Faults of the network between the tutor and the Bot API, made by a proxy in between."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING

from benchmarks.reliability.crew import crew
from benchmarks.reliability.figures import Figure, at_most, exactly, noted
from benchmarks.reliability.proxy import Fault, proxy
from benchmarks.reliability.stage import BRISK, stage
from benchmarks.reliability.updates import speak
from benchmarks.reliability.worker import COUNTED

if TYPE_CHECKING:
    from sqlalchemy import URL

    from benchmarks.reliability.stage import Stage

__all__ = ["measure", "spoilt"]

WORKERS = 2
IN_A_CHAT = 2
SETTLE_SECONDS = 900.0
LATE = 6.0
"""Seconds: longer than the client waits for an answer."""

WEIGHTS = {
    Fault.CUT_BEFORE: 4, Fault.CUT_AFTER: 4, Fault.RESET: 4, Fault.HALF: 4, Fault.SERVER_ERROR: 4,
    Fault.DELAY: 1, Fault.TOO_MANY: 1,
}  # fmt: skip
"""How often each of them; the last two hold everybody up for seconds."""


async def measure(server: URL | None, *, small: bool) -> list[Figure]:
    """With the number of the bar or with a small one."""
    return await spoilt(server, faults=50 if small else 1000)


async def spoilt(server: URL | None, *, faults: int, seed: int = 8) -> list[Figure]:
    """So many faults, in every second call, while messages leave and updates come."""
    dice = Random(seed)
    left = dice.choices(list(WEIGHTS), list(WEIGHTS.values()), k=faults)
    met: Counter[str] = Counter()

    def fault_of(path: str) -> Fault | None:
        if not left or dice.random() < 0.5:
            return None
        met[left[-1].value] += 1
        return left.pop()

    async with stage(server) as on, proxy(lambda: on.server.port, fault_of, LATE) as between:
        people = on.people(faults // IN_A_CHAT)
        texts = [f"message {n}" for n in range(faults)]
        await on.put([(people[n % len(people)], text) for n, text in enumerate(texts)])
        async with crew([on.job(api=between.url)] * WORKERS) as workers:
            await speak(on, faults, faults / BRISK.overall)
            await on.settled(SETTLE_SECONDS)
        return [
            exactly("faults met", sum(met.values()), faults),
            *(noted(f"faults: {fault}", count) for fault, count in sorted(met.items())),
            *await _judged(on, texts + [f"{COUNTED}{n}" for n in range(faults)]),
            exactly("faults: workers that fell by themselves", workers.fell),
        ]


async def _judged(on: Stage, texts: list[str]) -> list[Figure]:
    copies, effects, uncertain = on.copies(), await on.effects(), await on.uncertain()
    missing = {text for text in texts if not copies[text]}
    return [
        exactly("faults: messages lost and not listed as uncertain", len(missing - uncertain)),
        noted("faults: messages not arrived, listed as uncertain", len(missing)),
        noted(f"faults: messages listed as uncertain, of {len(texts)}", len(uncertain)),
        at_most("faults: most copies of one", max(copies.values()), 2),
        noted("faults: messages sent twice", sum(1 for count in copies.values() if count > 1)),
        exactly("faults: updates lost", len(texts) // 2 - len(effects)),
        at_most("faults: most effects of one update", max(effects.values()), 1),
    ]
