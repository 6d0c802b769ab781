"""Single days of a learner's life: what they see, message by message."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat.callback_data import DontKnow, QuizOn, Undo, WasRight
from bot.chat.handlers import quiz
from bot.chat.progressing import progress_picture
from bot.chat.replies import Edit, Poll, Text
from bot.chat.styled import Style
from bot.chat.texts import en as texts
from bot.storage import askings, preferences, turns
from bot.storage.cards import KeptCard
from bot.storage.database import Database
from bot.storage.migrations import migrate
from bot.storage.turns import KeptPassage, Turn
from bot.study.card import Card, Suspended
from bot.study.rating import Rating
from bot.study.review import Review
from bot.study.scheduler import Scheduler, days_allowed
from retrieval.questions import Question
from tests.scenarios.world import Person, Seen, World, replays

VERDICT = re.compile("|".join(texts.VERDICTS.values()))


def never(person: Person, seen: Seen) -> timedelta | None:
    return None


def everything(person: Person, question: Question) -> bool:
    return True


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    database = Database(tmp_path / "viva.db")
    await migrate(database)
    yield World(database)
    await database.close()


@pytest.fixture
async def ada(world: World) -> Person:
    """Has read three sections, twelve questions stand on them, and she wants five new ones a day."""
    person = Person(21, "Europe/Berlin", 8, never, everything, sections=3)
    await world.enter(person)
    return person


async def progress_of(world: World, person: Person) -> str:
    picture = await progress_picture(world.replica, world.shelf, person.number, "light")
    return picture.caption


async def test_when_the_days_questions_are_answered_progress_says_that_none_is_due(
    world: World, ada: Person
) -> None:
    await world.quizzes(ada)
    assert "Nothing is due today" in await progress_of(world, ada)


async def test_progress_counts_what_is_left_of_the_day(world: World, ada: Person) -> None:
    await world.quiz_begins(ada)
    await world.answers(ada, ada.seen[-1])
    await world.answers(ada, ada.seen[-1])
    assert "3 questions today" in await progress_of(world, ada)


async def asks_and_wants_it_quizzed(world: World, person: Person, place: str) -> str:
    """Asks something that no author's question is on, and presses the button; the question."""
    question, passage = "Who waters the plants?", "The rain waters the plants."
    kept = (KeptPassage(place, passage, ((0, len(passage)),)),)
    turn = Turn(question, "answer", "g", world.clock.now, answer=passage, passages=kept)
    async with world.database.write() as tx:
        number = await turns.add(tx, person.who, turn)
    await world.presses(person, QuizOn(number), quiz.quiz_on)
    assert person.seen[-1].words == texts.OWN_CARD_MADE
    return question


async def test_ones_own_question_is_the_first_of_the_new_ones(world: World, ada: Person) -> None:
    own = await asks_and_wants_it_quizzed(world, ada, "garden/l0/s2")
    await world.quiz_begins(ada)
    assert own in ada.seen[-1].words


async def test_ones_own_question_comes_the_same_day_from_a_lesson_not_begun(
    world: World, ada: Person
) -> None:
    own = await asks_and_wants_it_quizzed(world, ada, "garden/l3/s1")
    await world.quiz_begins(ada)
    await world.answers(ada, ada.seen[-1])
    assert own in ada.seen[-1].words  # lessons are mixed: one of the lesson begun comes before


async def test_who_takes_an_answer_back_is_asked_the_later_question_once(
    world: World, ada: Person
) -> None:
    await world.quiz_begins(ada)
    first = ada.seen[-1]
    await world.answers(ada, first)
    later = ada.seen[-1]
    await world.presses(ada, Undo(asking_of(first)), quiz.undo)
    assert later not in ada.seen
    assert ada.seen[-2].words == texts.UNDONE
    assert stem(ada.seen[-1]) == stem(first)
    await world.finishes(ada)
    asked = [stem(one) for one in ada.seen if one.asks]
    assert asked.count(stem(first)) == 2
    assert asked.count(stem(later)) == 1
    assert len(set(asked)) == 5


