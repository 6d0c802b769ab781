"""Updates: tutors are killed while they come in, and they come several times and out of order."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import time
from contextlib import asynccontextmanager
from functools import partial
from itertools import cycle
from random import Random, SystemRandom
from typing import TYPE_CHECKING, Any

import httpx

from benchmarks.reliability.crew import crew
from benchmarks.reliability.figures import Figure, at_most, exactly, noted
from benchmarks.reliability.proxy import proxy
from benchmarks.reliability.stage import BRISK, stage
from benchmarks.reliability.waiting import until
from benchmarks.reliability.worker import COUNTED
from bot.chat.webhook import SECRET_HEADER, secret_of
from bot.local.faults import Faults

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from sqlalchemy import URL

    from benchmarks.reliability.crew import Crew
    from benchmarks.reliability.stage import Stage

__all__ = [
    "FIRST_ID",
    "answered_after_kills",
    "free_ports",
    "killed",
    "measure",
    "ready",
    "repeated",
    "shuffled",
    "speak",
    "tutors",
]

WORKERS = 4
OF_A_PERSON = 10
SETTLE_SECONDS = 180.0
START_SECONDS = 30.0
_PORTS = SystemRandom()
FIRST_ID = 5_000_000
"""Of the updates that are made here; the local server numbers its own from the time of day."""


async def measure(server: URL | None, *, small: bool) -> list[Figure]:
    """All of them, with the numbers of the bar or with small ones."""
    size = 10 if small else 1
    return [
        *await killed(server, kills=200 // size, updates=4000 // size, webhook=False),
        *await killed(server, kills=200 // size, updates=4000 // size, webhook=True),
        *await answered_after_kills(server, kills=20 // size),
        *await repeated(server, updates=1000 // size),
        *await shuffled(server, updates=1000 // size),
    ]


async def killed(
    server: URL | None, *, kills: int, updates: int, webhook: bool, seed: int = 4
) -> list[Figure]:
    """SIGKILLs while updates come."""
    name = "webhook" if webhook else "polling"
    seconds = updates / BRISK.overall
    async with stage(server) as on, tutors(on, WORKERS, webhook=webhook) as workers:
        await ready(on)
        speaking = asyncio.create_task(speak(on, updates, seconds))
        done = await workers.strike(
            kills, signal.SIGKILL, seconds / kills, Random(seed), lambda: True
        )
        await speaking
        await on.settled(SETTLE_SECONDS)
        return [
            exactly(f"{name}: kills", done, kills),
            *await _judged(name, on, updates),
            exactly(f"{name}: workers that fell by themselves", workers.fell),
        ]


async def answered_after_kills(server: URL | None, *, kills: int) -> list[Figure]:
    """How long after a start, with everybody killed, somebody who has written is answered."""
    waits = []
    async with stage(server) as on, tutors(on, 1, webhook=False) as workers:
        [person] = on.people(1)
        await ready(on)
        for number in range(kills):
            await workers.end(0, signal.SIGKILL)
            on.board.say(on.bot, person, f"/count {number}")
            begun = time.monotonic()
            workers.start(0)
            await on.shown(f"{COUNTED}{number}", START_SECONDS)
            waits.append(time.monotonic() - begun)
    waits.sort()
    return [
        noted("after a kill: answered within, median s", waits[len(waits) // 2]),
        at_most("after a kill: answered within, longest s", waits[-1], 3.0),
    ]


async def repeated(server: URL | None, *, updates: int) -> list[Figure]:
    """Each update three times, one after the other, to replicas in turn."""
    async with stage(server) as on, tutors(on, WORKERS, webhook=True):
        await ready(on)
        on.board.set_faults(Faults(repeat=3))
        await speak(on, updates, updates / BRISK.overall)
        await on.settled(SETTLE_SECONDS)
        return [
            *await _judged("three times", on, updates),
            exactly("three times: answered twice", _doubled(on)),
        ]


async def shuffled(server: URL | None, *, updates: int, seed: int = 5) -> list[Figure]:
    """Each update three times, all of them shuffled, to any replica at once."""
    dice = Random(seed)
    ports = free_ports(WORKERS)
    async with stage(server) as on, tutors(on, WORKERS, webhook=True, ports=ports):
        await ready(on)
        people = on.people(updates // OF_A_PERSON)
        copies = 3 * [
            _update(FIRST_ID + n, people[n % len(people)], f"/count {n}") for n in range(updates)
        ]
        dice.shuffle(copies)
        await _bring(on, [(dice.choice(ports), each) for each in copies])
        await on.settled(SETTLE_SECONDS)
        return [
            *await _judged("shuffled", on, updates),
            exactly("shuffled: answered twice", _doubled(on)),
        ]


@asynccontextmanager
async def tutors(
    on: Stage, count: int, *, webhook: bool, ports: Sequence[int] = ()
) -> AsyncIterator[Crew]:
    """So many of them, polling or behind a proxy that shares the webhook's requests out."""
    if not webhook:
        async with crew([on.job()] * count) as workers:
            yield workers
        return
    ports = ports or free_ports(count)
    turn = cycle(ports)
    async with proxy(lambda: next(turn)) as balancer:
        jobs = [on.job(webhook=f"{balancer.url}/updates", port=port) for port in ports]
        async with crew(jobs) as workers:
            yield workers


