"""Updates by webhook, and what is served beside it: /health and /metrics."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select
from starlette.applications import Starlette

from bot.chat.shelf import Shelf
from bot.chat.tutor import Tutor
from bot.chat.webhook import BODY_BYTES, SECRET_HEADER, secret_of
from bot.local.faults import Faults
from bot.local.server import LocalServer
from bot.serving import bound, serving
from bot.storage.tables import inbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.storage.database import Database
    from tests.conftest import Learner, School


@dataclass
class Hooked:
    """A tutor that is brought its updates."""

    server: LocalServer
    database: Database
    url: str
    secret: str

    async def brings(self, **changes: object) -> int:
        """What the tutor answers to an update of our own."""
        update = '{"update_id": 5, "message": {"message_id": 1}}'
        headers = {SECRET_HEADER: self.secret, "Content-Type": "application/json"}
        request = {"content": update, "headers": headers} | changes
        async with httpx.AsyncClient() as client:
            return (await client.post(self.url, **request)).status_code  # type: ignore[arg-type]

    async def stored(self) -> list[int]:
        async with self.database.read() as tx:
            return list((await tx.execute(select(inbox.c.update_id))).scalars())


def utc_now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def hooked_tutor(
    home: Path, database: Database, lessons: Path, index: Path
) -> AsyncIterator[Hooked]:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(LocalServer(home, port=0))
        shelf = await stack.enter_async_context(Shelf(lessons, index))
        listening = stack.enter_context(bound(0))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/updates/here"
        tutor = Tutor(
            server.token, database, shelf, utc_now,
            owner=secrets.randbits(62), api=server.url, webhook=url,
        )  # fmt: skip
        await stack.enter_async_context(serving(Starlette(routes=tutor.routes), listening))
        running = asyncio.create_task(tutor.run())
        yield Hooked(server, database, url, secret_of(server.token))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def hooked(
    tmp_path: Path, database: Database, lessons: Path, index: Path
) -> AsyncIterator[Hooked]:
    async with hooked_tutor(tmp_path, database, lessons, index) as found:
        yield found


async def test_a_question_is_answered_by_webhook(hooked: Hooked) -> None:
    ada = hooked.server.person("Ada")
    ada.says("How many eggs does a queen lay?")
    assert "two thousand" in (await ada.hears(30))["text"]


async def test_an_update_that_is_brought_three_times_is_answered_once(hooked: Hooked) -> None:
    hooked.server.switchboard.set_faults(Faults(repeat=3))
    ada = hooked.server.person("Ada")
    for text in ("/help", "/lessons"):
        ada.says(text)
    await ada.hears(30)
    await ada.hears(30)
    with pytest.raises(TimeoutError):
        await ada.hears(1)


async def test_nobody_but_telegram_brings_updates(hooked: Hooked) -> None:
    json = {"Content-Type": "application/json"}
    wrong = {SECRET_HEADER: hooked.secret[:-1] + "x", **json}
    assert await hooked.brings(headers=json) == 403
    assert await hooked.brings(headers=wrong) == 403
    assert await hooked.brings(headers={SECRET_HEADER: hooked.secret}) == 415
    assert await hooked.stored() == []


async def test_what_is_no_update_is_taken_and_left_out(hooked: Hooked) -> None:
    assert await hooked.brings(content="{not json") == 200
    assert await hooked.brings(content='{"no": "id"}') == 200
    assert await hooked.brings(content="x" * (BODY_BYTES + 1)) == 413
    assert await hooked.stored() == []
    assert await hooked.brings() == 200
    assert await hooked.stored() == [5]


async def test_health_and_figures_are_served(school: School, ada: Learner) -> None:
    await ada.writes("How many eggs does a queen lay?")
    async with httpx.AsyncClient(base_url=school.server.url) as client:
        health = await client.get("/health")
        assert (health.status_code, health.json()) == (200, {"status": "ok", "faults": []})
        metrics = (await client.get("/metrics")).text
    found = {
        family.name: family.samples[0].value for family in text_string_to_metric_families(metrics)
    }
    assert found["viva_replicas"] == 1
    assert found["viva_inbox_open"] == 0
    assert found["viva_dead_letters"] == 0
    assert found["viva_index_open"] == 1
    assert found["viva_outbox_oldest_seconds"] < 5
    assert found["viva_telegram_pending"] == 0


async def test_a_tutor_that_is_not_serving_says_so(school: School, ada: Learner) -> None:
    await ada.writes("/help")
    school.running.cancel()
    await asyncio.gather(school.running, return_exceptions=True)
    async with httpx.AsyncClient(base_url=school.server.url) as client:
        health = await client.get("/health")
    assert (health.status_code, health.json()["faults"]) == (503, ["not serving"])
