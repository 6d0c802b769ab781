"""A stage: the local Bot API server in this process, an empty store, and who watches both."""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, func, select

from benchmarks.reliability.engines import empty_store
from benchmarks.reliability.waiting import until
from benchmarks.reliability.worker import COUNTED, Job
from bot.app import machine_clock, store
from bot.chat.replies import Text, to_json
from bot.chat.styled import plain
from bot.local.server import LocalServer
from bot.storage import outbox
from bot.storage.outbox import Lane, State
from bot.storage.pacing import Rates
from bot.storage.tables import dead_letters, turns
from bot.storage.tables import inbox as inbox_table
from bot.storage.tables import outbox as outbox_table

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from bot.local.record import Sent
    from bot.local.switchboard import Bot, Switchboard
    from bot.storage.database import Database

__all__ = ["BRISK", "REAL", "Stage", "stage"]

BRISK = Rates(overall=60, kept=20, chat=1000, burst=100)
"""Twice Telegram's pace, so that a measurement takes minutes; a chat never waits."""

REAL = Rates(chat=1000, burst=100)
"""The pace of every bot, over all chats; only within a chat nothing waits."""


@dataclass
class Stage:
    """`record` holds the calls that showed something in a chat."""

    server: LocalServer
    database: Database
    where: Path | URL
    home: Path
    record: list[Sent] = field(repr=False)

    @property
    def board(self) -> Switchboard:
        """The platform."""
        return self.server.switchboard

    @property
    def bot(self) -> Bot:
        """The server's own."""
        return self.server.bots[0]

    def job(self, **changes: Any) -> Job:
        """For a worker that serves this bot on this store."""
        values = {
            "token": self.server.token, "api": self.server.url, "where": self.where,
            "home": self.home, "rates": BRISK,
        }  # fmt: skip
        return Job(**(values | changes))

    def people(self, count: int) -> list[int]:
        """New people who let the bot write to them; their ids."""
        with self.board.store.transaction():
            ids = [self.board.add_person(f"Person {n}")["id"] for n in range(count)]
            for each in ids:
                self.board.store.set_blocked(self.bot.id, each, False)
        return ids

    async def put(self, messages: Sequence[tuple[int, str]], lane: Lane = Lane.REPLY) -> None:
        """Texts to chats, into the outbox."""
        async with self.database.write() as tx:
            for chat, text in messages:
                content = [to_json(Text(plain(text)))]
                await outbox.add(tx, self.bot.id, chat, content, machine_clock(), lane=lane)

    def copies(self) -> Counter[str]:
        """How often each text was shown."""
        return Counter(each.text or "" for each in self.record if not each.refused)

    async def effects(self) -> Counter[str]:
        """How many rows each counted update has made."""
        query = select(turns.c.question, func.count()).group_by(turns.c.question)
        async with self.database.read() as tx:
            return Counter({row[0]: row[1] for row in (await tx.execute(query)).all()})

    def answers(self) -> Counter[str]:
        """How often each counted update was answered."""
        return Counter(
            {t.removeprefix(COUNTED): n for t, n in self.copies().items() if t.startswith(COUNTED)}
        )

    async def states(self) -> dict[str, int]:
        """How many messages stand in which state, of those whose fate is known."""
        query = (
            select(outbox_table.c.state, func.count())
            .where(outbox_table.c.done_at.is_not(None))
            .group_by(outbox_table.c.state)
        )
        async with self.database.read() as tx:
            return {row[0]: row[1] for row in (await tx.execute(query)).all()}

    async def uncertain(self) -> set[str]:
        """The texts that the store lists as uncertain."""
        query = select(outbox_table.c.content).where(
            outbox_table.c.state == State.UNCERTAIN.value, outbox_table.c.done_at.is_not(None)
        )
        async with self.database.read() as tx:
            contents = (await tx.execute(query)).scalars()
            return {content["content"]["text"] for content in contents}

    async def dead_letters(self) -> Counter[str]:
        """How many updates could not be handled, by the first line of why."""
        async with self.database.read() as tx:
            errors = (await tx.execute(select(dead_letters.c.error))).scalars()
            return Counter(error.partition("\n")[0] for error in errors)

    async def open(self) -> int:
        """Messages and updates that are not done with."""
        total = 0
        async with self.database.read() as tx:
            for table in (outbox_table, inbox_table):
                query = select(func.count()).where(table.c.done_at.is_(None))
                total += int((await tx.execute(query)).scalar_one())
        return total + self.board.store.waiting(self.bot.id, self.board.now())

    async def settled(self, seconds: float) -> None:
        """Wait until nothing is open any more. Raises TimeoutError."""

        async def nothing_open() -> bool:
            return not await self.open()

        await until(nothing_open, seconds, every=0.1)

    async def shown(self, text: str, seconds: float) -> None:
        """Wait until this text was shown to somebody. Raises TimeoutError."""

        async def is_there() -> bool:
            return any(each.text == text for each in reversed(self.record))

        await until(is_there, seconds)


@asynccontextmanager
async def stage(server: URL | None) -> AsyncIterator[Stage]:
    """Everything but the workers. `server`: PostgreSQL's, or None for SQLite."""
    with tempfile.TemporaryDirectory(prefix="viva-bench-") as folder:
        home = Path(folder)
        async with (
            empty_store(home, server) as where,
            store(where) as database,
            LocalServer(home, 0) as local,
        ):
            with local.switchboard.recording() as record:
                yield Stage(local, database, where, home, record)
