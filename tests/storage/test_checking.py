"""Every kind of damage to a store is found, and the statement that is named mends it."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, text

from bot.storage import bots, checking, feedback, inbox, learners, outbox, owners, places, turns
from bot.storage.feedback import Feedback, Kind
from bot.storage.inbox import Letter
from bot.storage.learners import LearnerId
from bot.storage.migrations import Standing, migrate, standing
from bot.storage.outbox import Lane
from bot.storage.tables import dead_letters
from bot.storage.turns import Turn

if TYPE_CHECKING:
    from bot.storage.checking import Fault
    from bot.storage.database import Database

ADA = LearnerId(1, 10)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ALIVE = 7
HELLO = Letter(1, 100, 10, question=False, body="{}")


async def lived_in(database: Database) -> None:
    """A store in the middle of its work: nothing in it is wrong."""
    await owners.enter(database, 1, ALIVE, NOON)
    async with database.write() as tx:
        await bots.lead(tx, 1, ALIVE, NOON)
        await learners.meet(tx, ADA, chat=10, language="en")
        turn = await turns.add(tx, ADA, Turn("how many eggs?", "answer", "7", NOON))
        await feedback.add(tx, ADA, turn, Feedback(Kind.NOT_HELPFUL, "eggs?", None, NOON))
        await places.finish(tx, ADA, course="garden", lesson="bees", now=NOON)
        await inbox.add(tx, [HELLO], NOON)
        await outbox.add(tx, 1, 10, [{"text": "Hello"}, {"text": "you"}], NOON)


async def faults(
    database: Database, now: datetime = NOON, lease: timedelta = timedelta.max
) -> list[Fault]:
    gone = await owners.gone(database, now, lease) if lease < timedelta.max else []
    async with database.read() as tx:
        return await checking.rows(tx, now, gone)


async def run(database: Database, *statements: str) -> None:
    async with database.write() as tx:
        for statement in statements:
            await tx.execute(text(statement))


async def test_a_store_at_work_has_no_fault(database: Database) -> None:
    await lived_in(database)
    assert await faults(database) == []
    async with database.read() as tx:
        assert await checking.fabric(tx) == []


CANNOT_BE = {
    "handled, yet in hand": "UPDATE inbox SET owner = 7, done_at = received_at",
    "in the hand of a process that does not exist": "UPDATE inbox SET owner = 8",
    "not handled, yet without content": "UPDATE inbox SET body = NULL",
    "in a state that does not exist": "UPDATE outbox SET state = 'lost'",
    "claimed by a process that does not exist": "UPDATE outbox SET state = 'claimed', owner = 8",
    "being sent by a process that does not exist": "UPDATE outbox SET state = 'sending'",
    "in hand, though not claimed": "UPDATE outbox SET owner = 7",
    "at their end, yet still to be sent": "UPDATE outbox SET done_at = made_at",
    "sent or failed, yet not at their end": "UPDATE outbox SET state = 'sent'",
    "still to be sent, yet without content": "UPDATE outbox SET content = NULL",
    "led by a process that does not exist": "UPDATE bots SET leader = 8",
}
AS_BEFORE = (
    "UPDATE inbox SET owner = NULL, done_at = NULL, body = '{}'",
    "UPDATE outbox SET state = 'pending', owner = NULL, done_at = NULL, content = '{}', doubts = 0",
    "UPDATE bots SET leader = 7",
)


async def test_what_cannot_be_is_found_and_the_statement_that_is_named_mends_it(
    database: Database,
) -> None:
    await lived_in(database)
    assert [each.what for each in checking.CONTRADICTIONS] == list(CANNOT_BE)
    for what, damage in CANNOT_BE.items():
        await run(database, damage)
        [fault] = await faults(database)
        assert f" {what} (" in fault.what
        before, _, statement = fault.remedy.partition("then run on the database: ")
        assert before == "Stop Viva, make a `viva backup`, "
        await run(database, statement)
        left = [each for each in await faults(database) if "message" not in each.what]
        assert left == [], what  # but for messages that are not, or may not be, delivered
        await run(database, *AS_BEFORE)


async def test_the_first_of_the_rows_are_named(database: Database) -> None:
    await lived_in(database)
    await run(database, "UPDATE inbox SET body = NULL", "UPDATE outbox SET content = NULL")
    assert [fault.what for fault in await faults(database)] == [
        "inbox: 1 row not handled, yet without content (bot_id 1 update_id 100).",
        "outbox: 2 rows still to be sent, yet without content (id 1, id 2).",
    ]


async def test_rows_of_nobody_are_found_and_the_statement_that_is_named_mends_it(
    database: Database,
) -> None:
    await lived_in(database)
    await unwatched(
        database,
        "UPDATE turns SET learner_id = 99",
        "UPDATE places SET learner_id = 99",
        "UPDATE feedback SET learner_id = 99",
    )
    found = await faults(database)
    assert {fault.what for fault in found} == {
        "feedback: 1 row of learners that are not there.",
        "places: 1 row of learners that are not there.",
        "turns: 1 row of learners that are not there.",
    }
    await run(database, *(fault.remedy.partition("database: ")[2] for fault in found))
    assert await faults(database) == []


async def test_feedback_on_a_turn_that_is_gone_stays_without_it(database: Database) -> None:
    await lived_in(database)
    await unwatched(database, "DELETE FROM turns")
    [fault] = await faults(database)
    assert fault.what == "feedback: 1 row of turns that are not there."
    await run(database, fault.remedy.partition("database: ")[2])
    assert await faults(database) == []
    async with database.read() as tx:
        assert len(await feedback.everything(tx)) == 1


async def unwatched(database: Database, *statements: str) -> None:
    """Run them without the engine's watch over foreign keys."""
    if database.path:
        with sqlite3.connect(database.path) as connection:  # off unless it is switched on
            connection.executescript(";".join(statements))
        connection.close()
    else:
        await run(database, "SET LOCAL session_replication_role = 'replica'", *statements)


