"""What a measurement reads: calls that showed something, and those that came too fast."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from telegram.error import BadRequest, NetworkError, RetryAfter

from bot.local.faults import Faults

if TYPE_CHECKING:
    from telegram import Bot

    from bot.local.people import Person
    from bot.local.server import LocalServer


@pytest.fixture(autouse=True)
def _spans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # the library warns about its old form


async def test_only_calls_with_an_effect_are_recorded(
    server: LocalServer, bot: Bot, ada: Person
) -> None:
    await bot.send_message(ada.id, "before")
    with server.switchboard.recording() as calls:
        sent = await bot.send_message(ada.id, "<b>a</b>", parse_mode="HTML")
        await bot.send_document(ada.id, b"x", caption="with a file")
        poll = await bot.send_poll(ada.id, "Which?", ["a", "b"])
        await bot.stop_poll(ada.id, poll.message_id)
        await bot.edit_message_text("b", ada.id, sent.message_id)
        await bot.send_chat_action(ada.id, "typing")
        await bot.delete_message(ada.id, sent.message_id)
        await bot.get_updates()
        await bot.set_my_commands([("help", "Help")])
        with contextlib.suppress(BadRequest):
            await bot.send_message(4711, "to nobody")
    await bot.send_message(ada.id, "after")
    assert [(call.method, call.text) for call in calls] == [
        ("sendMessage", "<b>a</b>"),
        ("sendDocument", "with a file"),
        ("sendPoll", "Which?"),
        ("stopPoll", None),
        ("editMessageText", "b"),
        ("sendChatAction", None),
        ("deleteMessage", None),
    ]
    assert {(call.chat_id, call.refused) for call in calls} == {(ada.id, False)}
    now = asyncio.get_running_loop().time()
    assert now - 5 < calls[0].at < calls[-1].at < now


async def test_a_message_whose_answer_was_lost_is_counted(
    server: LocalServer, bot: Bot, ada: Person
) -> None:
    board = server.switchboard
    with board.recording() as calls:
        for failure in ("cut-before", "cut-after", "500"):
            board.set_faults(Faults.model_validate({"failure": failure, "times": 1}))
            with pytest.raises(NetworkError):
                await bot.send_message(ada.id, failure)
    assert Counter(call.text for call in calls) == {"cut-after": 1}


async def test_calls_over_the_limit_are_refused_for_all(
    server: LocalServer, bot: Bot, ada: Person
) -> None:
    bo = server.person("Bo")
    bo.says("/start")
    board = server.switchboard
    board.set_faults(Faults(limit=5, retry_after=1))
    with board.recording() as calls:
        for number in range(5):
            await bot.send_message(ada.id, str(number))
        for person in (ada, bo):
            with pytest.raises(RetryAfter) as caught:
                await bot.send_message(person.id, "too fast")
            assert caught.value.retry_after == timedelta(seconds=1)
        await bot.get_me()  # shows nothing, so it does not count
        await asyncio.sleep(1.05)
        await bot.send_message(bo.id, "in time")
    assert [call.retry_after for call in calls] == [0] * 5 + [1, 1] + [0]
    assert [call.refused for call in calls] == [False] * 5 + [True, True] + [False]
    assert calls[-1].at - calls[5].at > 1
    assert "too fast" not in {m["text"] for m in ada.chat() + bo.chat()}


async def test_a_slow_sender_never_meets_the_limit(
    server: LocalServer, bot: Bot, ada: Person
) -> None:
    server.switchboard.set_faults(Faults(limit=2))
    for number in range(5):
        await bot.send_message(ada.id, str(number))
        await asyncio.sleep(0.51)


async def test_a_refusal_that_is_switched_on_is_recorded(
    server: LocalServer, bot: Bot, ada: Person
) -> None:
    board = server.switchboard
    board.set_faults(Faults(failure="429", retry_after=7))
    with board.recording() as calls:
        for call in (bot.get_me(), bot.send_message(ada.id, "x")):
            with pytest.raises(RetryAfter):
                await call
    assert [(call.method, call.retry_after) for call in calls] == [("sendMessage", 7)]


async def test_a_new_limit_begins_anew(server: LocalServer, bot: Bot, ada: Person) -> None:
    board = server.switchboard
    board.set_faults(Faults(limit=1, retry_after=60))
    await bot.send_message(ada.id, "one")
    with pytest.raises(RetryAfter):
        await bot.send_message(ada.id, "two")
    board.set_faults(Faults())
    await bot.send_message(ada.id, "three")
    board.set_faults(Faults(limit=1))
    await bot.send_message(ada.id, "four")
