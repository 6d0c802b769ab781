from __future__ import annotations

import contextlib
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from telegram.error import BadRequest, ChatMigrated, NetworkError, RetryAfter

from bot.local.faults import Faults

if TYPE_CHECKING:
    import httpx
    from telegram import Bot

    from bot.local.people import Person


async def switch(page: httpx.AsyncClient, **faults: Any) -> None:
    answer = await page.post("/dev/faults", json=faults)
    assert answer.status_code == 200, answer.text


async def said(bot: Bot, ada: Person, text: str) -> bool:
    """Whether the text stands in the chat, whatever the bot was told."""
    with contextlib.suppress(NetworkError):
        await bot.send_message(ada.id, text)
    return bool(ada.chat()[-1]["text"] == text)


async def test_too_many_requests(
    bot: Bot, ada: Person, page: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # the library warns about its old form
    await switch(page, failure="429", retry_after=7, times=1)
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(ada.id, "x")
    assert caught.value.retry_after == timedelta(seconds=7)
    await bot.send_message(ada.id, "once only")
    assert (await page.get("/dev/faults")).json()["failure"] == "none"


@pytest.mark.parametrize(
    ("failure", "arrives"),
    [("500", False), ("502", False), ("cut-before", False), ("cut-after", True)],
)
async def test_a_failing_network(
    bot: Bot, ada: Person, page: httpx.AsyncClient, failure: str, arrives: bool
) -> None:
    await switch(page, failure=failure, times=2)
    with pytest.raises(NetworkError):
        await bot.get_me()
    assert await said(bot, ada, "hello") is arrives
    assert await said(bot, ada, "mended")


async def test_a_slow_network(bot: Bot, ada: Person, page: httpx.AsyncClient) -> None:
    await switch(page, delay=0.3)
    began = time.monotonic()
    await bot.send_message(ada.id, "x")
    assert time.monotonic() - began >= 0.3


async def test_only_the_methods_named_fail(bot: Bot, ada: Person, page: httpx.AsyncClient) -> None:
    await switch(page, failure="500", methods=["send*", "edit*"])
    assert await bot.get_updates()
    with pytest.raises(NetworkError):
        await bot.send_message(ada.id, "x")


async def test_a_chat_that_has_migrated_says_where_to(
    bot: Bot, ada: Person, page: httpx.AsyncClient
) -> None:
    await switch(page, migrated={-4711: ada.id})
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(-4711, "x")
    assert caught.value.new_chat_id == ada.id
    await bot.send_message(ada.id, "x")
    await switch(page)
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(-4711, "x")


async def test_a_fault_that_is_none_is_refused(page: httpx.AsyncClient) -> None:
    wrongs: list[dict[str, Any]] = [
        {"failure": "fire"}, {"delay": -1}, {"times": 0}, {"spelling": 1},
        {"limit": 0}, {"repeat": 0},
    ]  # fmt: skip
    for wrong in wrongs:
        answer = await page.post("/dev/faults", json=wrong)
        assert answer.status_code == 400
        assert next(iter(wrong)) in answer.json()["error"]


def test_failures_are_counted_down() -> None:
    faults = Faults(failure="500", times=2, delay=1)
    assert faults.after_one().times == 1
    assert faults.after_one().after_one() == Faults(delay=1)