async def test_a_second_try_that_was_withdrawn_comes_back(world: World, ada: Person) -> None:
    ada.knows = lambda person, question: question.id != "q-000"
    await world.quiz_begins(ada)
    while texts.ONCE_MORE not in ada.seen[-1].words:
        last = ada.seen[-1]
        await world.answers(ada, last)
    await world.presses(ada, Undo(asking_of(last)), quiz.undo)
    assert texts.ONCE_MORE not in "".join(one.words for one in ada.seen)
    await world.finishes(ada)
    assert sum(texts.ONCE_MORE in one.words for one in ada.seen) == 1


def asking_of(seen: Seen) -> int:
    assert isinstance(seen.message, Text | Poll)
    assert seen.message.asking is not None
    return seen.message.asking


def stem(seen: Seen) -> str:
    """What is asked, without its number."""
    return seen.words.rpartition("plant ")[2]


async def test_the_sentence_that_counts_stands_above_the_folded_passage(
    world: World, ada: Person
) -> None:
    await world.quizzes(ada)
    explained = [
        one.message.content
        for one in ada.seen
        if isinstance(one.message, Text) and VERDICT.match(one.words)
    ]
    assert len(explained) == 5
    for said in explained:
        [fold] = [span for span in said.spans if span.style is Style.EXPANDABLE]
        [mark] = [
            span for span in said.spans if span.style is Style.BOLD and span.start >= fold.start
        ]
        sentence = said.text[mark.start : mark.end]
        assert sentence.startswith("Plant ")
        assert said.text[: fold.start].count(sentence) == 1


@pytest.fixture
async def all_forms(world: World, ada: Person) -> Person:
    """Ada, with questions that are quizzes, or have buttons, or want words; and one of her own."""
    for name in ("q-001", "q-002", "q-010"):  # too long for a quiz of Telegram's own
        question = world.garden.take_out(name)
        world.garden.put_in(replace(question, stem=f"{'Think of it. ' * 25}{question.stem}"))
    await asks_and_wants_it_quizzed(world, ada, "garden/l0/s2")
    return ada


async def answers_of(world: World, person: Person) -> AsyncIterator[tuple[str, list[Seen]]]:
    """Each answer of four days: the form of the question, and what came after it."""
    for _ in range(4):
        await world.quiz_begins(person)
        while (asked := person.seen[-1]).asks:
            before = len(person.seen)
            await world.answers(person, asked)
            yield await form_of(world, person, asked), person.seen[before:]
        world.clock.now += timedelta(days=1)


async def form_of(world: World, person: Person, asked: Seen) -> str:
    async with world.database.read() as tx:
        found = await askings.find(tx, person.who, asking_of(asked))
    assert found is not None
    return found.form


async def test_an_answer_costs_two_calls_in_whatever_form_it_is_given(
    world: World, all_forms: Person
) -> None:
    calls = defaultdict(list)
    async for form, told in answers_of(world, all_forms):
        calls[form].append([type(one.message).__name__ for one in told])
    assert set(calls) == {"poll", "buttons", "typed", "own"}
    for form, each in calls.items():
        most = 3 if form == "own" else 2  # the answer is shown first, and then rated
        assert {len(names) for names in each} == {most}, (form, each)


async def test_below_pressed_buttons_stands_what_was_right_and_no_button_to_answer(
    world: World, all_forms: Person
) -> None:
    all_forms.knows = lambda person, question: question.id != "q-002"
    explained = []
    async for form, told in answers_of(world, all_forms):
        if form == "buttons":
            assert isinstance(told[0].message, Edit)
            explained.append(told[0])
            labels = [button.label for row in told[0].message.buttons for button in row]
            assert labels == [texts.MORE]
    for said in explained:
        assert "How many litres does plant" in said.words
        assert re.search(r"✓ [ABC]\. 10 litres", said.words)
        assert VERDICT.search(said.words)
    assert any(texts.VERDICTS["dont-know"] in said.words for said in explained)


async def test_ones_own_answer_stays_comparable_after_it_is_rated(
    world: World, all_forms: Person
) -> None:
    rated = [told[1] async for form, told in answers_of(world, all_forms) if form == "own"]
    for said in rated:
        assert "Who waters the plants?" in said.words
        assert said.words.count("The rain waters the plants.") == 1
        assert texts.OWN_VERDICTS["right"] in said.words
        assert "Again in" in said.words


