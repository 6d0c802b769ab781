"""The outbox: in order, at a pace, never lost, sent once more at most when its fate is unknown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.storage import outbox, pacing
from bot.storage.outbox import GRACE, Lane, Outgoing
from bot.storage.pacing import Rates
from bot.storage.tables import outbox as rows

if TYPE_CHECKING:
    from bot.storage.database import Database

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
BOT, ME, OTHER = 1, 100, 200
FAST = Rates(overall=10_000, kept=5_000, chat=1_000, burst=100)
SECOND = timedelta(seconds=1)


async def post(database: Database, chat: int, *texts: str, lane: Lane = Lane.REPLY) -> None:
    async with database.write() as tx:
        await outbox.add(tx, BOT, chat, [{"text": each} for each in texts], NOW, lane=lane)


async def take(
    database: Database, owner: int = ME, now: datetime = NOW, limit: int = 10, rates: Rates = FAST
) -> list[Outgoing]:
    async with database.write() as tx:
        claim = await outbox.claim(tx, BOT, owner, now, limit=limit, rates=rates)
    return list(claim.messages)


async def begin(database: Database, message: Outgoing, owner: int = ME) -> bool:
    async with database.write() as tx:
        return await outbox.begin(tx, message, owner, NOW)


async def settle(database: Database, message: Outgoing, owner: int = ME) -> None:
    async with database.write() as tx:
        await outbox.sent(tx, message, owner, NOW, 7)


async def doubt(database: Database, message: Outgoing, now: datetime = NOW) -> None:
    async with database.write() as tx:
        await outbox.doubt(tx, message, ME, now)


async def state(database: Database) -> list[Any]:
    async with database.read() as tx:
        return [row.state for row in (await tx.execute(select(rows).order_by(rows.c.id))).all()]


def texts(messages: list[Outgoing]) -> list[str]:
    return [message.content["text"] for message in messages]


async def test_a_chats_messages_leave_in_order_with_one_in_flight(database: Database) -> None:
    await post(database, 10, "a", "b")
    await post(database, 20, "c")
    [a, c] = await take(database)
    assert texts([a, c]) == ["a", "c"]
    assert await take(database, OTHER) == []
    assert await begin(database, a)
    assert await take(database, OTHER) == []
    await settle(database, a)
    assert texts(await take(database, OTHER)) == ["b"]
    assert await state(database) == ["sent", "claimed", "claimed"]


async def test_replies_go_first_in_a_chat_and_over_all(database: Database) -> None:
    await post(database, 10, "daily", lane=Lane.BULK)
    await post(database, 20, "daily", lane=Lane.BULK)
    await post(database, 10, "reply")
    taken = await take(database)
    assert [(m.chat, *texts([m])) for m in taken] == [(10, "reply"), (20, "daily")]


async def test_a_claim_of_a_dead_process_is_free_at_once(database: Database) -> None:
    await post(database, 10, "a")
    [mine] = await take(database)
    async with database.write() as tx:
        await outbox.release(tx, [ME], NOW)
    [theirs] = await take(database, OTHER)
    assert theirs.doubts == 0
    assert not await begin(database, mine, ME)
    assert await begin(database, theirs, OTHER)


async def test_a_send_of_a_dead_process_is_made_once_more_and_not_twice(
    database: Database,
) -> None:
    await post(database, 10, "a", "b")
    [a] = await take(database)
    await begin(database, a)
    async with database.write() as tx:
        await outbox.release(tx, [ME], NOW)
    assert await state(database) == ["uncertain", "pending"]
    assert await take(database, now=NOW + SECOND) == []  # the next of the chat waits for it
    [again] = await take(database, now=NOW + 5 * SECOND)
    assert texts([again]) == ["a"]
    await begin(database, again)
    async with database.write() as tx:
        await outbox.release(tx, [ME], NOW)
    assert await state(database) == ["uncertain", "pending"]
    assert texts(await take(database, now=NOW + timedelta(days=1))) == ["b"]


async def test_a_reply_in_doubt_is_sent_again_soon_and_a_daily_message_later(
    database: Database,
) -> None:
    await post(database, 10, "reply")
    await post(database, 20, "daily", lane=Lane.BULK)
    for message in await take(database):
        await begin(database, message)
        await doubt(database, message)
    assert GRACE[Lane.REPLY] <= 5 * SECOND
    assert texts(await take(database, now=NOW + 5 * SECOND)) == ["reply"]
    assert await take(database, now=NOW + timedelta(minutes=9)) == []
    assert texts(await take(database, now=NOW + timedelta(minutes=10))) == ["daily"]


async def test_a_learner_who_reacts_shows_that_it_had_arrived(database: Database) -> None:
    await post(database, 10, "daily", lane=Lane.BULK)
    [daily] = await take(database)
    await begin(database, daily)
    await doubt(database, daily)
    async with database.write() as tx:
        await outbox.reacted(tx, BOT, 10, 55, NOW)
    assert await state(database) == ["sent"]


async def test_a_press_under_another_message_proves_nothing(database: Database) -> None:
    await post(database, 10, "before")
    [before] = await take(database)
    await begin(database, before)
    await settle(database, before)
    await post(database, 10, "daily", lane=Lane.BULK)
    [daily] = await take(database)
    await begin(database, daily)
    await doubt(database, daily)
    async with database.write() as tx:
        await outbox.reacted(tx, BOT, 10, 7, NOW)
    assert await state(database) == ["sent", "uncertain"]


async def test_what_certainly_was_not_sent_is_tried_again(database: Database) -> None:
    await post(database, 10, "a")
    [a] = await take(database)
    await begin(database, a)
    async with database.write() as tx:
        await outbox.put_back(tx, a, ME, NOW + 3 * SECOND)
    assert await take(database, now=NOW + 2 * SECOND) == []
    [again] = await take(database, now=NOW + 3 * SECOND)
    assert (again.tries, again.doubts) == (1, 0)


async def test_nobody_begins_during_a_429(database: Database) -> None:
    await post(database, 10, "a")
    await post(database, 20, "b")
    [a, _] = await take(database, limit=2)
    async with database.write() as tx:
        await pacing.hold(tx, BOT, NOW + 10 * SECOND)
    assert not await begin(database, a)
    async with database.write() as tx:
        claim = await outbox.claim(tx, BOT, OTHER, NOW + SECOND, limit=5, rates=FAST)
    assert claim == outbox.Claim((), NOW + 10 * SECOND)
    assert texts(await take(database, OTHER, NOW + 10 * SECOND)) == ["a"]


async def test_a_blocked_chat_has_nothing_more_to_come(database: Database) -> None:
    await post(database, 10, "a", "b", "c")
    await post(database, 20, "d")
    [a, _] = await take(database)
    async with database.write() as tx:
        await outbox.fail(tx, a, ME, NOW, "blocked")
        await outbox.fail_chat(tx, BOT, 10, NOW, "blocked")
    assert await state(database) == ["failed", "failed", "failed", "claimed"]


async def test_messages_follow_a_group_to_its_new_id(database: Database) -> None:
    await post(database, -5, "a")
    async with database.write() as tx:
        await outbox.migrate_chat(tx, BOT, -5, -1005)
    [moved] = await take(database)
    assert moved.chat == -1005


async def test_what_is_to_be_forgotten_leaves_no_row(database: Database) -> None:
    async with database.write() as tx:
        await outbox.add(tx, BOT, 10, [{"text": "gone", "forget": True}], NOW)
    [message] = await take(database)
    await begin(database, message)
    await settle(database, message)
    assert await state(database) == []


async def test_old_messages_lose_their_words_and_then_go(database: Database) -> None:
    await post(database, 10, "a")
    [a] = await take(database)
    await begin(database, a)
    await settle(database, a)

    async def kept(after: timedelta) -> list[Any]:
        async with database.write() as tx:
            await outbox.sweep(tx, NOW + after, timedelta(days=7))
            return [row.content for row in (await tx.execute(select(rows))).all()]

    assert await kept(timedelta(days=6)) == [{"text": "a"}]
    assert await kept(timedelta(days=8)) == [None]
    assert await kept(timedelta(days=31)) == []


async def test_the_slots_keep_the_pace_of_all_and_of_each_chat(database: Database) -> None:
    rates = Rates(overall=25, kept=5, chat=1, burst=3)
    for chat in range(30):
        await post(database, chat, "x")
    await post(database, 99, *"abcdef")
    when: list[tuple[int, datetime]] = []
    now = NOW
    while now < NOW + 20 * SECOND:
        for message in await take(database, now=now, rates=rates):
            when.append((message.chat, message.when))
            await begin(database, message)
            await settle(database, message)
        now += timedelta(milliseconds=20)
    assert len(when) == 36
    moments = sorted(moment for _, moment in when)
    assert max(sum(m <= each < m + SECOND for each in moments) for m in moments) <= 26
    chatty = [moment for chat, moment in when if chat == 99]
    assert chatty[2] - chatty[0] < SECOND  # a burst of three
    assert all(chatty[n] - chatty[0] >= (n - 2.01) * SECOND for n in range(3, 6))


async def test_a_reply_passes_a_broadcast(database: Database) -> None:
    rates = Rates(overall=25, kept=5, chat=1, burst=3)
    for chat in range(300):
        await post(database, chat, "x", lane=Lane.BULK)
    bulk = await take(database, limit=100, rates=rates)
    assert len(bulk) < 5  # no more than leaves in the next tenth of a second
    await post(database, 999, "reply")
    [reply, *_] = await take(database, OTHER, now=NOW + 0.15 * SECOND, rates=rates)
    assert reply.chat == 999
    assert reply.when - NOW < 0.4 * SECOND


async def test_a_reply_passes_the_rest_of_a_lesson_which_keeps_its_order(
    database: Database,
) -> None:
    await post(database, 10, "one", "two", "three", lane=Lane.READING)
    [one] = await take(database)
    await post(database, 10, "reply")
    await post(database, 10, "daily", lane=Lane.BULK)
    assert await take(database) == []  # the one in hand goes first
    taken, order = [one], []
    while taken:
        order += texts(taken)
        await begin(database, taken[0])
        await settle(database, taken[0])
        taken = await take(database)
    assert order == ["one", "reply", "daily", "two", "three"]


async def test_a_lesson_read_to_one_leaves_others_their_turn(database: Database) -> None:
    await post(database, 10, *"abcdef", lane=Lane.READING)
    await post(database, 20, "daily", lane=Lane.BULK)
    await post(database, 30, "reply")
    assert texts(await take(database)) == ["reply", "daily", "a"]


async def test_a_section_in_doubt_is_sent_again_soon(database: Database) -> None:
    await post(database, 10, "a", "b", lane=Lane.READING)
    [a] = await take(database)
    await begin(database, a)
    await doubt(database, a)
    assert texts(await take(database, now=NOW + GRACE[Lane.READING])) == ["a"]


async def test_the_rest_of_a_lesson_can_be_withdrawn(database: Database) -> None:
    await post(database, 10, "one", "two", "three", lane=Lane.READING)
    await post(database, 10, "book", lane=Lane.BULK)
    await post(database, 20, "theirs", lane=Lane.READING)
    first, *_ = await take(database, limit=1)
    assert texts([first]) == ["book"]
    async with database.write() as tx:
        await outbox.withdraw(tx, BOT, 10, Lane.READING)
    await begin(database, first)
    await settle(database, first)
    assert texts(await take(database)) == ["theirs"]
