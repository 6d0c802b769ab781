"""The inbox: stored once, handled in order, freed when its owner dies, buried after five tries."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.storage import inbox, pacing
from bot.storage.inbox import TRIES, Letter
from bot.storage.tables import dead_letters
from bot.storage.tables import inbox as rows

if TYPE_CHECKING:
    from bot.storage.database import Database

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
BOT, ME, OTHER = 1, 100, 200


async def put(database: Database, *letters: tuple[int, int | None], question: bool = False) -> None:
    made = [Letter(BOT, update, chat, question, "{}") for update, chat in letters]
    async with database.write() as tx:
        await inbox.add(tx, made, NOW)


async def take(
    database: Database, owner: int = ME, limit: int = 10, *, questions: bool = True,
    now: datetime = NOW,
) -> list[Letter]:  # fmt: skip
    async with database.write() as tx:
        await pacing.lock(tx, BOT, now)
        return await inbox.claim(tx, BOT, owner, now, limit=limit, questions=questions)


def ids(letters: list[Letter]) -> list[int]:
    return [letter.update for letter in letters]


async def end(database: Database, letter: Letter, owner: int = ME) -> bool:
    async with database.write() as tx:
        return await inbox.done(tx, letter, owner, NOW)


async def test_the_same_update_is_kept_once_in_any_order(database: Database) -> None:
    for update in (7, 5, 7, 6, 5, 7):
        await put(database, (update, 10))
    taken = []
    while letters := await take(database):
        taken += ids(letters)
        assert await end(database, letters[0])
        await put(database, (letters[0].update, 10))  # brought again, after it was handled
    assert taken == [5, 6, 7]


async def test_a_chat_is_worked_on_in_order_and_several_at_a_time(database: Database) -> None:
    await put(database, (1, 10), (2, 10), (3, 20), (4, None), (5, None))
    first = await take(database)
    assert ids(first) == [1, 3, 4, 5]
    assert await take(database, OTHER) == []
    await end(database, first[0])
    assert ids(await take(database, OTHER)) == [2]


async def test_an_older_one_that_comes_late_waits_for_the_one_in_hand(database: Database) -> None:
    await put(database, (5, 10))
    [five] = await take(database)
    await put(database, (4, 10))
    assert await take(database) == []
    await end(database, five)
    assert ids(await take(database)) == [4]


async def test_several_processes_never_have_the_same_one(database: Database) -> None:
    await put(database, *((update, update % 40) for update in range(120)))
    others = [database, *(type(database)(database.path or database.url) for _ in range(3))]
    done: list[int] = []

    async def work(through: Database, owner: int) -> None:
        while letters := await take(through, owner, 3):
            for letter in letters:
                if await end(through, letter, owner):
                    done.append(letter.update)

    await asyncio.gather(*(work(each, 1 + number) for number, each in enumerate(others)))
    for each in others[1:]:
        await each.close()
    assert sorted(done) == list(range(120))
    assert all(done.index(u) < done.index(u + 40) for u in range(80))


async def test_questions_wait_for_the_course_and_let_commands_pass(database: Database) -> None:
    await put(database, (1, 10), question=True)
    await put(database, (2, 10))
    await put(database, (3, 10), question=True)
    async with database.read() as tx:
        assert await inbox.waiting_questions(tx, BOT, 5) == [10]
    [two] = await take(database, questions=False)
    assert two.update == 2
    await end(database, two)
    assert await take(database, questions=False) == []
    assert ids(await take(database)) == [1]


async def test_what_a_dead_process_had_is_free_and_no_longer_its_own(database: Database) -> None:
    await put(database, (1, 10))
    [mine] = await take(database)
    async with database.write() as tx:
        await inbox.release(tx, [ME])
    [theirs] = await take(database, OTHER)
    assert theirs.tries == 2
    assert not await end(database, mine, ME)
    assert await end(database, theirs, OTHER)


async def test_one_that_went_wrong_is_tried_again_later(database: Database) -> None:
    await put(database, (1, 10), (2, 10))
    [one] = await take(database)
    async with database.write() as tx:
        await inbox.put_back(tx, one, ME, NOW + timedelta(seconds=5), counted=True)
    assert await take(database) == []  # nor does the next of the chat pass it
    [again] = await take(database, now=NOW + timedelta(seconds=6))
    assert (again.update, again.tries) == (1, 2)


async def test_a_dead_letter_keeps_its_error_and_is_in_nobodys_way(database: Database) -> None:
    await put(database, (1, 10), (2, 10))
    for attempt in range(1, TRIES + 1):
        [letter] = await take(database)
        assert letter.tries == attempt
        async with database.write() as tx:
            if attempt < TRIES:
                await inbox.put_back(tx, letter, ME, NOW, counted=True)
            else:
                assert await inbox.bury(tx, letter, ME, "ValueError: no", NOW)
    async with database.read() as tx:
        [dead] = (await tx.execute(select(dead_letters))).all()
    assert (dead.update_id, dead.body, dead.error) == (1, "{}", "ValueError: no")
    assert ids(await take(database)) == [2]


async def test_what_was_said_is_forgotten_before_that_it_was(database: Database) -> None:
    await put(database, (1, 10), (2, 20))
    [one, _] = await take(database)
    await end(database, one)

    async def kept(after: timedelta) -> list[tuple[int, str | None]]:
        async with database.write() as tx:
            await inbox.sweep(tx, NOW + after, timedelta(days=1))
            found = (await tx.execute(select(rows).order_by(rows.c.update_id))).all()
        return [(row.update_id, row.body) for row in found]

    assert await kept(timedelta(hours=20)) == [(1, "{}"), (2, "{}")]
    assert await kept(timedelta(hours=30)) == [(1, None), (2, "{}")]
    assert await kept(timedelta(days=4)) == [(2, "{}")]


async def test_the_letters_of_a_chat_are_counted(database: Database) -> None:
    await put(database, (1, 10), (2, 10), (3, 20))
    async with database.read() as tx:
        assert await inbox.received_since(tx, BOT, 10, NOW - timedelta(minutes=1)) == 2
        assert await inbox.received_since(tx, BOT, 10, NOW) == 0
