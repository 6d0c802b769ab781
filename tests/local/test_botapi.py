from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest
from telegram import Bot
from telegram.error import EndPointNotFound, InvalidToken

from bot.local.server import LocalServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import httpx

    from bot.local.people import Person


async def test_arguments_come_by_query_form_json_and_multipart(
    raw: httpx.AsyncClient, ada: Person
) -> None:
    markup = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
    fields = {"chat_id": str(ada.id), "text": "x", "reply_markup": json.dumps(markup)}
    answers = [
        await raw.get("sendMessage", params=fields),
        await raw.post("sendMessage", data=fields),
        await raw.post(
            "sendMessage", json={"chat_id": ada.id, "text": "x", "reply_markup": markup}
        ),
        await raw.post(
            "sendMessage", files={name: (None, value) for name, value in fields.items()}
        ),
        await raw.post("SENDMESSAGE", data=fields),
    ]
    for answer in answers:
        assert answer.json()["result"]["reply_markup"] == markup


# What is wrong with a call, and what is said of it.
WRONG: list[tuple[dict[str, str | None], str]] = [
    ({"foo": "1"}, 'parameter "foo" is not known to method sendMessage'),
    ({"text": None}, 'parameter "text" is required by method sendMessage'),
    ({"entities": "[" * 10_000}, 'can\'t parse "entities" as JSON'),
    ({"entities": "["}, 'can\'t parse "entities" as JSON'),
    ({"entities": '[{"type":"bold","offset":0}]'}, '"entities[0]" has no field "length"'),
    ({"entities": '[{"type":"b","offset":0,"length":1,"x":1}]'}, 'field "x" of'),
    ({"protect_content": "perhaps"}, 'parameter "protect_content" must be a boolean'),
    ({"reply_markup": '{"inline_keyboard":[[{}]]}'}, 'has no field "text"'),
    ({"reply_markup": '{"force_reply":true}'}, "only keyboards, and their removal, are known"),
    ({"message_effect_id": "5"}, "is not known to the local server"),
]


async def test_a_wrong_argument_is_refused(
    raw: httpx.AsyncClient, ada: Person, subtests: pytest.Subtests
) -> None:
    for fields, words in WRONG:
        with subtests.test(words):
            whole = {"chat_id": str(ada.id), "text": "x"} | fields
            given = {name: value for name, value in whole.items() if value is not None}
            answer = (await raw.post("sendMessage", data=given)).json()
            assert (answer["ok"], answer["error_code"]) == (False, 400)
            assert words in answer["description"]


async def test_a_foreign_token_is_unauthorized(server: LocalServer) -> None:
    bot = Bot("1:a-foreign-token", base_url=server.base_url)
    with pytest.raises(InvalidToken):
        await bot.initialize()
    await bot.shutdown()


async def test_a_method_without_a_user_yet_is_a_loud_404(
    bot: Bot, ada: Person, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises((InvalidToken, EndPointNotFound)):
        await bot.send_dice(ada.id)
    assert "method 'sendDice' is not known to the local server" in caplog.text


async def test_a_token_and_a_text_never_reach_the_log(
    raw: httpx.AsyncClient, server: LocalServer, ada: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await raw.post("sendMessage", data={"chat_id": ada.id, "text": "secret words"})
    await raw.post(
        "sendMessage", data={"chat_id": ada.id, "text": "<secret words", "parse_mode": "HTML"}
    )
    await raw.post("nonsense")
    ours = "\n".join(r.getMessage() for r in caplog.records if not r.name.startswith("http"))
    assert "sendMessage: 400" in ours
    assert server.token.partition(":")[2] not in ours
    assert "secret" not in ours
    assert server.token not in repr(server.bots)


async def test_a_body_over_the_cap_is_not_read(raw: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(60):
            yield bytes(2**20)

    kind = {"Content-Type": "application/json"}
    answer = await raw.post("sendMessage", content=endless(), headers=kind)
    assert answer.status_code == 413


async def test_two_bots_have_each_their_own_chats(tmp_path: Path) -> None:
    guest_token = "42:a-guest-token"
    async with LocalServer(tmp_path, port=0, tokens=[guest_token]) as server:
        ada = server.person("Ada")
        ada.says("for the first")
        async with Bot(guest_token, base_url=server.base_url) as guest:
            assert guest.id == 42
            assert await guest.get_updates() == ()
            server.switchboard.say(server.bots[1], ada.id, "for the second")
            assert [u.message.text for u in await guest.get_updates() if u.message] == [
                "for the second"
            ]
            await guest.send_message(ada.id, "hello")
        assert [m["text"] for m in ada.chat()] == ["for the first"]
