from __future__ import annotations

import asyncio
import socket
import sqlite3
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from telegram import Bot

from bot.errors import CannotListen, PortInUse
from bot.local.errors import HomeDamaged, HomeInUse, LocalServerError
from bot.local.server import LocalServer

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request


def talking(server: LocalServer) -> Bot:
    return Bot(server.token, base_url=server.base_url, base_file_url=server.base_file_url)


async def test_a_restart_forgets_nothing_and_repeats_no_id(tmp_path: Path) -> None:
    async def visit(name: str) -> tuple[str, int, list[int], list[int]]:
        async with LocalServer(tmp_path, port=0) as server:
            person = server.person(name)
            person.says("hello")
            async with talking(server) as bot:
                sent = await bot.send_message(person.id, "hi")
                await bot.delete_message(person.id, sent.message_id)
                updates = [update.update_id for update in await bot.get_updates()]
            messages = [person.chat()[0]["message_id"], sent.message_id]
            return server.token, person.id, updates, messages

    first, second = await visit("Ada"), await visit("Bo")
    assert first[0] == second[0]
    assert first[1] < second[1]
    assert second[2][:-1] == first[2]  # what was not confirmed is still there
    assert set(first[3]).isdisjoint(second[3])
    assert max(first[3]) < min(second[3])


async def test_settings_and_files_are_there_after_a_restart(tmp_path: Path) -> None:
    async with LocalServer(tmp_path, port=0) as server, talking(server) as bot:
        ada = server.person("Ada")
        ada.says("hello")
        await bot.set_my_description("Ask me")
        sent = await bot.send_document(ada.id, b"content", filename="a.txt")
    assert sent.document
    async with LocalServer(tmp_path, port=0) as server, talking(server) as bot:
        assert (await bot.get_my_description()).description == "Ask me"
        file = await bot.get_file(sent.document.file_id)
        assert bytes(await file.download_as_bytearray()) == b"content"


async def test_a_bot_that_dies_within_a_call_is_no_fault_of_the_servers(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with LocalServer(tmp_path, port=0) as server:
        _, line = await asyncio.open_connection("127.0.0.1", server.port)
        head = f"POST /bot{server.token}/getMe HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\n"
        line.write((head + form + "half=").encode())
        await line.drain()
        await asyncio.sleep(0.05)  # until the server waits for the rest
        line.transport.abort()
        async with talking(server) as bot:
            assert await bot.get_me()
    assert [each.message for each in caplog.records if each.levelname == "ERROR"] == []


async def test_an_owners_routes_stand_beside_the_servers_own(tmp_path: Path) -> None:
    async def health(_: Request) -> PlainTextResponse:
        return PlainTextResponse("well")

    async with (
        LocalServer(tmp_path, port=0) as server,
        httpx.AsyncClient(base_url=server.url) as client,
    ):
        server.mount([Route("/health", health)])
        assert (await client.get("/health")).text == "well"
        assert (await client.get("/")).status_code == 200
        foreign = await client.get("/health", headers={"Host": "evil.example"})
        assert foreign.status_code == 421


async def test_a_port_in_use_is_told_with_the_way_out(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortInUse, match=f"choose another: viva run --port {port + 1}"):
            async with LocalServer(tmp_path, port=port):
                pass


async def test_an_address_of_another_machine_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotListen, match=r"^Cannot listen on 192\.0\.2\.1:0: .+\.$"):
        async with LocalServer(tmp_path, port=0, host="192.0.2.1"):
            pass


async def test_a_home_in_use_is_told(tmp_path: Path) -> None:
    async with LocalServer(tmp_path, port=0):
        with pytest.raises(HomeInUse, match="Another local chat is using"):
            async with LocalServer(tmp_path, port=0):
                pass
    async with LocalServer(tmp_path, port=0):
        pass  # and it is free again


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def scribble(path: Path) -> None:
    path.write_bytes(b"not a database at all" * 400)


def newer(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()


@pytest.mark.parametrize("damage", [cut, scribble, newer])
async def test_a_damaged_home_is_refused_with_the_remedy(tmp_path: Path, damage: Any) -> None:
    async with LocalServer(tmp_path, port=0) as server:
        token = server.token
    path = tmp_path / "local" / "chat.sqlite"
    damage(path)
    with pytest.raises(HomeDamaged, match=r"chat\.sqlite: .*Move it away") as caught:
        async with LocalServer(tmp_path, port=0):
            pass
    assert caught.value.path == path
    path.rename(path.with_suffix(".old"))
    async with LocalServer(tmp_path, port=0) as server:
        assert server.token == token  # the bot stays the same bot


async def test_a_lost_database_repeats_no_update_id(tmp_path: Path) -> None:
    async def one_update() -> int:
        async with LocalServer(tmp_path, port=0) as server:
            ada = server.person("Ada")
            ada.says("hello")
            (update,) = server.switchboard.store.updates(server.bots[0].id, 0, 5)
            return int(update["update_id"])

    first = await one_update()
    (tmp_path / "local" / "chat.sqlite").unlink()
    assert await one_update() >= first


async def test_a_damaged_token_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "token").write_text("nonsense")
    with pytest.raises(HomeDamaged, match=r"holds no token\. Delete it"):
        LocalServer(tmp_path, port=0).token  # noqa: B018


def test_a_token_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    token = LocalServer(tmp_path, port=0).token
    assert LocalServer(tmp_path, port=0).token == token
    assert (tmp_path / "local" / "token").stat().st_mode & 0o077 == 0


def test_a_guests_token_must_look_like_one(tmp_path: Path) -> None:
    with pytest.raises(LocalServerError, match="123456:letters"):
        LocalServer(tmp_path, tokens=["nonsense"])


async def test_a_home_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(HomeDamaged, match="cannot be"):
        async with LocalServer(tmp_path / "home", port=0):
            pass
