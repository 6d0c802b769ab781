"""Pacing: four replicas at the real rates, while many are written to and the server refuses."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.reliability.crew import crew
from benchmarks.reliability.figures import Figure, at_most, exactly, noted
from benchmarks.reliability.stage import stage
from benchmarks.reliability.updates import ready
from benchmarks.reliability.waiting import until
from benchmarks.reliability.worker import COUNTED
from bot.local.faults import Faults
from bot.storage.outbox import Lane, State
from bot.storage.pacing import RATES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import URL

    from benchmarks.reliability.stage import Stage
    from bot.local.record import Sent

__all__ = ["broadcast", "measure", "refused"]

WORKERS = 4
MOST_IN_A_SECOND = 27
REPLIES_A_SECOND = 3
TO_ALL = "to all"
LATE = 0.25
"""Seconds. A call that was on its way when another was refused is nobody's fault."""


async def measure(server: URL | None, *, small: bool) -> list[Figure]:
    """All of them."""
    size = 5 if small else 1
    return [
        *await broadcast(server, messages=300 // size),
        *await in_a_chat(server, chats=5, messages=20 // size),
        *await refused(server, messages=200 // size),
    ]


async def broadcast(server: URL | None, *, messages: int) -> list[Figure]:
    """A message to many, and people who write meanwhile."""
    async with stage(server) as on, crew([on.job(rates=RATES)] * WORKERS):
        await _ready(on)
        people = on.people(messages)
        await on.put([(each, f"{TO_ALL} {n}") for n, each in enumerate(people)], Lane.BULK)
        waits = await _ask_meanwhile(on, on.people(30), messages)
        await on.settled(60)
        sent = [each for each in on.record if each.text != f"{COUNTED}-1"]
        middle, late = np.percentile(waits, [50, 95])
        return [
            at_most("broadcast: calls in the busiest second", _busiest(sent), MOST_IN_A_SECOND),
            noted("broadcast: calls a second", len(sent) / (sent[-1].at - sent[0].at)),
            noted(f"broadcast: a reply meanwhile, median s, n={len(waits)}", float(middle)),
            at_most("broadcast: a reply meanwhile, p95 s", float(late), 1.0),
            exactly("broadcast: given up", (await on.states()).get(State.FAILED, 0)),
        ]


async def in_a_chat(server: URL | None, *, chats: int, messages: int) -> list[Figure]:
    """Many messages to each of a few chats."""
    async with stage(server) as on, crew([on.job(rates=RATES)] * WORKERS):
        await _ready(on)
        people = on.people(chats)
        await on.put([(each, f"{n} for {each}") for n in range(messages) for each in people])
        await on.settled(10 + 2 * messages / RATES.chat)
        return [
            at_most(
                "one chat: messages beyond a burst of 3 and 1 a second", _excess(on.record), 0.3
            ),
            exactly("one chat: messages sent", len(on.record) - 1, chats * messages),
            at_most("one chat: calls in the busiest second", _busiest(on.record), MOST_IN_A_SECOND),
        ]


async def refused(server: URL | None, *, messages: int) -> list[Figure]:
    """The server refuses again and again, for two seconds at a time."""
    async with stage(server) as on, crew([on.job(rates=RATES)] * WORKERS):
        await _ready(on)
        on.board.set_faults(Faults(limit=10, retry_after=2))
        await on.put([(each, f"message {n}") for n, each in enumerate(on.people(messages))])
        await on.settled(30 + messages)
        storms, inside = _storms(on.record)
        copies = on.copies()
        return [
            noted("429: storms", len(storms)),
            at_most("429: refused calls in a storm, most", max(storms), WORKERS),
            exactly(f"429: calls inside a retry_after, {LATE} s after it was said", inside),
            exactly("429: lost", sum(1 for n in range(messages) if not copies[f"message {n}"])),
            exactly("429: given up", (await on.states()).get(State.FAILED, 0)),
            exactly("429: sent twice", sum(1 for n in copies.values() if n > 1)),
        ]


async def _ready(on: Stage) -> None:
    """Wait until all the workers are up."""
    await ready(on)
    await asyncio.sleep(2)


async def _ask_meanwhile(on: Stage, people: Sequence[int], messages: int) -> list[float]:
    """People write in turn until so many were sent; how long each waited for the answer."""
    asked: dict[str, float] = {}
    loop = asyncio.get_running_loop()
    number = 0
    while sum(1 for each in on.record if (each.text or "").startswith(TO_ALL)) < messages:
        asked[f"{COUNTED}{number}"] = loop.time()
        on.board.say(on.bot, people[number % len(people)], f"/count {number}")
        number += 1
        await asyncio.sleep(1 / REPLIES_A_SECOND)

    async def answered() -> bool:
        return sum(1 for each in on.record if each.text in asked) == len(asked)

    await until(answered, 30)
    return [each.at - asked[each.text] for each in on.record if each.text and each.text in asked]


def _busiest(sent: Sequence[Sent]) -> int:
    """The most calls within any second."""
    recent: deque[float] = deque()
    most = 0
    for each in sorted(sent, key=lambda call: call.at):
        recent.append(each.at)
        while recent[0] <= each.at - 1:
            recent.popleft()
        most = max(most, len(recent))
    return most


def _excess(sent: Sequence[Sent]) -> float:
    """By how many messages any chat was ever ahead of its rate."""
    full: dict[object, float] = defaultdict(float)
    most = 0.0
    for each in sorted(sent, key=lambda call: call.at):
        full[each.chat_id] = max(full[each.chat_id], each.at) + 1 / RATES.chat
        most = max(most, (full[each.chat_id] - each.at) * RATES.chat - RATES.burst)
    return most


def _storms(sent: Sequence[Sent]) -> tuple[list[int], int]:
    """How many calls each refusal met before its time was over; how many of them came late."""
    storms: list[int] = []
    late, began, over = 0, 0.0, 0.0
    for each in sent:
        if each.at < over:
            storms[-1] += 1
            late += each.at > began + LATE
        elif each.refused:
            storms.append(1)
            began, over = each.at, each.at + each.retry_after
    return storms, late
