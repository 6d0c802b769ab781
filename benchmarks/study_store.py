"""The store under a school of learners: due cards, reviews, and the daily messages of one minute.

    python -m benchmarks.study_store [--learners 100000] [--engine sqlite]

Everything through the real functions, on an empty store of each engine filled for it: each learner
has a hundred cards, of which ten are due. PostgreSQL runs beside it on the same machine.
"""

from __future__ import annotations

import asyncio
import logging
import random
import sqlite3
import tempfile
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np
from sqlalchemy import Date, bindparam, text
from telegram import Bot

from benchmarks.reliability.engines import empty_store, postgresql
from bot.chat.catalogue import Catalogue
from bot.chat.planner import Planner
from bot.chat.replica import Replica
from bot.chat.sheet import sheet_of
from bot.storage import cards, reviews
from bot.storage.database import Database
from bot.storage.learners import LearnerId
from bot.storage.migrations import migrate
from bot.storage.tables import Instant
from bot.study.rating import Rating
from bot.study.scheduler import Scheduler
from retrieval.courses import Course, Lesson, Section
from retrieval.questions import Question, QuestionKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import URL

    from bot.storage.cards import KeptCard

BOT, CARDS = 1, 100
NOW = datetime(2026, 11, 25, 8, 1, tzinfo=UTC)
TODAY = NOW.date()
DUE_SECONDS = 0.020
"""The bar for a learner's due cards, at the 99th percentile."""
REVIEWS_A_SECOND = {"sqlite": 300, "postgresql": 600}
AT_ONE_MINUTE, QUEUED_SECONDS = 10_000, 5.0
WARMING, LOOKS, REVIEWS, WRITERS = 20, 1000, 3000, 10

_LEARNERS = """
    INSERT INTO learners (bot_id, learner_id, chat_id, seen_at)
    WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < :learners)
    SELECT 1, x, x, :seen FROM n
"""
_PREFERENCES = """
    INSERT INTO preferences (bot_id, learner_id, zone, minute, newest_day, next_at, next_day)
    SELECT 1, learner_id, 'UTC', 480, :today, CASE WHEN learner_id <= :at_once THEN :now ELSE
    :later END, CASE WHEN learner_id <= :at_once THEN :today ELSE :tomorrow END FROM learners
"""
_MET = """
    INSERT INTO met (bot_id, learner_id, course, lesson, section, met_at)
    SELECT 1, learner_id, 'course', 'lesson', 'section', :seen FROM learners
"""
_CARDS = """
    INSERT INTO cards (bot_id, learner_id, course, question, stability, difficulty, last, due,
                       reviews, lapses)
    WITH RECURSIVE n(x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM n WHERE x < :most)
    SELECT 1, learner_id, 'course', 'q-' || x, 20.0 + x, 5.0, :met,
           CASE WHEN (learner_id + x) % 10 = 0 THEN :today ELSE :tomorrow END, 3, 0
    FROM learners CROSS JOIN n
"""


@dataclass(frozen=True)
class Figures:
    """What was measured on one engine, in seconds, and reviews a second."""

    due: Sequence[float]
    reviews: float
    queued: float
    sent_minutes: float


@click.command()
@click.option("--learners", default=100_000, show_default=True)
@click.option("--engine", type=click.Choice(["sqlite", "postgresql"]), help="Only this one.")
def main(learners: int, engine: str | None) -> None:
    """Print the figures and their bars; the exit code says whether all were kept."""
    logging.disable(logging.CRITICAL)
    kept = True
    for name in [engine] if engine else ["sqlite", "postgresql"]:
        with ExitStack() as stack:
            server = stack.enter_context(postgresql()) if name == "postgresql" else None
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="viva-store-")))
            figures = asyncio.run(_measured(home, server, learners))
        kept &= _told(name, learners, figures)
    raise SystemExit(not kept)


def _told(name: str, learners: int, found: Figures) -> bool:
    p50, p99 = np.percentile(found.due, [50, 99])
    due, queued = min(AT_ONE_MINUTE, learners), found.queued
    click.echo(
        f"{name}, {learners:,} learners with {CARDS} cards each\n"
        f"  due cards of a learner: median {1000 * p50:.1f} ms, p99 {1000 * p99:.1f} ms "
        f"(bar {1000 * DUE_SECONDS:.0f})\n"
        f"  reviews: {found.reviews:.0f} a second (bar {REVIEWS_A_SECOND[name]})\n"
        f"  {due:,} due in one minute: queued in {queued:.1f} s (bar {QUEUED_SECONDS:.0f}), "
        f"sent in {found.sent_minutes:.1f} minutes"
    )
    enough = found.reviews >= REVIEWS_A_SECOND[name]
    return bool(p99 < DUE_SECONDS and enough and queued < QUEUED_SECONDS)


