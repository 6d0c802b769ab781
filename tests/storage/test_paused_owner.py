"""A process that was paused past its lease, woke up, took work and died."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.errors import StorageError
from bot.storage import outbox, owners, pacing
from bot.storage.database import Database
from bot.storage.migrations import migrate
from bot.storage.pacing import Rates

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import URL

BOT, CHAT, PAUSED, OTHER = 1, 7, 100, 200
NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = NOW + 2 * owners.LEASE
RATES = Rates(overall=1000, kept=500, chat=1000, burst=100)


async def test_what_it_took_is_free_again(database: Database, where: Path | URL) -> None:
    paused = Database(where)
    await owners.enter(paused, BOT, PAUSED, NOW)
    assert await owners.gone(database, LATER) == [PAUSED]
    async with database.write() as tx:
        await owners.let_go(tx, [PAUSED], LATER)
        await outbox.add(tx, BOT, CHAT, [{"text": "hello"}], LATER)
    async with paused.write() as tx:
        await owners.present(tx, BOT, PAUSED, LATER)
        assert (await outbox.claim(tx, BOT, PAUSED, LATER, limit=9, rates=RATES)).messages
    await paused.close()  # it dies, and its lock with it
    assert await owners.gone(database, LATER) == [PAUSED]
    async with database.write() as tx:
        await owners.let_go(tx, [PAUSED], LATER)
        again = LATER + timedelta(seconds=1)
        assert (await outbox.claim(tx, BOT, OTHER, again, limit=9, rates=RATES)).messages


async def test_it_is_known_again_to_several_of_its_transactions_at_once(database: Database) -> None:
    async def take_work() -> None:
        async with database.write() as tx:
            await owners.present(tx, BOT, PAUSED, NOW)
            await asyncio.sleep(0.05)

    await asyncio.gather(take_work(), take_work(), take_work())
    assert await owners.gone(database, NOW) == [PAUSED]  # it is known, and holds no lock


async def test_a_transaction_that_sleeps_on_the_server_is_ended(
    postgresql: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the locks of a paused process hold up all the others for as long as it is paused."""
    monkeypatch.setattr("bot.storage.postgresql.IDLE_SECONDS", 1)
    paused, other = Database(postgresql), Database(postgresql)
    await migrate(paused)

    async def sleep_within() -> None:
        async with paused.write() as tx:
            await pacing.lock(tx, BOT, NOW)
            async with other.write() as second:
                await pacing.lock(second, BOT, NOW)
            await pacing.lock(tx, BOT, NOW)

    with pytest.raises(StorageError):
        await sleep_within()
    async with paused.write() as tx:
        await pacing.lock(tx, BOT, NOW)
    await paused.close()
    await other.close()
