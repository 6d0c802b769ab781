"""Owners: a dead process's work is free at once, a paused one's after its lease."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import URL

from bot.storage import bots, owners
from bot.storage.database import Database

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
BOT, ME, OTHER = 1, 2**61 + 5, 2**40 + 7

HOLD = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from sqlalchemy import make_url
from bot.storage import owners
from bot.storage.database import Database

async def main(where, owner):
    database = Database(make_url(where) if "://" in where else Path(where))
    await owners.enter(database, 1, owner, datetime(2026, 11, 25, 12, tzinfo=UTC))
    print("held", flush=True)
    await asyncio.sleep(60)

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


async def test_a_killed_process_is_gone_at_once(where: Path | URL, database: Database) -> None:
    address = where.render_as_string() if isinstance(where, URL) else str(where)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLD, address, str(OTHER), stdout=subprocess.PIPE
    )
    assert process.stdout
    assert await process.stdout.readline() == b"held\n"
    await owners.enter(database, BOT, ME, NOW)
    assert await owners.gone(database, NOW) == []
    process.kill()
    await process.wait()
    await soon_gone(database, OTHER)


async def soon_gone(database: Database, owner: int) -> None:
    """A server takes a moment to see that a connection has ended."""
    async with asyncio.timeout(5):
        while await owners.gone(database, NOW) != [owner]:
            await asyncio.sleep(0.01)


async def test_a_paused_process_is_gone_after_its_lease(database: Database) -> None:
    await owners.enter(database, BOT, ME, NOW)
    late = NOW + owners.LEASE + timedelta(seconds=1)
    assert await owners.gone(database, NOW + owners.LEASE) == []
    assert await owners.gone(database, late) == [ME]
    async with database.write() as tx:
        await owners.renew(tx, BOT, ME, late)
    assert await owners.gone(database, late) == []


async def test_who_was_taken_for_dead_begins_anew(database: Database) -> None:
    await owners.enter(database, BOT, ME, NOW)
    async with database.write() as tx:
        await owners.let_go(tx, [ME], NOW)
        await owners.renew(tx, BOT, ME, NOW)
    assert await owners.gone(database, NOW) == []


async def test_one_leads_and_another_takes_over(where: Path | URL, database: Database) -> None:
    async def lead(owner: int) -> bool:
        async with database.write() as tx:
            return await bots.lead(tx, BOT, owner, NOW)

    await owners.enter(database, BOT, ME, NOW)
    assert await lead(ME)
    assert not await lead(OTHER)
    await owners.leave(database, ME, NOW)
    assert await lead(OTHER)
    assert not await lead(ME)


async def test_locks_are_given_back_when_the_store_is_closed(
    where: Path | URL, database: Database
) -> None:
    other = Database(where)
    await owners.enter(other, BOT, OTHER, NOW)
    assert await owners.gone(database, NOW) == []
    await other.close()
    await soon_gone(database, OTHER)
