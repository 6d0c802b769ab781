"""The day's first question, asked by the daily message and by /quiz at the same moment."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import URL

from bot.chat.context import Context
from bot.chat.daily import daily
from bot.chat.handlers import quiz
from bot.chat.incoming import Incoming
from bot.chat.replica import Replica
from bot.chat.replies import Poll, Reply, Text
from bot.chat.sheet import sheet_of
from bot.storage import askings, deliveries, learners
from bot.storage.database import Database
from bot.storage.deliveries import Delivery
from tests.scenarios.world import Person, World

LEARNERS = 25
DICE = random.Random(8)


def somebody(number: int) -> Person:
    return Person(
        number, "Europe/Berlin", 8, lambda person, seen: None, lambda person, question: True
    )


async def test_both_ask_one_question_and_it_is_seen_once(
    where: Path | URL, database: Database
) -> None:
    """Each from a process of its own, twenty-five times, now this one first and now that one."""
    world = World(database)
    people = [somebody(number) for number in range(1, LEARNERS + 1)]
    for person in people:
        await world.enter(person)
    world.clock.now += timedelta(hours=4)
    day = world.clock.now.date()
    async with database.write() as tx:
        decided = [(one.who, Delivery(day, world.clock.now, "questions")) for one in people]
        assert len(await deliveries.decide(tx, decided)) == LEARNERS
        for person in people:  # they were here today before: the day is not new to the store
            await sheet_of(tx, person.who, world.shelf.catalogue, world.clock.now)
    other = Database(where)
    replica = Replica(world.replica.bot, other, owner=2, clock=world.clock, secret=b"", dice=DICE)

    async def planned(person: Person) -> list[Reply]:
        await asyncio.sleep(DICE.random() * 0.01)
        made = await daily(replica, world.shelf, person.number, day.isoformat())
        return [made] if made else []

    async def asked_for(person: Person) -> Sequence[Reply]:
        await asyncio.sleep(DICE.random() * 0.01)
        context = Context(world.clock.now, world.shelf, database, DICE)
        incoming = Incoming(0, person.who, person.number, private=True, language="en")
        async with database.write() as tx:
            await learners.meet(tx, person.who, chat=person.number, language="en")
            return await quiz.quiz(incoming, tx, context)

    for person in people:
        said = await asyncio.gather(planned(person), asked_for(person))
        questions = [one for one in [*said[0], *said[1]] if isinstance(one, Text | Poll)]
        assert len(questions) == 1
        async with database.read() as tx:
            [asking] = await askings.of_day(tx, person.who, day)
        assert questions[0].asking == asking.id
    await other.close()