async def missed_by_a_typed_answer(world: World, person: Person) -> int:
    """Answers all right until a question wants words, and the rest of its day; the number of that
    asking."""
    missed = 0
    while not missed:
        world.clock.now += timedelta(days=1)
        await world.quiz_begins(person)
        while (asked := person.seen[-1]).asks:
            if not missed and await form_of(world, person, asked) == "typed":
                missed = asking_of(asked)
                await world.types(person, "a weeping willow")
            else:
                await world.answers(person, asked)
    return missed


async def test_who_was_right_after_all_days_later_was_right_on_that_day(
    world: World, ada: Person
) -> None:
    missed = await missed_by_a_typed_answer(world, ada)
    for _ in range(9):
        world.clock.now += timedelta(days=1)
        await world.quizzes(ada)
    before = await history_of(world, ada, missed)
    await world.presses(ada, WasRight(missed), quiz.was_right)
    assert texts.REGRADED in ada.seen[-2].words
    after = await history_of(world, ada, missed)
    assert [review.day for review in after] == [review.day for review in before]
    assert len(after) >= 3
    assert [review.rating for review in before][:2] == [Rating.AGAIN, Rating.GOOD]
    assert {review.rating for review in after} == {Rating.GOOD}
    await check_against_fsrs(world, ada, after)


async def history_of(world: World, person: Person, asking: int) -> list[Review]:
    """The reviews of the card that was asked then, as they count now."""
    kept = await world.kept(person)
    card = next(each.card for each in kept.askings if each.id == asking)
    return [review for review, _ in kept.reviews if review.card == card]


async def check_against_fsrs(world: World, person: Person, log: list[Review]) -> None:
    """Each due day is one that FSRS allows after those before it, and the card is what comes out."""
    kept = await world.kept(person)
    assert replays(kept)
    scheduler, card = Scheduler(), Card(log[0].card)
    for review in log:
        card, exact = scheduler.rate(card, review.rating, review.day)
        assert exact.due is not None
        assert review.due is not None
        interval = (exact.due - review.day).days
        assert (review.due - review.day).days in days_allowed(interval)
    [now] = [each.card for each in kept.cards.values() if each.card.id == card.id]
    assert (now.stability, now.lapses) == (card.stability, 0)


async def test_who_was_right_after_all_is_asked_when_it_is_due_from_that_day(
    world: World, ada: Person
) -> None:
    missed = await missed_by_a_typed_answer(world, ada)
    world.clock.now += timedelta(days=1)
    await world.presses(ada, WasRight(missed), quiz.was_right)
    assert "Again tomorrow." in ada.seen[-2].words  # two days after it was answered
    [review] = await history_of(world, ada, missed)
    assert review.day == (world.clock.now - timedelta(days=1)).date()
    assert review.rating is Rating.GOOD
    await world.presses(ada, WasRight(missed), quiz.was_right)  # once is enough
    assert len(await history_of(world, ada, missed)) == 1


async def test_a_leech_that_was_none_is_asked_again(world: World, ada: Person) -> None:
    missed = []
    for _ in range(60):
        await world.quiz_begins(ada)
        while (asked := ada.seen[-1]).asks:
            if await form_of(world, ada, asked) == "typed" and "000" in asked.words:
                missed.append(asking_of(asked))
                await world.types(ada, "a weeping willow" if len(missed) > 1 else "plant 000")
            else:
                await world.answers(ada, asked)
        world.clock.now += timedelta(days=1)
    kept = await world.kept(ada)
    assert kept.cards["s-000"].card.suspended is Suspended.LEECH
    scored = [each.id for each in kept.askings if each.id in missed and each.scored]
    await world.presses(ada, WasRight(scored[-1]), quiz.was_right)
    card = (await world.kept(ada)).cards["s-000"].card
    assert (card.suspended, card.lapses) == (None, 5)


@pytest.fixture
async def back(world: World) -> Person:
    """Has been away for two weeks, and of 48 cards far more are due than the twenty a day."""
    person = Person(22, "Europe/Berlin", 8, never, everything, sections=12)
    await world.enter(person)
    async with world.database.write() as tx:
        await preferences.change(tx, person.who, new_a_day=20)
    for _ in range(6):
        await world.quizzes(person)
        await world.run(world.clock.now + timedelta(days=1))
    await world.run(world.clock.now + timedelta(days=14))
    return person


