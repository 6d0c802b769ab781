"""Updates that are posted to a webhook, which a real listener takes or refuses."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from telegram import Bot
from telegram.error import BadRequest, Conflict

from bot.local.faults import Faults
from bot.local.server import LocalServer
from bot.serving import bound, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from starlette.requests import Request

    from bot.local.people import Person
    from tests.local.conftest import Clock


@dataclass
class Listener:
    """A bot's side of a webhook. `refuse` are the codes it answers before it says 200."""

    url: str = ""
    refuse: list[int] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)  # nothing is answered before it
    taken: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    open: int = 0
    most: int = 0

    async def __call__(self, request: Request) -> PlainTextResponse:
        update = await request.json()
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.open += 1
        self.most = max(self.most, self.open)
        await self.gate.wait()
        self.open -= 1
        if self.refuse:
            return PlainTextResponse("no", self.refuse.pop(0))
        self.taken.append(update)
        return PlainTextResponse("ok")

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.taken]

    async def has(self, count: int) -> None:
        await until(lambda: len(self.taken) >= count)
        await asyncio.sleep(0.05)  # for what should not come
        assert len(self.taken) == count


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def listening(listener: Listener, port: int = 0) -> AsyncIterator[None]:
    routes = [Route("/hook", listener.__call__, methods=["POST"])]
    with bound(port) as there:
        listener.url = f"http://127.0.0.1:{there.getsockname()[1]}/hook"
        async with serving(Starlette(routes=routes), there):
            try:
                yield
            finally:
                listener.gate.set()


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    listener = Listener()
    listener.gate.set()
    async with listening(listener):
        yield listener


async def pending(bot: Bot) -> int:
    return (await bot.get_webhook_info()).pending_update_count


async def first_error(bot: Bot) -> str:
    async with asyncio.timeout(10):
        while not (error := (await bot.get_webhook_info()).last_error_message):
            pass
    return error


async def test_an_update_is_posted_with_the_secret_and_then_confirmed(
    bot: Bot, ada: Person, listener: Listener
) -> None:
    await bot.set_webhook(listener.url, secret_token="Abc_-9")
    await listener.has(1)  # what had been waiting
    ada.says("hello")
    await listener.has(2)
    assert listener.texts == ["/start", "hello"]
    assert listener.secrets == ["Abc_-9"] * 2
    assert [m["read"] for m in ada.chat()] == [True, True]
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count) == (listener.url, 0)
    assert (info.max_connections, info.last_error_date) == (40, None)


async def test_who_polls_is_let_go_and_kept_out(bot: Bot, ada: Person, listener: Listener) -> None:
    (seen,) = await bot.get_updates()
    waiting = asyncio.create_task(bot.get_updates(offset=seen.update_id + 1, timeout=30))
    await asyncio.sleep(0.1)
    await bot.set_webhook(listener.url)
    with pytest.raises(Conflict, match="Conflict: terminated by setWebhook request"):
        await waiting
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active; use"):
        await bot.get_updates()
    await bot.delete_webhook()
    ada.says("asked for")
    (update,) = await bot.get_updates()
    assert update.message
    assert update.message.text == "asked for"
    assert listener.taken == []


@pytest.mark.parametrize("how", ["delete", "empty"])
async def test_a_webhook_is_taken_away(bot: Bot, ada: Person, listener: Listener, how: str) -> None:
    await bot.set_webhook(listener.url)
    await listener.has(1)
    await (bot.delete_webhook() if how == "delete" else bot.set_webhook(""))
    ada.says("waits")
    await listener.has(1)
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count) == ("", 1)
    assert info.max_connections is None


async def test_what_is_refused_comes_again_in_its_order(
    bot: Bot, ada: Person, listener: Listener, clock: Clock
) -> None:
    listener.refuse = [500, 403, 302]
    await bot.set_webhook(listener.url)
    ada.says("next")
    await listener.has(2)
    assert listener.texts == ["/start", "next"]
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 302 Found"
    assert info.last_error_date == clock.time


async def test_one_persons_trouble_keeps_nobody_else_waiting(
    bot: Bot, ada: Person, server: LocalServer, listener: Listener
) -> None:
    listener.refuse = [500]
    await bot.set_webhook(listener.url)
    await until(lambda: not listener.refuse)
    server.person("Bo").says("from Bo")
    ada.says("from Ada")
    await listener.has(3)
    assert listener.texts == ["from Bo", "/start", "from Ada"]


async def test_nobody_listens_yet(bot: Bot, ada: Person) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    late = Listener()
    late.gate.set()
    await bot.set_webhook(f"http://localhost:{port}/hook", max_connections=1)
    ada.says("patience")
    assert await first_error(bot) == "Can't connect to the webhook"
    assert await pending(bot) == 2
    async with listening(late, port):
        await bot.set_webhook(f"http://localhost:{port}/hook", max_connections=1)  # hurries
        await late.has(2)
    assert late.texts == ["/start", "patience"]


async def test_a_connection_cut_off_is_tried_again(
    bot: Bot, ada: Person, server: LocalServer
) -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(cut, "127.0.0.1", 0) as cutting:
        port = cutting.sockets[0].getsockname()[1]
        await bot.set_webhook(f"http://127.0.0.1:{port}/")
        error = await first_error(bot)
        pending_then = await pending(bot)
        await bot.delete_webhook()
    assert (error, pending_then) == ("Webhook connection closed", 1)