async def _judged(name: str, on: Stage, updates: int) -> list[Figure]:
    effects, answers = await on.effects(), on.answers()
    dead = await on.dead_letters()
    wanted = [str(n) for n in range(updates)]
    silent = {f"{COUNTED}{n}" for n in wanted if not answers[n]}
    listed = await on.uncertain()
    return [
        exactly(f"{name}: updates lost", sum(1 for n in wanted if not effects[n])),
        *(noted(f"{name}: dead letters, {why}", count) for why, count in dead.items()),
        exactly(f"{name}: effects doubled", sum(1 for n in wanted if effects[n] > 1)),
        exactly(f"{name}: not answered, and not listed as uncertain", len(silent - listed)),
        noted(f"{name}: not answered, listed as uncertain", len(silent & listed)),
        at_most(f"{name}: most copies of an answer", max(answers.values()), 2),
        noted(f"{name}: answered twice, of {updates}", _doubled(on)),
    ]


def _doubled(on: Stage) -> int:
    return sum(1 for copies in on.answers().values() if copies > 1)


async def speak(on: Stage, updates: int, seconds: float) -> None:
    """People write, evenly over the time."""
    people = on.people(-(-updates // OF_A_PERSON))
    begun = time.monotonic()
    for number in range(updates):
        await asyncio.sleep(begun + number * seconds / updates - time.monotonic())
        on.board.say(on.bot, people[number % len(people)], f"/count {number}")


async def ready(on: Stage) -> None:
    """Wait until the first one is up."""
    [person] = on.people(1)
    on.board.say(on.bot, person, "/count -1")
    await on.shown(f"{COUNTED}-1", START_SECONDS)


async def _bring(on: Stage, posts: Sequence[tuple[int, dict[str, Any]]]) -> None:
    """What Telegram's servers do: several at a time, and again until it was taken."""
    waiting = iter(posts)
    headers = {SECRET_HEADER: secret_of(on.server.token)}
    async with httpx.AsyncClient(headers=headers, timeout=30, trust_env=False) as client:

        async def line() -> None:
            for port, update in waiting:
                await until(partial(_taken, client, port, update), SETTLE_SECONDS)

        await asyncio.gather(*(line() for _ in range(8)))


async def _taken(client: httpx.AsyncClient, port: int, update: dict[str, Any]) -> bool:
    try:
        answer = await client.post(f"http://127.0.0.1:{port}/updates", json=update)
    except httpx.TransportError:
        return False
    return answer.is_success


def _update(number: int, person: int, text: str) -> dict[str, Any]:
    """A private text message."""
    command = {"type": "bot_command", "offset": 0, "length": len(text.split()[0])}
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 1,
            "chat": {"id": person, "type": "private", "first_name": "Person"},
            "from": {"id": person, "is_bot": False, "first_name": "Person"},
            "text": text,
            "entities": [command],
        },
    }


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on; below those that the system gives out by itself meanwhile."""
    found: list[int] = []
    while len(found) < count:
        port = _PORTS.randrange(20_000, 32_000)
        with socket.socket() as tried, contextlib.suppress(OSError):
            tried.bind(("127.0.0.1", port))
            found.append(port)
    return found