async def test_the_first_day_back_message_by_message(world: World, back: Person) -> None:
    day, scheduler = world.clock.now.date(), Scheduler()
    before = {one.card.id: one for one in (await world.kept(back)).cards.values()}
    due = [one.card for one in before.values() if one.card.is_due(day)]
    assert len(due) > 40
    due.sort(key=lambda card: scheduler.retrievability(card, day))
    back.seen.clear()
    await world.quizzes(back)

    questions = [one.words for one in back.seen[:-1:2]]
    assert len(back.seen) == 10 * 2 + 1
    assert questions[0].startswith(f"{texts.WELCOME_BACK}\n\n{texts.question_of(1, 10)}")
    for number, words in enumerate(questions[1:], start=2):
        assert words.startswith(texts.question_of(number, 10))
    for told in back.seen[1::2]:
        assert texts.VERDICTS["right"] in told.words
        assert "Again in" in told.words
    assert back.seen[-1].words.splitlines() == [
        texts.round_went(10, 10), "The next questions come tomorrow at 08:00 (Berlin)."
    ]  # fmt: skip
    said = " ".join(one.words for one in back.seen)
    assert not re.search(r"\baway|\bmissed|\boverdue|\bstreak|\bweeks", said)

    asked = [each.card for each in (await world.kept(back)).askings if each.day == day]
    assert asked[0] == due[0].id
    assert set(asked) == set(apart(world, due, before)[:10])
    assert not any(before[card].card.new for card in asked)

    await world.run(world.clock.now + timedelta(days=1))  # an ordinary day, though much waits
    back.seen.clear()
    await world.quizzes(back)
    assert texts.question_of(1, 20) in back.seen[0].words
    assert texts.SMALL_PLATE not in back.seen[0].words
    today = [a for a in (await world.kept(back)).askings if a.day == world.clock.now.date()]
    assert len(today) == 20
    assert not any(each.was_new for each in today)


def apart(world: World, due: list[Card], kept: dict[int, KeptCard]) -> list[int]:
    """Without cards on a sentence that one before them is on: those wait for another day."""
    seen, left = set(), []
    for card in due:
        _, question = world.garden.catalogue.questions["garden", kept[card.id].question]
        if question.sentence not in seen:
            seen.add(question.sentence)
            left.append(card.id)
    return left


async def test_a_late_answer_to_an_old_message_makes_the_plate_no_larger(
    world: World, ada: Person
) -> None:
    await world.quizzes(ada)
    world.clock.now += timedelta(days=1)
    await world.quiz_begins(ada)
    old = asking_of(ada.seen[-1])
    world.clock.now += timedelta(days=9)
    await world.presses(ada, DontKnow(old), quiz.dont_know)
    assert ada.seen[-1].words.startswith(texts.WELCOME_BACK)


async def test_after_a_very_long_time_the_plate_is_small_too(world: World, back: Person) -> None:
    sent = [one.words for one in back.dailies]
    assert texts.SMALL_PLATE in sent[-1]
    assert texts.WELCOME_BACK not in sent[-1]  # nobody has been seen yet
    world.clock.now += timedelta(days=200)
    back.seen.clear()
    await world.quizzes(back)
    assert back.seen[0].words.startswith(texts.WELCOME_BACK)
    assert texts.round_went(10, 10) in back.seen[-1].words


async def test_a_question_that_goes_while_it_is_open_comes_back_with_its_history(
    world: World, ada: Person
) -> None:
    await world.quizzes(ada)
    world.clock.now += timedelta(days=2)
    await world.quiz_begins(ada)
    asked = ada.seen[-1]
    name = world.garden.question_in(asked.words).id
    history = (await world.kept(ada)).cards[name].card
    assert history.reviews == 1
    question = world.garden.take_out(name)
    await world.presses(ada, DontKnow(asking_of(asked)), quiz.dont_know)
    assert ada.seen[-1].words == texts.QUESTION_GONE
    await world.quizzes(ada)
    assert stem(asked) not in [stem(one) for one in ada.seen[ada.seen.index(asked) + 1 :]]
    assert (await world.kept(ada)).cards[name].card == history

    world.garden.put_in(question)
    world.clock.now += timedelta(days=1)
    await world.quizzes(ada)
    assert stem(asked) in [stem(one) for one in ada.seen[ada.seen.index(asked) + 1 :]]
    back = (await world.kept(ada)).cards[name].card
    assert (back.id, back.reviews) == (history.id, 2)
