"""What a learner studies, as the store keeps it: cards, their log, askings, days, preferences."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import URL, func, select
from telegram import Bot

from bot.chat.planner import Planner
from bot.chat.replica import Replica
from bot.storage import (
    askings,
    cards,
    deliveries,
    feedback,
    learners,
    met,
    outbox,
    pacing,
    preferences,
    privacy,
    reviews,
)
from bot.storage.askings import CLOSED, UNDONE, Asking
from bot.storage.database import Database, Transaction
from bot.storage.deliveries import Delivery
from bot.storage.feedback import Feedback, Kind
from bot.storage.learners import LearnerId
from bot.storage.preferences import Hearing, Preferences
from bot.storage.tables import outbox as outbox_rows
from bot.study.card import Suspended
from bot.study.plan import Pace
from bot.study.rating import Rating
from bot.study.review import Review
from bot.study.scheduler import Scheduler

ADA, BOB = LearnerId(1, 10), LearnerId(1, 11)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
DAY = timedelta(days=1)


@pytest.fixture
async def store(database: Database) -> Database:
    """With two learners, who have a card each."""
    async with database.write() as tx:
        for who in (ADA, BOB):
            await learners.meet(tx, who, chat=who.learner, language=None, now=NOON)
            await cards.ensure(tx, who, [("garden", "q-1")])
    return database


async def _card(tx: Transaction, who: LearnerId = ADA) -> cards.KeptCard:
    return (await cards.of(tx, who))[0]


def _asking(card: int, day: date = MONDAY, form: str = "poll") -> Asking:
    return Asking(card, day, "day", form, scored=True, was_new=True, sequence=(1, 0), asked_at=NOON)


async def test_a_card_is_made_once_and_comes_back_as_it_was_saved(store: Database) -> None:
    async with store.write() as tx:
        await cards.ensure(tx, ADA, [("garden", "q-1"), ("garden", "q-2")])
        first, second = await cards.of(tx, ADA)
        assert (first.question, second.question) == ("q-1", "q-2")
        assert first.card.new
        rated, _ = Scheduler().rate(first.card, Rating.GOOD, MONDAY)
        await cards.save(tx, rated)
        await cards.ensure(tx, ADA, [("garden", "q-1")])
        found = await cards.find(tx, ADA, first.card.id)
        assert found == replace(first, card=rated)
        assert await cards.find(tx, BOB, first.card.id) is None


async def test_a_card_of_ones_own_keeps_its_words(store: Database) -> None:
    own = {"question": "Why? 🐝", "answer": "Because.", "passage": "…", "place": "a/b/c"}
    async with store.write() as tx:
        await cards.ensure(tx, ADA, [("garden", "own-1")], own)
        assert (await cards.of(tx, ADA))[1].own == own


async def test_who_sets_a_card_aside_sets_aside_their_own(store: Database) -> None:
    async with store.write() as tx:
        ours = (await _card(tx)).card.id
        await cards.set_suspended(tx, BOB, ours, Suspended.LEARNER)
        assert (await _card(tx)).card.suspended is None
        await cards.set_suspended(tx, ADA, ours, Suspended.LEARNER)
        assert (await _card(tx)).card.suspended is Suspended.LEARNER


async def test_what_was_undone_stays_in_the_log_but_does_not_count(store: Database) -> None:
    async with store.write() as tx:
        card = (await _card(tx)).card.id
        log = [Review(card, MONDAY + n * DAY, Rating.GOOD, MONDAY + 2 * n * DAY) for n in range(3)]
        numbers = [await reviews.add(tx, ADA, review, NOON) for review in log]
        assert await reviews.of(tx, ADA) == log
        await reviews.undo(tx, BOB, numbers[1], NOON)
        assert await reviews.of_card(tx, ADA, card) == dict(zip(numbers, log, strict=True))
        await reviews.undo(tx, ADA, numbers[1], NOON)
        assert list((await reviews.of_card(tx, ADA, card)).values()) == [log[0], log[2]]
        everything = await privacy.everything_of(tx, ADA, ADA.learner)
        assert len(everything["reviews"]) == 3


async def test_a_review_that_is_put_right_stands_where_the_wrong_one_stood(store: Database) -> None:
    async with store.write() as tx:
        card = (await _card(tx)).card.id
        wrong = Review(card, MONDAY, Rating.AGAIN, MONDAY + DAY)
        later = Review(card, MONDAY + DAY, Rating.GOOD, MONDAY + 4 * DAY)
        first = await reviews.add(tx, ADA, wrong, NOON)
        await reviews.add(tx, ADA, later, NOON + DAY)
        asking = await askings.add(tx, ADA, _asking(card))
        await askings.set_review(tx, asking, outcome="wrong", review=first)
        right = replace(wrong, rating=Rating.GOOD, due=MONDAY + 2 * DAY)
        number = await reviews.put_right(tx, ADA, first, right, NOON + 9 * DAY)
        assert await reviews.timed(tx, ADA) == [(right, NOON), (later, NOON + DAY)]
        kept = await askings.find(tx, ADA, asking)
        assert kept is not None
        assert kept.review == number
        assert len((await privacy.everything_of(tx, ADA, 10))["reviews"]) == 3


async def test_the_learner_with_most_new_reviews_is_fitted_first(store: Database) -> None:
    async with store.write() as tx:
        for who, count in ((ADA, 3), (BOB, 5)):
            card = (await _card(tx, who)).card.id
            for _ in range(count):
                await reviews.add(tx, who, Review(card, MONDAY, Rating.GOOD), NOON)
        assert await reviews.most_since_fit(tx, 1, 3) == (BOB, 5)
        await preferences.change(tx, BOB, fitted_at=5)
        assert await reviews.most_since_fit(tx, 1, 3) == (ADA, 3)
        assert await reviews.most_since_fit(tx, 1, 4) is None
        assert await reviews.most_since_fit(tx, 2, 1) is None


async def test_an_asking_is_answered_once(store: Database) -> None:
    async with store.write() as tx:
        asked = _asking((await _card(tx)).card.id)
        number = await askings.add(tx, ADA, asked)
        await askings.shown(tx, number, 77, "poll-1")
        found = await askings.by_poll(tx, ADA, "poll-1")
        assert found == replace(asked, id=number, message=77, poll="poll-1")
        assert await askings.by_poll(tx, BOB, "poll-1") is None
        assert await askings.find(tx, BOB, number) is None
        assert await askings.answer(tx, number, given="A", outcome="right", now=NOON)
        assert not await askings.answer(tx, number, given="B", outcome="wrong", now=NOON)
        answered = await askings.find(tx, ADA, number)
        assert answered is not None
        assert (answered.given, answered.outcome, answered.answered) == ("A", "right", True)


async def test_a_poll_that_was_closed_is_no_answer_and_takes_a_late_vote(store: Database) -> None:
    async with store.write() as tx:
        number = await askings.add(tx, ADA, _asking((await _card(tx)).card.id))
        assert await askings.open_polls(tx, ADA, MONDAY + DAY) == []  # it has not arrived
        await askings.shown(tx, number, 77, "poll-1")
        assert [each.id for each in await askings.open_polls(tx, ADA, MONDAY + DAY)] == [number]
        assert await askings.open_polls(tx, ADA, MONDAY) == []
        await askings.answer(tx, number, given="", outcome=CLOSED, now=NOON)
        assert await askings.open_polls(tx, ADA, MONDAY + DAY) == []
        assert await askings.answers_by_day(tx, ADA, MONDAY) == {}
        assert await askings.answer(tx, number, given="A", outcome="right", now=NOON)
        assert await askings.answers_by_day(tx, ADA, MONDAY) == {MONDAY: 1}


async def test_an_answer_taken_back_is_none(store: Database) -> None:
    async with store.write() as tx:
        number = await askings.add(tx, ADA, _asking((await _card(tx)).card.id))
        await askings.answer(tx, number, given="A", outcome="right", now=NOON)
        await askings.set_review(tx, number, outcome=UNDONE, review=None)
        assert await askings.answers_by_day(tx, ADA, MONDAY) == {}
        [asked] = await askings.of_day(tx, ADA, MONDAY)
        assert not asked.answered


async def test_only_the_newest_question_waits_for_words(store: Database) -> None:
    async with store.write() as tx:
        card, hour = (await _card(tx)).card.id, timedelta(hours=1)
        number = await askings.add(tx, ADA, _asking(card, form="typed"))
        assert await askings.open_typed(tx, ADA, NOON + hour) is None
        await askings.again(tx, number, NOON + hour)
        found = await askings.open_typed(tx, ADA, NOON + hour)
        assert found is not None
        assert found.id == number
        await askings.add(tx, ADA, replace(_asking(card), asked_at=NOON + hour))
        assert await askings.open_typed(tx, ADA, NOON) is None


async def test_a_study_day_has_one_message(store: Database) -> None:
    ours = [(ADA, Delivery(MONDAY, NOON, "questions")), (BOB, Delivery(MONDAY, NOON, "questions"))]
    async with store.write() as tx:
        assert await deliveries.decide(tx, ours[:1]) == {(ADA, MONDAY)}
        assert await deliveries.decide(tx, ours) == {(BOB, MONDAY)}
        assert await deliveries.decide(tx, []) == set()
        assert await deliveries.find(tx, ADA, MONDAY) == ours[0][1]
        assert await deliveries.newest(tx, ADA) == ours[0][1]
        assert await deliveries.newest(tx, LearnerId(2, 10)) is None


async def test_what_waits_for_an_answer_was_asked_since_the_learner_was_seen(
    store: Database,
) -> None:
    async with store.write() as tx:
        number = await askings.add(tx, ADA, _asking((await _card(tx)).card.id))
        for away, tone in enumerate(["questions", "questions", "questions", "last-note"]):
            at = NOON + (away - 1) * DAY + timedelta(hours=1)
            await deliveries.decide(tx, [(ADA, Delivery(at.date(), at, tone))])
        for away in (-1, 0):
            await deliveries.set_asking(tx, ADA, MONDAY + away * DAY, number)
        await deliveries.set_quiet(tx, ADA, MONDAY + DAY)
        assert await deliveries.days_of(tx, 1, [10, 11], MONDAY - 9 * DAY) == {
            10: [MONDAY, MONDAY + 2 * DAY]
        }
        assert await deliveries.quiet_since(tx, ADA, None) == 1
        assert await deliveries.quiet_since(tx, ADA, MONDAY + DAY) == 0


async def test_preferences_begin_with_defaults_and_change_one_by_one(store: Database) -> None:
    async with store.write() as tx:
        assert await preferences.find(tx, ADA) == Preferences()
        await preferences.change(tx, ADA, zone="Asia/Tokyo", minute=8 * 60 + 30)
        await preferences.change(tx, ADA, new_a_day=0, retention=0.85, newest_day=MONDAY)
        await preferences.change(tx, ADA, parameters=[0.5] * 21, next_at=NOON, next_day=MONDAY)
        assert await preferences.find(tx, ADA) == Preferences(
            zone=ZoneInfo("Asia/Tokyo"),
            at=time(8, 30),
            retention=0.85,
            pace=Pace(new=0),
            parameters=(0.5,) * 21,
            newest_day=MONDAY,
            next_at=NOON,
            next_day=MONDAY,
        )
        assert await preferences.find(tx, BOB) == Preferences()


async def _scheduled(tx: Transaction, who: LearnerId, at: datetime) -> None:
    await preferences.change(
        tx, who, zone="UTC", minute=12 * 60, next_at=at, next_day=at.date(), newest_day=MONDAY
    )


async def test_due_are_those_whose_time_has_come_and_who_want_it(store: Database) -> None:
    async with store.write() as tx:
        await _scheduled(tx, ADA, NOON)
        await _scheduled(tx, BOB, NOON - timedelta(hours=1))
        assert [each.who for each in await preferences.due(tx, 1, NOON, 9)] == [BOB, ADA]
        assert [each.who for each in await preferences.due(tx, 1, NOON, 1)] == [BOB]
        assert await preferences.due(tx, 2, NOON, 9) == []
        await preferences.change(tx, BOB, paused=True)
        assert [each.who for each in await preferences.due(tx, 1, NOON, 9)] == [ADA]
        await learners.mark_blocked(tx, ADA, NOON)
        assert await preferences.due(tx, 1, NOON, 9) == []
        await learners.meet(tx, ADA, chat=10, language=None, now=NOON)
        await preferences.move_on(tx, [(ADA, NOON + DAY, MONDAY + DAY)])
        assert await preferences.due(tx, 1, NOON, 9) == []
        assert (await preferences.find(tx, ADA)).next_day == MONDAY + DAY


async def test_the_learners_clock_is_moved_through_the_store(store: Database) -> None:
    async with store.write() as tx:
        assert await preferences.offset(tx, 1) == timedelta(0)
        await pacing.lock(tx, 1, NOON)
        await preferences.set_offset(tx, 1, 3 * DAY)
        assert await preferences.offset(tx, 1) == 3 * DAY
        assert await preferences.offset(tx, 2) == timedelta(0)


async def test_all_that_is_said_of_quiz_questions_is_kept(store: Database) -> None:
    async with store.write() as tx:
        for stem in ("How many?", "How much?"):
            assert await feedback.add(tx, ADA, None, Feedback(Kind.REPORTED, stem, None, NOON))
        assert [each.question for each in await feedback.everything(tx)] == [
            "How many?",
            "How much?",
        ]


async def test_who_deletes_everything_leaves_nothing_of_their_study(store: Database) -> None:
    async with store.write() as tx:
        card = (await _card(tx)).card.id
        review = await reviews.add(tx, ADA, Review(card, MONDAY, Rating.GOOD), NOON)
        number = await askings.add(tx, ADA, _asking(card))
        await askings.set_review(tx, number, outcome="right", review=review)
        await deliveries.decide(tx, [(ADA, Delivery(MONDAY, NOON, "questions"))])
        await deliveries.set_asking(tx, ADA, MONDAY, number)
        await met.note(tx, ADA, course="garden", lesson="bees", section="colony", now=NOON)
        assert await met.places(tx, ADA) == {("garden", "bees", "colony")}
        await privacy.forget(tx, ADA, 10)
        assert await privacy.everything_of(tx, ADA, 10) == {}
        assert await cards.of(tx, BOB)


async def test_eight_planners_queue_each_message_once(where: Path | URL, store: Database) -> None:
    people = [LearnerId(1, number) for number in range(100, 300)]
    async with store.write() as tx:
        for who in people:
            await learners.meet(tx, who, chat=who.learner, language=None, now=NOON)
            await _scheduled(tx, who, NOON)
    stores = [Database(where) for _ in range(8)]

    async def plans(database: Database, owner: int) -> None:
        bot, dice = Bot("1:none"), random.Random(owner)
        replica = Replica(bot, database, owner, lambda: NOON, b"", dice)
        planner = Planner(replica, lambda: None)
        while (await planner.queue()).learners:
            pass

    await asyncio.gather(*(plans(each, number) for number, each in enumerate(stores)))
    for each in stores:
        await each.close()
    async with store.read() as tx:
        count = select(outbox_rows.c.chat_id, func.count()).group_by(outbox_rows.c.chat_id)
        queued = {row[0]: row[1] for row in (await tx.execute(count)).all()}
        assert await preferences.due(tx, 1, NOON, 999) == []
    assert queued == {who.learner: 1 for who in people}


async def test_the_log_says_how_many_messages_were_queued(
    store: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with store.write() as tx:
        await _scheduled(tx, ADA, NOON)
        await _scheduled(tx, BOB, NOON - 2 * DAY)  # too late: Bob is looked at, and left alone
    replica = Replica(Bot("1:none"), store, 1, lambda: NOON, b"", random.Random(1))
    with caplog.at_level("INFO", "bot.chat.planner"):
        planning = asyncio.create_task(Planner(replica, lambda: None).run())
        async with asyncio.timeout(5):
            while not caplog.messages:
                await asyncio.sleep(0.01)
        planning.cancel()
        await asyncio.gather(planning, return_exceptions=True)
    assert caplog.messages == ["Daily messages queued: 1; sending takes 0.0 min."]


async def test_a_message_for_each_of_many_is_what_add_makes_of_one(store: Database) -> None:
    async with store.write() as tx:
        await outbox.add_each(tx, 1, [(10, {"form": "Text"}), (11, {"form": "Text"})], NOON)
        await outbox.add_each(tx, 1, [], NOON)
        found = (await tx.execute(select(outbox_rows.c.chat_id, outbox_rows.c.state))).all()
    assert [tuple(row) for row in found] == [(10, "pending"), (11, "pending")]


async def test_a_question_put_again_is_the_one_whose_answer_is_awaited(store: Database) -> None:
    minute = timedelta(minutes=1)
    async with store.write() as tx:
        card = (await _card(tx)).card.id
        first = await askings.add(tx, ADA, _asking(card))
        later = await askings.add(tx, ADA, replace(_asking(card), asked_at=NOON + minute))
        found = await askings.newest_open(tx, ADA, NOON)
        assert found is not None
        assert found.id == later
        await askings.answer(tx, later, given="b", outcome="wrong", now=NOON + 2 * minute)
        assert await askings.newest_open(tx, ADA, NOON) is None
        await askings.again(tx, first, NOON + 3 * minute)
        found = await askings.newest_open(tx, ADA, NOON)
        assert found is not None
        assert found.id == first
        last = await askings.newest_answered(tx, ADA, NOON)
        assert last is not None
        assert last.id == later
        assert await askings.newest_answered(tx, ADA, NOON + 3 * minute) is None


async def test_how_a_learner_wants_to_hear_it_is_kept(database: Database) -> None:
    async with database.write() as tx:
        await learners.meet(tx, ADA, chat=10, language=None)
        chosen = await preferences.find(tx, ADA)
        assert (chosen.hearing, chosen.speed) == (Hearing.TEXT, 1.0)
        await preferences.change(tx, ADA, voice=Hearing.BOTH.value, speed=1.25)
        chosen = await preferences.find(tx, ADA)
        assert (chosen.hearing, chosen.speed) == (Hearing.BOTH, 1.25)
