"""/privacy, /export and /delete, over HTTP."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from sqlalchemy import select
from telegram import Bot

from bot.chat.texts import en as texts
from bot.storage.tables import metadata

if TYPE_CHECKING:
    from tests.conftest import Learner, School


async def test_what_is_kept_is_told(ada: Learner) -> None:
    told = (await ada.writes("/privacy")).text
    assert "/export" in told
    assert "/delete" in told
    assert "7 days" in told


async def test_a_learner_takes_all_of_theirs_along(school: School, ada: Learner) -> None:
    await ada.writes("How many eggs does a queen lay?")
    export = await ada.writes("/export")
    assert export.text == texts.EXPORTED
    server = school.server
    async with Bot(
        server.token, base_url=server.base_url, base_file_url=server.base_file_url
    ) as bot:
        file = await bot.get_file(export.body["document"]["file_id"])
        kept = json.loads(await file.download_as_bytearray())["kept"]
    assert kept["turns"][0]["question"] == "How many eggs does a queen lay?"
    assert kept["learners"][0]["learner_id"] == ada.id


async def test_nothing_is_left_of_who_deletes_everything(school: School, ada: Learner) -> None:
    await ada.writes("How many eggs does a queen lay?")
    await ada.writes("xyzzy plugh")
    await ada.writes("/lessons")
    asked = await ada.writes("/delete")
    kept = await ada.presses(asked, texts.KEEP_ALL)
    assert kept.text == texts.NOTHING_DELETED
    assert str(ada.id) in await everything(school)
    ada.person.presses_data(asked.id, (await ada.writes("/delete")).buttons[texts.DELETE_ALL])
    assert (await ada.hears()).text == texts.DELETED
    async with asyncio.timeout(10):
        while str(ada.id) in await everything(school):
            await asyncio.sleep(0.05)
    assert "eggs" not in await everything(school)
    assert "Kitchen and Garden" in (await ada.writes("/start")).text


async def everything(school: School) -> str:
    """All cells of all tables."""
    async with school.database.read() as tx:
        found = [
            dict(row)
            for table in metadata.sorted_tables
            for row in (await tx.execute(select(table))).mappings().all()
        ]
    return json.dumps(found, default=str)
