"""A world of learners whose months pass in seconds: everything but the network is real.

The planner queues, the maker makes, the handlers answer, on a real store; the clock is moved from
one event to the next. What a learner sees is read from the outbox.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from telegram import Bot

from bot.chat.callback_data import (
    Change,
    ChooseHour,
    ChooseOption,
    ChooseZone,
    Data,
    DontKnow,
    RateOwn,
    Reveal,
    short,
)
from bot.chat.context import Context, Handle
from bot.chat.daily import daily
from bot.chat.handlers import ask, quiz, settings
from bot.chat.incoming import Incoming, Vote
from bot.chat.planner import Planner
from bot.chat.questions import LETTERS
from bot.chat.replica import Replica
from bot.chat.replies import (
    Acknowledge,
    ClosePoll,
    Delete,
    Edit,
    Made,
    Message,
    Poll,
    Text,
    from_json,
    to_json,
)
from bot.chat.texts import en as texts
from bot.storage import (
    askings,
    cards,
    learners,
    met,
    outbox,
    places,
    preferences,
    reviews,
)
from bot.storage.askings import Asking
from bot.storage.cards import KeptCard
from bot.storage.database import Database, Transaction
from bot.storage.learners import LearnerId
from bot.storage.preferences import Preferences
from bot.storage.tables import deliveries as delivery_rows
from bot.storage.tables import feedback as feedback_rows
from bot.storage.tables import outbox as outbox_rows
from bot.storage.tables import reviews as review_rows
from bot.study.grading import Grader, Outcome, key_of
from bot.study.review import Review
from bot.study.scheduler import Scheduler
from retrieval.questions import Question
from tests.scenarios.garden import Garden

BOT = 1
BEGIN = datetime(2026, 10, 10, 3, tzinfo=UTC)
"""From here 180 days go past both changes of the clocks, in Europe and in America."""


class Clock:
    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now


class Shelf:
    """The shelf without a library behind it: nothing is looked up here."""

    def __init__(self, garden: Garden) -> None:
        self.garden = garden
        self._grader = Grader((), lambda word: False)

    @property
    def catalogue(self) -> Any:
        return self.garden.catalogue

    async def opened(self) -> Any:
        return self.garden.catalogue

    async def grade(self, course: str, given: str, question: Question) -> Outcome:
        return self._grader.grade(given, key_of(question))


@dataclass(frozen=True)
class Seen:
    """A message as it arrived. `day` is the study day that a daily one was decided for; `number`
    is the message's own, where it asks something.
    """

    at: datetime
    zone: ZoneInfo
    message: Message
    day: date | None = None
    number: int | None = None

    @property
    def local(self) -> datetime:
        return self.at.astimezone(self.zone)

    @property
    def words(self) -> str:
        if isinstance(self.message, Poll):
            return self.message.question
        return self.message.content.text if isinstance(self.message, Text | Edit) else ""

    @property
    def asks(self) -> bool:
        return isinstance(self.message, Text | Poll) and self.message.asking is not None


@dataclass
class Person:
    """A learner: where they live, when they want their message, and what they do with it.

    `answers` says after how long the day's message is answered; None leaves it lie. `knows` says
    whether a question is answered right.
    """

    number: int
    zone: str
    hour: int
    answers: Callable[[Person, Seen], timedelta | None]
    knows: Callable[[Person, Question], bool]
    sections: int = 4
    seen: list[Seen] = field(default_factory=list)
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.number)

    @property
    def who(self) -> LearnerId:
        return LearnerId(BOT, self.number)

    @property
    def dailies(self) -> list[Seen]:
        return [one for one in self.seen if one.day is not None]


@dataclass(frozen=True)
class Kept:
    """What the store holds of a learner at the end."""

    preferences: Preferences
    cards: dict[str, KeptCard]
    reviews: list[tuple[Review, datetime]]
    askings: list[Asking]
    feedback: list[str]
    decided: list[date]

    def name(self, card: int) -> str:
        return next(name for name, kept in self.cards.items() if kept.card.id == card)


Action = Callable[[], Awaitable[None]]


def offers(message: Text, label: str) -> bool:
    """Whether the message has a button of that label."""
    return any(button.label == label for row in message.buttons for button in row)


class World:
    """Learners, a tutor and a clock. `plan` what happens when, then `run` until a moment."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = Clock()
        self.garden = Garden()
        self.shelf: Any = Shelf(self.garden)
        self.dice = random.Random(4)
        self.replica = Replica(
            Bot(f"{BOT}:none"), database, owner=1, clock=self.clock, secret=b"", dice=self.dice
        )
        self.planner = Planner(self.replica, lambda: None)
        self.people: dict[int, Person] = {}
        self._events: list[tuple[datetime, int, Action]] = []
        self._order = itertools.count()
        self._read = 0
        self._messages = itertools.count(1)
        self._next_due: datetime | None = None

    def plan(self, at: datetime, action: Action) -> None:
        heapq.heappush(self._events, (at, next(self._order), action))

    async def enter(self, person: Person) -> None:
        """Reads some sections, and sets up the daily questions by their buttons."""
        self.people[person.number] = person
        await self.presses(person, ChooseZone(short(person.zone)), settings.choose_zone)
        await self.presses(person, ChooseHour(person.hour * 60), settings.choose_hour)
        await self.reads(person, person.sections)

    async def reads(self, person: Person, sections: int) -> None:
        async with self.database.write() as tx:
            for number in range(sections):
                where = self.garden.place(number)
                await met.note(tx, person.who, **where, now=self.clock.now)
                await places.keep(tx, person.who, **where, part=0, now=self.clock.now)

    async def run(self, until: datetime) -> None:
        """From event to event: what a learner does, or a daily message that falls due."""
        await self._look()
        while True:
            event = self._events[0][0] if self._events else until
            at = min(event, self._next_due or until, until)
            self.clock.now = max(self.clock.now, at)
            if at >= until:
                return
            if self._events and at == event:
                await heapq.heappop(self._events)[2]()
            else:
                while (await self.planner.queue()).learners:
                    pass
                await self._deliver()
            await self._look()

    async def _look(self) -> None:
        async with self.database.read() as tx:
            first = await preferences.first_due(tx, BOT)
        self._next_due = first.next_at if first else None

    # --- what a learner does ----------------------------------------------------------------------

    async def does(self, person: Person, handle: Handle, **what: Any) -> None:
        """As the desk does it: the learner is noted, the handler works, its replies are kept."""
        incoming = Incoming(0, person.who, person.number, private=True, language="en", **what)
        async with self.database.write() as tx:
            await self._handled(tx, incoming, handle)
        await self._deliver()

    async def _handled(self, tx: Transaction, incoming: Incoming, handle: Handle) -> None:
        who, now = incoming.who, self.clock.now
        await learners.meet(tx, who, chat=incoming.chat, language="en", now=now)
        replies = await handle(incoming, tx, self.context)
        said = [to_json(one) for one in replies if not isinstance(one, Acknowledge)]
        await outbox.add(tx, BOT, incoming.chat, said, now)

    async def presses(self, person: Person, button: Data, handle: Handle) -> None:
        await self.does(person, handle, button=button, query="q", message=1)

    async def quizzes(self, person: Person) -> None:
        """/quiz, and answers until there is no question more."""
        await self.quiz_begins(person)
        await self.finishes(person)

    async def quiz_begins(self, person: Person) -> None:
        """/quiz, and the first question."""
        await self.does(person, quiz.quiz)

    async def finishes(self, person: Person) -> None:
        """Answers the question that came last, and those that come then."""
        while person.seen[-1].asks:
            self.clock.now += timedelta(seconds=20)
            await self.answers(person, person.seen[-1])

    async def answers(self, person: Person, seen: Seen) -> None:
        content = seen.message
        assert isinstance(content, Text | Poll)
        assert content.asking is not None
        if isinstance(content, Text) and offers(content, texts.REVEAL):
            await self.presses(person, Reveal(content.asking), quiz.reveal)
            await self.presses(person, RateOwn(content.asking, 1), quiz.rate_own)
            return
        question = self.garden.question_in(seen.words)
        knows = person.knows(person, question)
        if isinstance(content, Text) and offers(content, "A") and knows:
            right = next(option.text for option in question.options if option.right)
            letter = LETTERS.index(seen.words.partition(f". {right}")[0][-1])
            await self.presses(person, ChooseOption(content.asking, letter), quiz.choose)
        elif isinstance(content, Poll):
            options = content.right if knows else (len(content.options) - 1,)
            await self.does(person, quiz.vote, poll=Vote(f"poll-{content.asking}", options))
        elif knows:
            await self.types(person, question.forms[0])
        else:
            await self.presses(person, DontKnow(content.asking), quiz.dont_know)

    async def types(self, person: Person, text: str) -> None:
        """Writes an answer to the question that is open."""
        incoming = Incoming(0, person.who, person.number, private=True, text=text)
        handle = await ask.ask(incoming, self.context)
        await self.does(person, handle, text=text)

    async def moves(self, person: Person, zone: str) -> None:
        person.zone = zone
        await self.presses(person, ChooseZone(short(zone)), settings.choose_zone)

    async def pauses(self, person: Person) -> None:
        await self.does(person, settings.pause)

    async def resumes(self, person: Person) -> None:
        await self.presses(person, Change("g"), settings.change)

    @property
    def context(self) -> Context:
        return Context(self.clock.now, self.shelf, self.database, self.dice)

    # --- what arrives -----------------------------------------------------------------------------

    async def _deliver(self) -> None:
        """Takes what stands in the outbox, in order; what has to be made is made now."""
        async with self.database.read() as tx:
            query = select(outbox_rows).where(outbox_rows.c.id > self._read)
            rows = (await tx.execute(query.order_by(outbox_rows.c.id))).all()
        for row in rows:
            self._read = row.id
            await self._arrives(self.people[row.chat_id], from_json(row.content))

    async def _arrives(self, person: Person, content: Message) -> None:
        day = None
        if isinstance(content, Made):
            day = date.fromisoformat(content.argument)
            made = await daily(self.replica, self.shelf, person.number, content.argument)
            if made is None:
                return
            content = made
        if isinstance(content, ClosePoll):
            return
        if isinstance(content, Delete):
            person.seen = [one for one in person.seen if one.number != content.message_id]
            return
        number = None
        if isinstance(content, Text | Poll) and content.asking is not None:
            number = next(self._messages)
            poll = f"poll-{content.asking}" if isinstance(content, Poll) else None
            async with self.database.write() as tx:
                await askings.shown(tx, content.asking, number, poll)
        seen = Seen(self.clock.now, ZoneInfo(person.zone), content, day, number)
        person.seen.append(seen)
        if day is not None and seen.asks:
            self._answers_later(person, seen)

    def _answers_later(self, person: Person, seen: Seen) -> None:
        pause = person.answers(person, seen)
        if pause is not None:
            self.plan(self.clock.now + pause, lambda: self._comes_back(person))

    async def _comes_back(self, person: Person) -> None:
        """Late answers go by /quiz, which asks the open question again."""
        if person.seen[-1].asks and self.clock.now - person.seen[-1].at < timedelta(minutes=30):
            await self.finishes(person)
        else:
            await self.quizzes(person)

    # --- what is left -----------------------------------------------------------------------------

    async def kept(self, person: Person) -> Kept:
        async with self.database.read() as tx:
            chosen = await preferences.find(tx, person.who)
            found = await cards.of(tx, person.who)
            log = await self._log(tx, person.who)
            decided = await self._days(tx, person.who)
            days = sorted({review.day for review, _ in log} | set(decided))
            asked = [one for day in days for one in await askings.of_day(tx, person.who, day)]
            told = select(feedback_rows.c.kind).where(
                feedback_rows.c.learner_id == person.who.learner
            )
            return Kept(
                chosen,
                {one.question: one for one in found},
                log,
                asked,
                list((await tx.execute(told)).scalars()),
                decided,
            )

    async def _days(self, tx: Transaction, who: LearnerId) -> list[date]:
        query = select(delivery_rows.c.day).where(delivery_rows.c.learner_id == who.learner)
        return list((await tx.execute(query.order_by(delivery_rows.c.day))).scalars())

    async def _log(self, tx: Transaction, who: LearnerId) -> list[tuple[Review, datetime]]:
        query = select(review_rows.c.rated_at).where(
            review_rows.c.learner_id == who.learner, review_rows.c.undone_at.is_(None)
        )
        moments = (await tx.execute(query.order_by(review_rows.c.id))).scalars()
        return list(zip(await reviews.of(tx, who), moments, strict=True))


def replays(kept: Kept) -> bool:
    """Whether every card is what the log says of it."""
    scheduler = Scheduler(kept.preferences.retention, kept.preferences.parameters)
    return all(
        scheduler.replay(one.card.id, [r for r, _ in kept.reviews if r.card == one.card.id])
        == one.card
        for one in kept.cards.values()
    )


__all__ = ["BEGIN", "BOT", "Kept", "Person", "Seen", "World", "replays"]