async def _measured(home: Path, server: URL | None, learners: int) -> Figures:
    async with empty_store(home, server) as where:
        database = Database(where)
        try:
            await migrate(database)
            await _fill(database, learners)
            replica = Replica(Bot(f"{BOT}:none"), database, 1, lambda: NOW, b"", random.Random(1))
            due = await _due(database, learners)
            rate = await _reviews_a_second(database, learners)
            queued = await _queued(replica)
        finally:
            await database.close()
        at_once = replica.rates.overall - replica.rates.kept
        return Figures(due, rate, queued, min(AT_ONE_MINUTE, learners) / at_once / 60)


async def _fill(database: Database, learners: int) -> None:
    values = {
        "learners": learners, "most": CARDS - 1, "at_once": AT_ONE_MINUTE,
        "seen": NOW - timedelta(hours=3), "now": NOW - timedelta(minutes=1),
        "later": NOW + timedelta(hours=2), "today": TODAY, "tomorrow": TODAY + timedelta(days=1),
        "met": TODAY - timedelta(days=20),
    }  # fmt: skip
    async with database.write() as tx:
        for statement in (_LEARNERS, _PREFERENCES, _MET, _CARDS):
            used = {name: value for name, value in values.items() if f":{name}" in statement}
            typed = [bindparam(name, value, _type_of(value)) for name, value in used.items()]
            await tx.execute(text(statement).bindparams(*typed))
    if database.path:
        await asyncio.to_thread(_settle, database.path)
    else:
        async with database.write() as tx:
            await tx.execute(text("ANALYZE"))


def _settle(path: Path) -> None:
    """No store is filled in one transaction; the write-ahead log of this one is a gigabyte."""
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _type_of(value: object) -> Instant | Date | None:
    if isinstance(value, datetime):
        return Instant()
    return Date() if isinstance(value, date) else None


async def _due(database: Database, learners: int) -> list[float]:
    """Seconds from opening a transaction to the plan of the day, for learners taken at random."""
    catalogue, dice, taken = _catalogue(), random.Random(1), []
    for _ in range(WARMING + LOOKS):
        who = LearnerId(BOT, dice.randint(1, learners))
        begun = time.perf_counter()
        async with database.write() as tx:
            plan = (await sheet_of(tx, who, catalogue, NOW)).plan()
        taken.append(time.perf_counter() - begun)
        assert len(plan.cards) == CARDS // 10
    return taken[WARMING:]


async def _reviews_a_second(database: Database, learners: int) -> float:
    """One review is a card rated, its row and the log's written, and a commit."""
    dice, scheduler = random.Random(2), Scheduler()
    async with database.read() as tx:
        people = [LearnerId(BOT, dice.randint(1, learners)) for _ in range(REVIEWS // 10)]
        found = [(who, card) for who in people for card in (await cards.of(tx, who))[:10]]
    work = iter(dict.fromkeys(found))
    begun = time.perf_counter()
    await asyncio.gather(*(_rate(database, work.__next__, scheduler) for _ in range(WRITERS)))
    return len(set(found)) / (time.perf_counter() - begun)


async def _rate(
    database: Database, take: Callable[[], tuple[LearnerId, KeptCard]], scheduler: Scheduler
) -> None:
    while True:
        try:
            who, kept = take()
        except StopIteration:
            return
        async with database.write() as tx:
            rated, review = scheduler.rate(kept.card, Rating.GOOD, TODAY)
            await cards.save(tx, rated)
            await reviews.add(tx, who, review, NOW)


async def _queued(replica: Replica) -> float:
    planner = Planner(replica, lambda: None)
    begun = time.perf_counter()
    while (await planner.queue()).learners:
        pass
    return time.perf_counter() - begun


def _catalogue() -> Catalogue:
    asked = [
        Question(f"q-{n}", QuestionKind.SHORT, f"{n}?", 1, forms=("x",), section="section")
        for n in range(CARDS)
    ]
    section = Section("section", ("Section",), ())
    lesson = Lesson("lesson", 1, "Lesson", 5, "", (), (), (section,), "1.md", tuple(asked))
    return Catalogue((Course("course", "Course", lessons=(lesson,)),))


if __name__ == "__main__":
    main()
