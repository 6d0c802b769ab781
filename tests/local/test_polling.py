from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest
from telegram.error import Conflict

from bot.local.server import LocalServer

if TYPE_CHECKING:
    from pathlib import Path

    import httpx
    from telegram import Bot

    from bot.local.people import Person
    from tests.local.conftest import Clock


async def texts(bot: Bot, offset: int | None = None, limit: int | None = None) -> list[str | None]:
    updates = await bot.get_updates(offset=offset, limit=limit)
    return [update.message.text for update in updates if update.message]


async def test_an_update_comes_while_the_bot_waits(bot: Bot, ada: Person) -> None:
    (seen,) = await bot.get_updates()
    waiting = asyncio.create_task(bot.get_updates(offset=seen.update_id + 1, timeout=30))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    began = time.monotonic()
    ada.says("now")
    (update,) = await waiting
    assert update.message
    assert update.message.text == "now"
    assert time.monotonic() - began < 1


async def test_waiting_ends_with_nothing(bot: Bot) -> None:
    began = time.monotonic()
    assert await bot.get_updates(timeout=1) == ()
    assert 0.9 < time.monotonic() - began < 3


async def test_updates_stay_until_they_are_confirmed(bot: Bot, ada: Person) -> None:
    ada.says("two")
    ada.says("three")
    assert await texts(bot, limit=2) == ["/start", "two"]
    assert await texts(bot) == ["/start", "two", "three"]
    first = (await bot.get_updates())[0].update_id
    assert await texts(bot, offset=first + 1) == ["two", "three"]
    assert await texts(bot) == ["two", "three"]
    assert await texts(bot, offset=-1) == ["three"]
    assert await texts(bot) == ["three"]


async def test_a_person_sees_what_the_bot_has_read(bot: Bot, ada: Person) -> None:
    assert [m["read"] for m in ada.chat()] == [False]
    (update,) = await bot.get_updates()
    await bot.get_updates(offset=update.update_id + 1)
    assert (await ada.sees("read"))["message_id"] == ada.chat()[0]["message_id"]
    assert [m["read"] for m in ada.chat()] == [True]


async def test_a_second_poller_ends_the_first(bot: Bot, raw: httpx.AsyncClient) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.sleep(0.1)
    assert (await raw.post("getUpdates", data={"timeout": 0})).json() == {"ok": True, "result": []}
    with pytest.raises(Conflict, match="make sure that only one bot instance is running"):
        await first


async def test_only_the_kinds_asked_for_are_kept(bot: Bot, ada: Person) -> None:
    await bot.get_updates(offset=-1, allowed_updates=["my_chat_member"])
    await bot.get_updates(offset=2**40)
    ada.says("not asked for")
    ada.blocks()
    (update,) = await bot.get_updates()  # no list: the last one holds
    assert update.my_chat_member
    ada.blocks(False)
    await bot.get_updates(offset=2**40, allowed_updates=[])
    ada.says("asked for again")
    assert await texts(bot) == ["asked for again"]


async def test_updates_nobody_fetches_are_lost_after_a_day(
    bot: Bot, ada: Person, clock: Clock
) -> None:
    clock.move(hours=23)
    ada.says("later")
    assert await texts(bot) == ["/start", "later"]
    clock.move(hours=2)
    assert await texts(bot) == ["later"]


async def test_a_server_that_closes_lets_the_bot_go(tmp_path: Path) -> None:
    import httpx

    async with httpx.AsyncClient() as client:
        async with LocalServer(tmp_path, port=0) as server:
            url = f"{server.base_url}{server.token}/getUpdates"
            waiting = asyncio.create_task(client.post(url, data={"timeout": 50}, timeout=60))
            await asyncio.sleep(0.1)
            began = time.monotonic()
        assert time.monotonic() - began < 2
        assert (await waiting).json() == {"ok": True, "result": []}