async def test_updates_and_replies_that_nobody_works_on(database: Database) -> None:
    await lived_in(database)
    async with database.write() as tx:
        await outbox.add(tx, 1, 11, [{"text": "to many"}], NOON, lane=Lane.BULK)
    assert await faults(database, NOON + timedelta(minutes=9)) == []
    told = [str(fault) for fault in await faults(database, NOON + timedelta(minutes=11))]
    assert told == [
        "1 update not handled, the oldest of 2026-11-23 12:00 UTC. "
        "Start `viva run`, or look into its log if it runs.",
        "2 replies not sent, the oldest of 2026-11-23 12:00 UTC. "
        "Start `viva run`, or see whether it reaches Telegram.",
    ]


async def test_a_dead_letter_is_named_with_its_error_and_can_be_forgotten(
    database: Database,
) -> None:
    await lived_in(database)
    async with database.write() as tx:
        [letter] = await inbox.claim(tx, 1, ALIVE, NOON, limit=1, questions=True)
        await inbox.bury(tx, letter, ALIVE, "KeyError: 'text'\n  a trace\n", NOON)
    [fault] = await faults(database)
    what = "Update 100 could not be handled on 2026-11-23 12:00 UTC: KeyError: 'text'."
    assert fault.what == what
    assert "a trace" not in str(fault)
    await run(database, fault.remedy.partition("forget it: ")[2])
    assert await faults(database) == []


async def test_of_many_dead_letters_the_newest_are_named(database: Database) -> None:
    await lived_in(database)
    async with database.write() as tx:
        await tx.execute(
            insert(dead_letters),
            [
                {
                    "bot_id": 1, "update_id": number, "body": "{", "error": "unreadable",
                    "died_at": NOON + timedelta(seconds=number),
                }
                for number in range(25)
            ],
        )  # fmt: skip
    found = await faults(database)
    assert len(found) == 21
    assert found[0].what.startswith("Update 24 ")
    assert str(found[-1]) == "5 older updates could not be handled either."


