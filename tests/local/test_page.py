"""The page's own side, and who may use it."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from telegram import InlineKeyboardMarkup

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx
    from telegram import Bot

    from bot.local.people import Person
    from bot.local.server import LocalServer


async def test_a_foreign_host_is_refused(
    server: LocalServer, page: httpx.AsyncClient, subtests: pytest.Subtests
) -> None:
    for host in ("evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1:1", ""):
        for path in ("/", "/static/chat.js", "/page/state", f"/bot{server.token}/getMe"):
            with subtests.test(host=host):
                assert (await page.get(path, headers={"Host": host})).status_code == 421


async def test_both_names_of_this_machine_are_taken(
    server: LocalServer, page: httpx.AsyncClient
) -> None:
    answer = await page.get("/", headers={"Host": f"localhost:{server.port}"})
    assert answer.status_code == 200


FOREIGN = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Cookie": ""},
)


async def test_only_the_page_may_speak_for_a_person(
    server: LocalServer, page: httpx.AsyncClient, subtests: pytest.Subtests
) -> None:
    asked = (("POST", "/page/people"), ("POST", "/dev/faults"), ("GET", "/page/state"))
    for headers in FOREIGN:
        for method, path in asked:
            with subtests.test(path=path, **headers):
                body = {"first_name": "Eve"}
                answer = await page.request(method, path, headers=headers, json=body)
                assert answer.status_code == 403
    assert [person[1] for person in server.switchboard.store.people()] == ["Alex"]


async def test_the_pages_own_origin_is_taken(server: LocalServer, page: httpx.AsyncClient) -> None:
    headers = {"Origin": server.url, "Sec-Fetch-Site": "same-origin"}
    answer = await page.post("/page/people", headers=headers, json={"first_name": "Ada"})
    assert answer.json()["first_name"] == "Ada"


async def test_every_answer_carries_the_headers(
    server: LocalServer, page: httpx.AsyncClient
) -> None:
    for path in ("/", "/static/chat.css", "/page/state", "/nowhere", f"/bot{server.token}/getMe"):
        headers = (await page.get(path)).headers
        assert headers["content-security-policy"].startswith("default-src 'self'")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
    cookie = (await page.get("/")).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


async def test_a_persons_day(
    server: LocalServer, page: httpx.AsyncClient, bot: Bot, keyboard: Callable[..., dict[str, Any]]
) -> None:
    person = (
        await page.post("/page/people", json={"first_name": " Bo ", "language_code": "de-AT"})
    ).json()
    assert (person["first_name"], person["language_code"]) == ("Bo", "de")
    chat = f"/page/{bot.id}/chats/{person['id']}"
    assert (await page.get(chat)).json()["started"] is False
    (await page.post(f"{chat}/messages", json={"text": "/start deep"})).raise_for_status()
    markup = InlineKeyboardMarkup.de_json(keyboard(["Go"]), bot)
    sent = await bot.send_message(person["id"], "Go?", reply_markup=markup)
    press = {"message_id": sent.message_id, "data": "Go"}
    query = (await page.post(f"{chat}/presses", json=press)).json()["query_id"]
    blocking = {"blocked": True}
    (
        await page.post(f"/dev/{bot.id}/chats/{person['id']}/blocked", json=blocking)
    ).raise_for_status()
    said, pressed, blocked = await bot.get_updates()
    assert said.message
    assert said.message.parse_entities(["bot_command"])
    assert pressed.callback_query
    assert (pressed.callback_query.id, pressed.callback_query.data) == (query, "Go")
    assert blocked.my_chat_member
    refused = await page.post(f"{chat}/messages", json={"text": "x"})
    assert (refused.status_code, refused.json()["error"]) == (
        400,
        "Bad Request: unblock the bot first",
    )


async def test_a_very_long_text_goes_as_several(ada: Person, bot: Bot) -> None:
    ada.says("é" * 5000)
    lengths = [len(u.message.text) for u in await bot.get_updates() if u.message and u.message.text]
    assert lengths == [6, 4096, 904]


NONSENSE: list[tuple[str, dict[str, Any], int]] = [
    ("messages", {"text": ""}, 400),
    ("messages", {"text": "\n"}, 400),
    ("messages", {"text": "x", "colour": "red"}, 400),
    ("messages", {"text": "x", "reply_to": 5}, 400),
    ("messages", {"text": "x" * 300_000}, 413),
    ("presses", {"message_id": 1, "data": "x"}, 400),
]


async def test_a_body_that_makes_no_sense_is_refused(
    page: httpx.AsyncClient, ada: Person, bot: Bot, subtests: pytest.Subtests
) -> None:
    for path, body, code in NONSENSE:
        with subtests.test(body=str(body)[:40]):
            answer = await page.post(f"/page/{bot.id}/chats/{ada.id}/{path}", json=body)
            assert answer.status_code == code
            assert answer.json()["error"]


async def test_a_form_from_elsewhere_is_no_json(page: httpx.AsyncClient) -> None:
    answer = await page.post(
        "/page/people", content=b'{"first_name":"E"}', headers={"Content-Type": "text/plain"}
    )
    assert answer.status_code == 415


async def test_strangers_and_foreign_bots_are_not_found(
    page: httpx.AsyncClient, ada: Person, bot: Bot
) -> None:
    assert (await page.get(f"/page/{bot.id}/chats/77")).status_code == 400
    assert (await page.get(f"/page/77/chats/{ada.id}")).status_code == 404


async def test_what_happens_is_told_as_it_happens(
    server: LocalServer, page: httpx.AsyncClient, ada: Person, bot: Bot
) -> None:
    async with page.stream("GET", f"/page/{bot.id}/events", timeout=10) as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == ": listening"
        sent = await bot.send_message(ada.id, "</script> hi")
        await bot.edit_message_text("ho", ada.id, sent.message_id)
        await bot.send_chat_action(ada.id, "typing")
        events = []
        async with asyncio.timeout(5):
            async for line in lines:
                if line.startswith("data: "):
                    events.append(json.loads(line.removeprefix("data: ")))
                if len(events) == 3:
                    break
    assert [event["kind"] for event in events] == ["message", "edited", "action"]
    assert all(event["chat"] == ada.id for event in events)


async def test_a_file_is_only_ever_downloaded_and_a_picture_shown(
    page: httpx.AsyncClient, ada: Person, bot: Bot, picture: Callable[[int, int], bytes]
) -> None:
    html = (await bot.send_document(ada.id, b"<script>1</script>", filename="ä.html")).document
    photo = (await bot.send_photo(ada.id, picture(4, 4), caption="x")).photo[-1]
    assert html
    answer = await page.get(f"/page/{bot.id}/files/{html.file_id}")
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''%C3%A4.html"
    assert answer.headers["content-type"] == "application/octet-stream"
    shown = await page.get(f"/page/{bot.id}/files/{photo.file_id}")
    assert shown.headers["content-type"] == "image/png"
    assert "content-disposition" not in shown.headers