async def test_many_at_once_but_one_by_one_for_each_person(
    bot: Bot, server: LocalServer, listener: Listener
) -> None:
    people = [server.person(f"P{n}") for n in range(6)]
    for round_ in range(3):
        for person in people:
            person.says(f"{person.id} {round_}")
    listener.gate.clear()
    await bot.set_webhook(listener.url, max_connections=4)
    await until(lambda: listener.open == 4)
    await asyncio.sleep(0.05)
    assert listener.open == 4
    listener.gate.set()
    await listener.has(18)
    assert listener.most == 4
    for person in people:
        mine = [text for text in listener.texts if text.startswith(str(person.id))]
        assert mine == [f"{person.id} {round_}" for round_ in range(3)]


async def test_nothing_is_lost_over_a_restart(tmp_path: Path, listener: Listener) -> None:
    async with LocalServer(tmp_path, port=0) as server:
        ada = server.person("Ada")
        async with Bot(server.token, base_url=server.base_url) as bot:
            await bot.set_webhook(listener.url, secret_token="kept", max_connections=7)
        listener.gate.clear()
        ada.says("under way")
        await until(lambda: listener.open == 1)
        ada.says("behind it")
    listener.gate.set()
    await until(lambda: listener.open == 0)
    before = listener.texts  # its answer found nobody to hear it
    async with LocalServer(tmp_path, port=0) as server:
        await listener.has(len(before) + 2)
        async with Bot(server.token, base_url=server.base_url) as bot:
            info = await bot.get_webhook_info()
    assert listener.texts[len(before) :] == ["under way", "behind it"]
    assert set(listener.secrets) == {"kept"}
    assert (info.max_connections, info.pending_update_count) == (7, 0)


async def test_a_new_address_gets_what_the_old_one_did_not_answer(
    bot: Bot, ada: Person, listener: Listener
) -> None:
    stuck = Listener()
    async with listening(stuck):
        await bot.set_webhook(stuck.url)
        await until(lambda: stuck.open == 1)
        await bot.set_webhook(listener.url)
        await listener.has(1)
    assert await pending(bot) == 0


async def test_what_waits_is_dropped_when_asked(bot: Bot, ada: Person, listener: Listener) -> None:
    listener.gate.clear()
    await bot.set_webhook(listener.url)
    await until(lambda: listener.open == 1)
    ada.says("too old")
    await bot.set_webhook(listener.url, drop_pending_updates=True)
    assert await pending(bot) == 0
    listener.gate.set()
    await until(lambda: listener.open == 0)
    listener.taken.clear()
    ada.says("fresh")
    await listener.has(1)
    assert listener.texts == ["fresh"]


async def test_only_the_kinds_asked_for_are_posted(
    bot: Bot, ada: Person, listener: Listener
) -> None:
    await bot.set_webhook(listener.url, allowed_updates=["my_chat_member"])
    await listener.has(1)  # made before
    ada.says("not asked for")
    ada.blocks()
    await listener.has(2)
    assert "my_chat_member" in listener.taken[1]
    assert (await bot.get_webhook_info()).allowed_updates == ("my_chat_member",)


async def test_updates_nobody_takes_are_lost_after_a_day(
    bot: Bot, ada: Person, listener: Listener, clock: Clock
) -> None:
    listener.refuse = [500]
    await bot.set_webhook(listener.url)
    await until(lambda: not listener.refuse)
    clock.move(hours=25)
    assert await pending(bot) == 0
    ada.says("today")
    await listener.has(1)
    assert listener.texts == ["today"]


async def test_a_fault_posts_each_update_several_times(
    bot: Bot, ada: Person, server: LocalServer, listener: Listener
) -> None:
    server.switchboard.set_faults(Faults(repeat=3))
    await bot.set_webhook(listener.url)
    ada.says("again")
    await listener.has(6)
    assert listener.texts == ["/start"] * 3 + ["again"] * 3
    assert await pending(bot) == 0


async def test_a_wrong_webhook_is_refused(bot: Bot, listener: Listener) -> None:
    here = listener.url
    refusals = [
        (bot.set_webhook("https://example.com/hook"), "calls only http://127.0.0.1"),
        (bot.set_webhook("http://192.0.2.1/hook"), "calls only http://127.0.0.1"),
        (bot.set_webhook("hook"), "calls only http://127.0.0.1"),
        (bot.set_webhook("http://127.0.0.1:port/"), "invalid webhook url specified"),
        (bot.set_webhook(here, secret_token="a b"), "secret token contains unallowed characters"),
        (bot.set_webhook(here, secret_token="a" * 257), "secret token is too long"),
        (bot.set_webhook(here, ip_address="127.0.0.1"), "is not known to the local server"),
    ]
    for call, words in refusals:
        with pytest.raises(BadRequest) as caught:
            await call
        assert words in str(caught.value).lower()
    assert (await bot.get_webhook_info()).url == ""
    await bot.set_webhook(here, secret_token="a" * 256, max_connections=1000)
    assert (await bot.get_webhook_info()).max_connections == 100


async def test_no_secret_reaches_the_log(
    bot: Bot, ada: Person, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    listener.refuse = [500]
    await bot.set_webhook(f"{listener.url}?path-secret", secret_token="header-secret")
    await listener.has(1)
    ours = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("bot."))
    assert "secret" not in ours