async def test_messages_that_failed_are_counted_with_the_newest_reasons(
    database: Database,
) -> None:
    await lived_in(database)
    await run(
        database,
        "UPDATE outbox SET state = 'failed', error = 'Message is too long', done_at = made_at",
    )
    [fault] = await faults(database)
    assert fault.what == (
        "2 messages not delivered. Newest reasons: Message is too long (2026-11-23 12:00 UTC)."
    )
    async with database.write() as tx:
        await inbox.release(tx, [ALIVE])
    later = [fault.what for fault in await faults(database, NOON + timedelta(days=8))]
    assert later == ["1 update not handled, the oldest of 2026-11-23 12:00 UTC."]


async def test_a_learner_who_blocked_the_bot_is_no_fault(database: Database) -> None:
    await lived_in(database)
    async with database.write() as tx:
        await outbox.fail_chat(tx, 1, 10, NOON, "Forbidden: bot was blocked by the user")
        assert await checking.rows(tx, NOON, [])
        await learners.mark_unreachable(tx, 1, 10, NOON)
        assert await checking.rows(tx, NOON, []) == []


async def test_messages_that_may_have_arrived_are_counted(database: Database) -> None:
    await lived_in(database)
    doubted = "UPDATE outbox SET state = 'uncertain', doubts = 2, done_at = made_at"
    await run(database, doubted)
    [fault] = await faults(database)
    assert fault.what == (
        "2 messages sent twice, no arrival known, the newest of 2026-11-23 12:00 UTC."
    )


async def test_a_process_that_died_is_named_until_another_frees_its_work(
    database: Database,
) -> None:
    await lived_in(database)
    assert await faults(database, lease=owners.LEASE) == []
    await database.locks.drop(ALIVE)  # as when its process ends
    [fault] = await faults(database, lease=owners.LEASE)
    assert fault.what == "A process of bot 1 died or hangs, last heard of 2026-11-23 12:00 UTC."
    async with database.write() as tx:
        await owners.let_go(tx, [ALIVE], NOON)
    assert await faults(database, lease=owners.LEASE) == []


async def test_a_process_that_hangs_is_named(database: Database) -> None:
    await lived_in(database)
    [fault] = await faults(database, NOON + timedelta(seconds=90), owners.LEASE)
    assert "died or hangs" in fault.what


@pytest.mark.parametrize("where", ["postgresql"], indirect=True)
async def test_clocks_that_differ_are_named(database: Database) -> None:
    def late() -> datetime:
        return datetime.now(UTC) - timedelta(seconds=5)

    async with database.read() as tx:
        assert await checking.clocks(tx, lambda: datetime.now(UTC)) == []
        [fault] = await checking.clocks(tx, late)
    assert fault.what.startswith("This machine's clock and the database's are 5.")
    assert fault.remedy == "Switch on NTP on both."


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
async def test_a_damaged_file_is_found(database: Database) -> None:
    await lived_in(database)
    assert database.path
    await database.close()
    whole = database.path.read_bytes()
    database.path.write_bytes(whole.replace(b"gardenbees", b"gardenbeet", 1))
    async with database.read() as tx:
        [fault] = await checking.fabric(tx)
    assert fault.what.startswith("The file is damaged: row 1 missing from index")
    assert fault.remedy == "Restore a backup over it."


@pytest.mark.parametrize(
    ("change", "table"),
    [
        ("DROP INDEX ix_outbox_open", "outbox"),
        ("ALTER TABLE files DROP COLUMN file_id", "files"),
        ("DROP TABLE dead_letters", "dead_letters"),
    ],
)
async def test_tables_that_were_changed_by_hand_are_named(
    database: Database, change: str, table: str
) -> None:
    await run(database, change)
    async with database.read() as tx:
        [fault] = await checking.fabric(tx)
    assert fault.what == f"The table {table} is not as this version of Viva made it."


async def test_how_a_store_stands_to_this_version(empty: Database) -> None:
    async def stands() -> Standing:
        async with empty.read() as tx:
            return await standing(tx)

    assert await stands() is Standing.EMPTY
    await migrate(empty, "0001")
    assert await stands() is Standing.OLDER
    await migrate(empty)
    assert await stands() is Standing.CURRENT
    await run(empty, "UPDATE alembic_version SET version_num = '9999'")
    assert await stands() is Standing.NEWER
