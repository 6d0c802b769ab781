"""The tutor and the server it polls."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from telegram import Bot, MenuButtonCommands

from bot.chat.shelf import Shelf
from bot.chat.texts import en as texts
from bot.chat.tutor import Tutor
from bot.errors import TokenInUse, TokenRefused
from bot.local.faults import Faults
from bot.local.server import LocalServer
from bot.storage.database import Database
from bot.storage.migrations import migrate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.conftest import Learner, School


def utc_now() -> datetime:
    return datetime.now(UTC)


async def test_telegram_is_told_what_the_tutor_does(school: School) -> None:
    server = school.server
    async with Bot(server.token, base_url=server.base_url) as bot:
        async with asyncio.timeout(10):
            while not isinstance(await bot.get_chat_menu_button(), MenuButtonCommands):
                pass
        commands = {c.command: c.description for c in await bot.get_my_commands()}
        assert commands | {"listen": texts.COMMANDS["listen"]} == texts.COMMANDS
        assert "listen" not in commands  # no voice is installed
        assert (await bot.get_my_description()).description == texts.DESCRIPTION


async def test_a_token_that_is_refused_is_told_plainly(
    database: Database, lessons: Path, index: Path, tmp_path: Path
) -> None:
    async with LocalServer(tmp_path, port=0) as server, Shelf(lessons, index) as shelf:
        tutor = Tutor("1:" + "x" * 35, database, shelf, utc_now, owner=1, api=server.url)
        with pytest.raises(TokenRefused, match="TELEGRAM_BOT_TOKEN"):
            await asyncio.wait_for(tutor.run(), 10)


async def test_of_two_strangers_with_one_token_one_stops(school: School, tmp_path: Path) -> None:
    elsewhere = Database(tmp_path / "elsewhere.db")
    await migrate(elsewhere)
    async with second_tutor(school, elsewhere) as second:
        done, _ = await asyncio.wait(
            [second, school.running], timeout=20, return_when="FIRST_COMPLETED"
        )
        assert len(done) == 1
        with pytest.raises(TokenInUse, match="Another program"):
            await done.pop()
    await elsewhere.close()


async def test_a_second_process_on_the_same_store_helps_and_takes_over(
    school: School, ada: Learner
) -> None:
    await ada.writes("/help")
    async with second_tutor(school, school.database) as second:
        await ada.writes("/help")
        assert not second.done()
        assert not school.running.done()
        school.running.cancel()
        assert "/lessons" in (await ada.writes("/help")).text


@asynccontextmanager
async def second_tutor(school: School, store: Database) -> AsyncIterator[asyncio.Task[None]]:
    server = school.server
    tutor = Tutor(
        server.token, store, school.shelf, utc_now, owner=secrets.randbits(62), api=server.url
    )
    running = asyncio.create_task(tutor.run())
    yield running
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_it_goes_on_when_the_network_comes_back(school: School, ada: Learner) -> None:
    await ada.writes("/help")
    faults = Faults(failure="502", times=3, methods=("getUpdates",))
    school.server.switchboard.set_faults(faults)
    assert "/lessons" in (await ada.writes("/help", seconds=20)).text


async def test_it_starts_when_the_server_does_not_answer_at_first(
    database: Database, lessons: Path, index: Path, tmp_path: Path
) -> None:
    async with LocalServer(tmp_path, port=0) as server, Shelf(lessons, index) as shelf:
        server.switchboard.set_faults(Faults(failure="500", times=2, methods=("getMe",)))
        person = server.person("Ada")
        person.says("/help")
        tutor = Tutor(server.token, database, shelf, utc_now, owner=1, api=server.url)
        running = asyncio.create_task(tutor.run())
        assert "/lessons" in (await person.hears(20))["text"]
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
