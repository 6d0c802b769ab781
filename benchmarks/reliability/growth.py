"""Growth: what an update and a message cost the store with 1,000 learners, and with 100,000."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import insert, text

from benchmarks.reliability.figures import Figure, at_most, noted
from benchmarks.reliability.stage import stage
from bot.app import machine_clock
from bot.storage import inbox, outbox, owners, pacing
from bot.storage.inbox import Letter
from bot.storage.outbox import Lane, State
from bot.storage.pacing import Rates
from bot.storage.tables import inbox as inbox_table
from bot.storage.tables import learners as learners_table
from bot.storage.tables import outbox as outbox_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import URL, Table

    from benchmarks.reliability.stage import Stage

__all__ = ["measure", "measured"]

BOT, OWNER = 1, 77
UPDATES_OF_EACH = 3
"""That lie in the store, done with; beside them two messages sent, and one to all that waits."""

BATCH = 8
ROWS_AT_ONCE = 5000
FREE = Rates(overall=1e6, kept=1, chat=1e6, burst=1000)
"""The store alone is measured, not the pace."""

GROWTH = 3.0
"""A hundred times the learners may cost so much more a step; the tree is two levels deeper."""


async def measure(server: URL | None, *, small: bool) -> list[Figure]:
    """With few learners and with many."""
    few, many = (200, 2000) if small else (1000, 100_000)
    steps = 200 if small else 2000
    first = await measured(server, learners=few, steps=steps)
    second = await measured(server, learners=many, steps=steps)
    figures = []
    for name, times in first.items():
        later = second[name]
        figures += [*_told(f"{name}, {few:,} learners", times)]
        figures += [*_told(f"{name}, {many:,} learners", later)]
        grown = float(np.median(later) / np.median(times))
        figures.append(at_most(f"{name}: grown, times", grown, GROWTH))
    return figures


async def measured(server: URL | None, *, learners: int, steps: int) -> dict[str, list[float]]:
    """Seconds of each step, by its name."""
    async with stage(server) as on:
        await _fill(on, learners)
        await owners.enter(on.database, BOT, OWNER, machine_clock())
        chats = np.random.default_rng(9).integers(1, learners + 1, steps).tolist()
        return {
            "store an update": await _stored(on, chats, learners * UPDATES_OF_EACH),
            f"claim {BATCH} updates, done with each": await _handled(on, steps // BATCH),
            "a reply: claim, sending, sent": await _replied(on, chats),
            f"claim {BATCH} of those to all, sent": await _broadcast(
                on, min(steps, learners) // BATCH
            ),
        }


def _told(name: str, times: list[float]) -> list[Figure]:
    late = float(np.percentile(times, 99)) * 1000
    return [
        noted(f"{name}: a second", len(times) / sum(times)),
        noted(f"{name}: p99 ms", late),
    ]


async def _fill(on: Stage, learners: int) -> None:
    """Learners, what they have written, and what they were sent."""
    now = machine_clock()
    everyone = range(1, learners + 1)
    await _insert(
        on, learners_table, ({"bot_id": BOT, "learner_id": n, "chat_id": n} for n in everyone)
    )
    done = now - timedelta(hours=1)
    await _insert(
        on,
        inbox_table,
        (
            {
                "bot_id": BOT, "update_id": number, "chat_id": 1 + number % learners,
                "question": False, "body": "{}", "received_at": done, "tries": 1, "done_at": done,
            }
            for number in range(learners * UPDATES_OF_EACH)
        ),
    )  # fmt: skip
    await _insert(on, outbox_table, (_message(n, done, State.SENT) for n in everyone))
    await _insert(on, outbox_table, (_message(n, done, State.SENT) for n in everyone))
    await _insert(on, outbox_table, (_message(n, done, State.PENDING) for n in everyone))
    async with on.database.write() as tx:
        await pacing.lock(tx, BOT, now)
        if not on.database.on_sqlite:  # which does so by itself after a while
            await tx.execute(text("ANALYZE"))


def _message(chat: int, when: object, state: State) -> dict[str, object]:
    return {
        "bot_id": BOT, "chat_id": chat, "lane": int(Lane.BULK), "content": {"text": "to all"},
        "state": state.value, "tries": 0, "doubts": 0, "made_at": when, "forget": False,
        "done_at": when if state is State.SENT else None,
    }  # fmt: skip


async def _insert(on: Stage, table: Table, rows: Iterable[dict[str, object]]) -> None:
    some: list[dict[str, object]] = []
    for row in rows:
        some.append(row)
        if len(some) == ROWS_AT_ONCE:
            await _insert_some(on, table, some)
            some = []
    await _insert_some(on, table, some)


async def _insert_some(on: Stage, table: Table, rows: list[dict[str, object]]) -> None:
    if rows:
        async with on.database.write() as tx:
            await tx.execute(insert(table), rows)


async def _stored(on: Stage, chats: list[int], first: int) -> list[float]:
    times = []
    for number, chat in enumerate(chats, first):
        begun = time.perf_counter()
        async with on.database.write() as tx:
            await inbox.add(tx, [Letter(BOT, number, chat, False, "{}")], machine_clock())
        times.append(time.perf_counter() - begun)
    return times


async def _handled(on: Stage, batches: int) -> list[float]:
    times = []
    for _ in range(batches):
        begun = time.perf_counter()
        async with on.database.write() as tx:
            now = machine_clock()
            await pacing.lock(tx, BOT, now)
            letters = await inbox.claim(tx, BOT, OWNER, now, limit=BATCH, questions=True)
        assert letters
        for letter in letters:
            async with on.database.write() as tx:
                assert await inbox.done(tx, letter, OWNER, machine_clock())
        times.append(time.perf_counter() - begun)
    return times


async def _replied(on: Stage, chats: list[int]) -> list[float]:
    """With everybody's message to all waiting behind."""
    times = []
    for chat in chats:
        async with on.database.write() as tx:
            await outbox.add(tx, BOT, chat, [{"text": "a reply"}], machine_clock())
        begun = time.perf_counter()
        assert await _sent(on, 1) == 1
        times.append(time.perf_counter() - begun)
    return times


async def _broadcast(on: Stage, batches: int) -> list[float]:
    times = []
    for _ in range(batches):
        begun = time.perf_counter()
        await _sent(on, BATCH)
        times.append(time.perf_counter() - begun)
    return times


async def _sent(on: Stage, limit: int) -> int:
    """Claim so many and take them to their end; how many there were."""
    async with on.database.write() as tx:
        now = machine_clock()
        claim = await outbox.claim(tx, BOT, OWNER, now, limit=limit, rates=FREE)
    for message in claim.messages:
        async with on.database.write() as tx:
            assert await outbox.begin(tx, message, OWNER, machine_clock())
        async with on.database.write() as tx:
            await outbox.sent(tx, message, OWNER, machine_clock(), 1)
    return len(claim.messages)
