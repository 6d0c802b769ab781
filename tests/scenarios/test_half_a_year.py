"""Half a year of seven learners, lived once; each test looks at what one of them saw."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby, pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import URL

from bot.chat.planner import SPREAD
from bot.chat.texts import en as texts
from bot.storage.askings import UNDONE
from bot.storage.database import Database
from bot.storage.feedback import Kind
from bot.storage.migrations import migrate
from bot.study.card import Suspended
from bot.study.study_day import GAP, study_day
from retrieval.questions import Question
from tests.scenarios.world import BEGIN, Kept, Person, Seen, World, replays

DAYS = 180
END = BEGIN + timedelta(days=DAYS)
LEECH = "q-001"
GONE = "q-002"


def after(**pause: float) -> timedelta:
    return timedelta(**pause)


def soon(person: Person, seen: Seen) -> timedelta | None:
    return after(minutes=10)


def never(person: Person, seen: Seen) -> timedelta | None:
    return None


def now_and_then(person: Person, seen: Seen) -> timedelta | None:
    """Two days of three; sometimes long after midnight, on the same study day."""
    if person.dice.random() > 0.66:
        return None
    return after(hours=person.dice.choice([0.1, 3, 13.5]))


def away_for_two_weeks(person: Person, seen: Seen) -> timedelta | None:
    return None if HOLIDAY <= seen.at < HOLIDAY_ENDS else after(minutes=10)


def mostly(person: Person, question: Question) -> bool:
    return person.dice.random() < 0.92


def mostly_but_one(person: Person, question: Question) -> bool:
    return question.id != LEECH and mostly(person, question)


def day(number: int, hour: float = 6) -> datetime:
    """A moment of the day of that number, from 0."""
    return BEGIN.replace(hour=0) + timedelta(days=number, hours=hour)


HOLIDAY, HOLIDAY_ENDS = day(20), day(35, 14)
TO_TOKYO, TO_SAN_FRANCISCO = day(50, 18.2), day(110, 2)
PAUSE, RESUME = day(30, 18), day(45, 9)
TAKEN_OUT, PUT_BACK = day(25, 5), day(70, 5)
COMES_BACK = day(150, 18)
NEW = "q-new"


@dataclass
class Lived:
    """All who lived it, and what was kept of each."""

    world: World
    kept: dict[str, Kept]
    people: dict[str, Person]


PEOPLE = {
    "steady": Person(11, "Europe/Berlin", 8, soon, mostly_but_one, sections=3),
    "irregular": Person(12, "America/New_York", 12, now_and_then, mostly, sections=2),
    "traveller": Person(13, "Europe/Berlin", 20, away_for_two_weeks, mostly, sections=10),
    "mover": Person(14, "Europe/Berlin", 8, soon, mostly, sections=2),
    "silent": Person(15, "Europe/Berlin", 18, never, mostly, sections=1),
    "pausing": Person(16, "Europe/Athens", 7, soon, mostly, sections=2),
    "edited": Person(17, "Europe/Lisbon", 9, soon, mostly, sections=2),
}


async def live(where: Path | URL, names: list[str], end: datetime) -> Lived:
    database = Database(where)
    try:
        await migrate(database)
        world = World(database)
        people = {name: replace(PEOPLE[name], seen=[]) for name in names}
        for person in people.values():
            await world.enter(person)
        _plan(world, people)
        await world.run(end)
        kept = {name: await world.kept(person) for name, person in people.items()}
    finally:
        await database.close()
    return Lived(world, kept, people)


def _plan(world: World, people: dict[str, Person]) -> None:
    """What is done at moments of their own."""
    if mover := people.get("mover"):
        world.plan(TO_TOKYO, lambda: world.moves(mover, "Asia/Tokyo"))
        world.plan(TO_SAN_FRANCISCO, lambda: world.moves(mover, "America/Los_Angeles"))
    if traveller := people.get("traveller"):
        world.plan(HOLIDAY_ENDS, lambda: world.quizzes(traveller))
        world.plan(day(60), lambda: world.pauses(traveller))
    if silent := people.get("silent"):
        world.plan(COMES_BACK, lambda: world.quizzes(silent))
    if pausing := people.get("pausing"):
        world.plan(PAUSE, lambda: world.pauses(pausing))
        world.plan(RESUME, lambda: world.resumes(pausing))
    if "edited" in people:
        _plan_edits(world)


def _plan_edits(world: World) -> None:
    taken: list[Question] = []

    async def take_out() -> None:
        taken.append(world.garden.take_out(GONE))

    async def put_back() -> None:
        world.garden.put_in(taken[0])
        world.garden.put_in(replace(taken[0], id=NEW, stem="And at noon: how many litres?"))

    world.plan(TAKEN_OUT, take_out)
    world.plan(PUT_BACK, put_back)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    where = tmp_path_factory.mktemp("half-a-year") / "viva.db"
    return asyncio.run(live(where, list(PEOPLE), END))


# --- what holds for everyone ----------------------------------------------------------------------


@pytest.fixture(params=list(PEOPLE))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def check_messages(person: Person) -> None:
    """One a study day, never too close, at the hour of the place where they are."""
    days = [one.day for one in person.dailies]
    assert len(days) == len(set(days))
    assert days == sorted(days, key=lambda each: each or date.min)
    for before, following in pairwise(person.dailies):
        assert following.at - before.at >= GAP
    for one in person.dailies:
        late = one.local.replace(tzinfo=None) - datetime.combine(
            one.local.date(), time(person.hour)
        )
        assert timedelta(0) <= late <= SPREAD, (person, one.local)
        assert one.day == study_day(one.at, one.zone)


def check_log(kept: Kept) -> None:
    """Study days never decrease, and the cards are what the log says."""
    days = [review.day for review, _ in kept.reviews]
    assert days == sorted(days)
    assert kept.reviews
    assert replays(kept)


def test_each_study_day_has_one_message_at_its_hour(lived: Lived, name: str) -> None:
    check_messages(lived.people[name])


def test_the_log_goes_forward_and_is_the_truth(lived: Lived, name: str) -> None:
    check_log(lived.kept[name])


def test_new_ones_a_day_and_the_cap_are_kept(lived: Lived, name: str) -> None:
    kept = lived.kept[name]
    scored = [a for a in kept.askings if a.scored and a.round == "day" and a.outcome != UNDONE]
    by_day = Counter(asking.day for asking in scored)
    new = Counter(asking.day for asking in scored if asking.was_new)
    assert max(by_day.values()) <= kept.preferences.pace.cap
    assert max(new.values()) <= kept.preferences.pace.new


def test_siblings_never_meet_on_one_day(lived: Lived, name: str) -> None:
    kept = lived.kept[name]
    questions = lived.world.garden.catalogue.questions
    asked = set()
    for asking in kept.askings:
        if asking.scored:
            _, question = questions["garden", kept.name(asking.card)]
            if question.id != NEW:  # it rests on the sentence of the one that came back
                assert (asking.day, question.section, question.sentence, question.stem) not in asked
            asked.add((asking.day, question.section, question.sentence, question.stem))


# --- what each of them saw ------------------------------------------------------------------------


def test_the_steady_one_hears_at_eight_whenever_something_is_due(lived: Lived) -> None:
    steady, kept = lived.people["steady"], lived.kept["steady"]
    every_day = [BEGIN.date() + timedelta(days=number) for number in range(DAYS)]
    assert kept.decided == every_day
    assert longest_wait(kept) <= 1  # a sibling was asked first
    asked = {asking.day for asking in kept.askings}
    assert asked <= {one.day for one in steady.dailies}
    assert {one.local.utcoffset() for one in steady.dailies} == {after(hours=1), after(hours=2)}


def longest_wait(kept: Kept) -> int:
    """Days that a card waited after it fell due, at most; but for the one whose question went."""
    due: dict[int, date] = {}
    waits = []
    for review, _ in kept.reviews:
        if review.card in due and kept.name(review.card) != GONE:
            waits.append((review.day - due[review.card]).days)
        assert review.due
        due[review.card] = review.due
    return max(waits)


def test_quiet_days_say_read_on_three_times_in_a_row_at_most(lived: Lived) -> None:
    for person in lived.people.values():
        quiet = [one.words == texts.QUIET_DAY for one in person.dailies]
        runs = [len(list(run)) for is_quiet, run in groupby(quiet) if is_quiet]
        assert all(run <= 3 for run in runs)


def test_a_leech_is_set_aside_its_author_told_and_the_rest_goes_on(lived: Lived) -> None:
    kept, steady = lived.kept["steady"], lived.people["steady"]
    leech = kept.cards[LEECH].card
    assert leech.suspended is Suspended.LEECH
    assert leech.lapses == 6
    assert kept.feedback == [Kind.LEECH.value]
    assert sum(texts.LEECH in one.words for one in steady.seen) == 1
    aside = max(review.day for review, _ in kept.reviews if review.card == leech.id)
    later = [review for review, _ in kept.reviews if review.day > aside]
    assert later
    assert leech.id not in {review.card for review in later}


def test_an_answer_long_after_midnight_counts_for_the_evening(lived: Lived) -> None:
    kept, zone = lived.kept["irregular"], ZoneInfo("America/New_York")
    assert any(at.astimezone(zone).hour < 4 for _, at in kept.reviews)
    for review, at in kept.reviews:
        assert review.day == (at.astimezone(zone) - timedelta(hours=4)).date()


def test_after_a_holiday_the_plate_is_gentle(lived: Lived) -> None:
    kept, traveller = lived.kept["traveller"], lived.people["traveller"]
    back = HOLIDAY_ENDS.date()
    asked = Counter(a.day for a in kept.askings if a.scored and a.answered)
    new = Counter(a.day for a in kept.askings if a.scored and a.was_new and a.answered)
    assert asked[back] == kept.preferences.pace.cap // 2
    assert new[back] == 0
    away = [one.day for one in traveller.dailies if HOLIDAY < one.at < HOLIDAY_ENDS]
    first = HOLIDAY.date()
    assert away == [first + timedelta(days=number) for number in (0, 1, 2, 5, 8, 11)]
    week = [each for each in kept.decided if back <= each < back + timedelta(days=7)]
    assert week == [back + timedelta(days=number) for number in range(7)]
    assert max(asked[back + timedelta(days=number)] for number in range(14)) <= 20


def test_the_mover_hears_at_eight_wherever_they_are(lived: Lived) -> None:
    mover = lived.people["mover"]
    check_mover(lived.kept["mover"])
    assert {str(one.zone) for one in mover.dailies} == {
        "Europe/Berlin", "Asia/Tokyo", "America/Los_Angeles"
    }  # fmt: skip


def check_mover(kept: Kept) -> None:
    """Nobody who answers misses more than the day that a flight takes."""
    missed = [b - a for a, b in pairwise(kept.decided) if b - a != timedelta(days=1)]
    assert len(missed) <= 2
    assert all(each == timedelta(days=2) for each in missed)
    assert longest_wait(kept) <= 3


def test_who_ignores_all_hears_less_and_less_then_nothing_until_they_answer(lived: Lived) -> None:
    silent = lived.people["silent"]
    numbers = [(one.day - BEGIN.date()).days for one in silent.dailies if one.day]
    before = [number for number in numbers if number < 150]
    # The day of the first taps counts as answered; then daily, every third day, weekly, a last note.
    assert before == [0, 1, 2, 3, 6, 9, 12, 19, 26, 33]
    [note] = [one for one in silent.dailies if one.words == texts.LAST_NOTE]
    assert note is silent.dailies[len(before) - 1]
    assert numbers[len(before) : len(before) + 3] == [151, 152, 153]


def test_who_pauses_hears_nothing_until_they_resume(lived: Lived) -> None:
    pausing = lived.people["pausing"]
    assert not [one for one in pausing.dailies if PAUSE < one.at < RESUME]
    days = lived.kept["pausing"].decided
    assert RESUME.date() + timedelta(days=1) in days
    assert len(days) == DAYS - (RESUME.date() - PAUSE.date()).days


def test_a_card_waits_for_its_question_to_come_back(lived: Lived) -> None:
    kept = lived.kept["edited"]
    gone = kept.cards[GONE].card
    days = [a.day for a in kept.askings if a.card == gone.id]
    assert [each for each in days if each < TAKEN_OUT.date()]
    assert not [each for each in days if TAKEN_OUT.date() <= each < PUT_BACK.date()]
    assert [each for each in days if each >= PUT_BACK.date()]
    history = [review for review, _ in kept.reviews if review.card == gone.id]
    assert history[0].day < TAKEN_OUT.date() < history[-1].day
    assert gone.reviews == len(history)


def test_a_question_written_later_joins_the_cards_of_who_met_its_section(lived: Lived) -> None:
    assert lived.kept["edited"].cards[NEW].card.reviews >= 2
    assert NEW in lived.kept["steady"].cards


async def test_the_mover_sees_the_same_on_either_engine(where: Path | URL) -> None:
    there = await live(where, ["mover"], BEGIN + timedelta(days=120))
    check_messages(there.people["mover"])
    check_mover(there.kept["mover"])
    check_log(there.kept["mover"])
