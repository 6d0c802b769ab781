"""What the server's owner lets be done from the page."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx
    import pytest

    from bot.local.server import LocalServer


async def test_presses_are_done_in_turn_and_the_last_text_stays(
    server: LocalServer, page: httpx.AsyncClient
) -> None:
    day, under_way = 0, 0

    async def next_day() -> str:
        nonlocal day, under_way
        under_way += 1
        assert under_way == 1
        await asyncio.sleep(0.01)
        day += 1
        under_way -= 1
        return f"Day {day}"

    server.offer("Next day", next_day)
    assert (await page.get("/page/state")).json()["offers"] == {
        "labels": ["Next day"],
        "notice": "",
    }
    body = {"label": "Next day"}
    answers = await asyncio.gather(*(page.post("/dev/offers", json=body) for _ in range(10)))
    assert {answer.json()["text"] for answer in answers} == {f"Day {n}" for n in range(1, 11)}
    assert (await page.get("/page/state")).json()["offers"]["notice"] == "Day 10"


async def test_only_the_page_takes_what_is_on_offer(
    server: LocalServer, page: httpx.AsyncClient, subtests: pytest.Subtests
) -> None:
    done: list[str] = []

    async def act() -> str:
        done.append("done")
        return "Done"

    server.offer("Act", act)
    foreign: list[tuple[str, dict[str, str], int]] = [
        ("Act", {"Origin": "https://evil.example"}, 403), ("Act", {"Cookie": ""}, 403), ("Other", {}, 404),
    ]  # fmt: skip
    for label, headers, code in foreign:
        with subtests.test(label=label, **headers):
            answer = await page.post("/dev/offers", json={"label": label}, headers=headers)
            assert answer.status_code == code
    assert done == []


async def test_the_same_label_is_offered_once(server: LocalServer, page: httpx.AsyncClient) -> None:
    async def first() -> str:
        return "first"

    async def second() -> str:
        return "second"

    server.offer("Act", first)
    server.offer("Act", second)
    assert (await page.get("/page/state")).json()["offers"]["labels"] == ["Act"]
    assert (await page.post("/dev/offers", json={"label": "Act"})).json() == {"text": "second"}
