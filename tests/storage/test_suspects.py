"""Updates that may have killed their process are handled alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.storage import inbox
from bot.storage.inbox import Letter

if TYPE_CHECKING:
    from bot.storage.database import Database

BOT, OWNER = 1, 100
NOW = datetime(2026, 1, 1, tzinfo=UTC)
POISON = 3


async def claimed(database: Database, *, idle: bool = True) -> list[int]:
    async with database.write() as tx:
        letters = await inbox.claim(tx, BOT, OWNER, NOW, limit=9, questions=True, idle=idle)
    return [letter.update for letter in letters]


async def test_a_deadly_update_takes_no_other_along_more_than_twice(database: Database) -> None:
    everyone = [1, 2, POISON, 4]
    async with database.write() as tx:
        await inbox.add(tx, [Letter(BOT, n, n, False, "{}") for n in everyone], NOW)
    handled: list[int] = []
    for deaths in range(9):
        took = await claimed(database)
        assert took == everyone if deaths < 2 else len(took) == 1
        if POISON not in took:
            async with database.write() as tx:
                assert await inbox.done(tx, Letter(BOT, took[0], None, False, ""), OWNER, NOW)
            handled += took
        async with database.write() as tx:
            await inbox.release(tx, [OWNER])
    assert handled == [1, 2, 4]
    async with database.write() as tx:
        last = await inbox.claim(tx, BOT, OWNER, NOW, limit=9, questions=True)
    assert [(letter.update, letter.tries) for letter in last] == [(POISON, 7)]


async def test_a_suspect_waits_for_what_is_in_hand(database: Database) -> None:
    async with database.write() as tx:
        await inbox.add(tx, [Letter(BOT, POISON, POISON, False, "{}")], NOW)
    for _ in range(2):
        assert await claimed(database) == [POISON]
        async with database.write() as tx:
            await inbox.release(tx, [OWNER])
    async with database.write() as tx:
        await inbox.add(tx, [Letter(BOT, 9, 9, False, "{}")], NOW)
    assert await claimed(database, idle=False) == []
    assert await claimed(database) == [POISON]
    assert await claimed(database) == [9]
