from __future__ import annotations

import asyncio

import pytest

from bot.chat.lanes import Lanes


async def test_a_lane_keeps_its_order_and_lanes_do_not_wait_for_each_other() -> None:
    done: list[tuple[str, int]] = []
    gate = asyncio.Event()

    async def work(item: tuple[str, int]) -> None:
        if item == ("slow", 0):
            await gate.wait()
        await asyncio.sleep(0)
        done.append(item)

    lanes = Lanes(work)
    for number in range(3):
        await lanes.put("slow", ("slow", number))
        await lanes.put("quick", ("quick", number))
    await asyncio.sleep(0.05)
    assert done == [("quick", 0), ("quick", 1), ("quick", 2)]
    gate.set()
    await lanes.drain(5)
    assert done[3:] == [("slow", 0), ("slow", 1), ("slow", 2)]


async def test_it_takes_no_more_than_it_may() -> None:
    gate = asyncio.Event()

    async def work(_: int) -> None:
        await gate.wait()

    lanes = Lanes(work, waiting=2)
    await lanes.put("a", 1)
    await lanes.put("a", 2)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(lanes.put("b", 3), 0.05)
    gate.set()
    await asyncio.wait_for(lanes.put("b", 3), 5)
    await lanes.drain(5)


async def test_draining_ends_what_takes_too_long() -> None:
    ended: list[str] = []

    async def work(item: str) -> None:
        try:
            await asyncio.sleep(0 if item == "short" else 60)
        finally:
            ended.append(item)

    lanes = Lanes(work)
    await lanes.put(1, "short")
    await lanes.put(2, "long")
    await lanes.drain(0.05)
    assert sorted(ended) == ["long", "short"]
