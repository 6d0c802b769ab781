"""The sheet: all that is needed to decide what a learner is asked on a study day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.storage import askings, cards, learners, met, preferences
from bot.study.plan import Candidate, Plan, Today, plan, retries
from bot.study.scheduler import Scheduler
from bot.study.study_day import DAY_BEGINS, instant_of, study_day
from retrieval.courses import SectionKind
from retrieval.questions import Question, QuestionKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date, datetime

    from bot.chat.catalogue import Catalogue, SectionEntry
    from bot.storage.askings import Asking
    from bot.storage.cards import KeptCard
    from bot.storage.database import Transaction
    from bot.storage.learners import LearnerId
    from bot.storage.preferences import Preferences
    from bot.study.card import Card

__all__ = ["OWN", "Item", "Sheet", "sheet_of"]

OWN = "own-"
"""How the ids of questions begin that no author wrote."""

MISSED_DAYS = 7
"""Study days away after which somebody is told that it is good to see them."""


@dataclass(frozen=True, slots=True)
class Item:
    """A card with the question it is on, and the section that the question rests on."""

    kept: KeptCard
    question: Question
    entry: SectionEntry

    @property
    def candidate(self) -> Candidate:
        """For the plan. Questions on the same sentence are siblings."""
        sentence = self.question.sentence
        siblings = f"{self.entry.id}:{sentence}" if sentence else ""
        return Candidate(self.kept.card, self.entry.of.id, siblings)


@dataclass(frozen=True)
class Sheet:
    """A learner's cards whose questions stand in the courses, and the study day so far: `asked` is
    what was asked on it, but for what was taken back.
    """

    who: LearnerId
    now: datetime
    preferences: Preferences
    day: date
    items: dict[int, Item]
    asked: Sequence[Asking]
    last_active: date | None

    @property
    def zone(self) -> ZoneInfo:
        """The learner's, or UTC while they have not chosen one."""
        return self.preferences.zone or ZoneInfo("UTC")

    @cached_property
    def scheduler(self) -> Scheduler:
        """FSRS as this learner wants it."""
        return Scheduler(self.preferences.retention, self.preferences.parameters)

    @property
    def in_turn(self) -> list[Item]:
        """Every item, in the order in which new ones are taken: first what the learner asked for
        by a question of their own, then as the courses go.
        """
        return sorted(self.items.values(), key=lambda item: item.kept.own is None)

    @property
    def candidates(self) -> list[Candidate]:
        """Every card, in that order."""
        return [item.candidate for item in self.in_turn]

    def plan(self, only: Callable[[Item], bool] = lambda item: True) -> Plan:
        """What is left to be asked today, of the items that fit."""
        asked = {asking.card for asking in self.asked}
        free = [
            item.candidate for item in self.in_turn if item.kept.card.id not in asked and only(item)
        ]
        today = self._today(self.asked)
        return plan(free, self.day, self.scheduler, self.preferences.pace, today)

    @property
    def away(self) -> int:
        """Study days since the last one with an answer, this one not counted; 0: never away."""
        last = self.last_active
        return max(0, (self.day - last).days - 1) if last else 0

    @property
    def comes_back(self) -> bool:
        """Whether they were away for long, and have answered nothing yet today."""
        return self.away >= MISSED_DAYS and not any(asking.answered for asking in self.asked)

    @property
    def answered_today(self) -> Today:
        """What the study day has seen so far; a question left open is still to come."""
        return self._today([asking for asking in self.asked if asking.answered])

    def after(self, answered: Asking, card: Card) -> Sheet:
        """The sheet when that was answered, and the card is as it says: read from no store."""
        item = self.items[card.id]
        changed = replace(item, kept=replace(item.kept, card=card))
        return replace(
            self,
            items={**self.items, card.id: changed},
            asked=[answered if each.id == answered.id else each for each in self.asked],
        )

    def to_retry(self, round_: str) -> tuple[int, ...]:
        """The cards missed in a round that were not asked once more yet."""
        scored = [a for a in self.asked if a.round == round_ and a.scored and a.answered]
        again = {a.card for a in self.asked if a.round == round_ and not a.scored}
        missed = retries([(a.card, a.outcome == "right") for a in scored])
        return tuple(card for card in missed if card not in again and self._may_ask(card))

    def _may_ask(self, card: int) -> bool:
        return card in self.items and self.items[card].kept.card.suspended is None

    def _today(self, asked: Sequence[Asking]) -> Today:
        scored = [asking for asking in asked if asking.scored]
        before = [self.items[a.card].candidate for a in scored if a.card in self.items]
        return Today(
            answered=len(scored),
            new=sum(asking.was_new for asking in scored),
            siblings=frozenset(one.siblings for one in before if one.siblings),
            away=self.away,
            lesson=before[-1].lesson if before else None,
        )


async def sheet_of(tx: Transaction, who: LearnerId, catalogue: Catalogue, now: datetime) -> Sheet:
    """The learner's sheet. Sections met since the last time have their cards made.

    Until the transaction ends nobody else has it: two that look at once would ask the same card.
    """
    await learners.lock(tx, who)
    chosen = await preferences.find(tx, who)
    day = study_day(now, chosen.zone or ZoneInfo("UTC"), chosen.newest_day)
    if day != chosen.newest_day:
        await preferences.change(tx, who, newest_day=day)
    kept = await _kept(tx, who)
    met_now = set(_met_questions(catalogue, await met.places(tx, who)))
    if unknown := [key for key in catalogue.questions if key in met_now and key not in kept]:
        await cards.ensure(tx, who, unknown)
        kept = await _kept(tx, who)
    begun = instant_of(day, DAY_BEGINS, chosen.zone or ZoneInfo("UTC")) or now
    items = {item.kept.card.id: item for item in _items(catalogue, kept)}
    return Sheet(
        who=who,
        now=now,
        preferences=chosen,
        day=day,
        items=items,
        asked=[a for a in await askings.of_day(tx, who, day) if a.outcome != askings.UNDONE],
        last_active=await askings.last_answered(tx, who, day, begun),
    )


async def _kept(tx: Transaction, who: LearnerId) -> dict[tuple[str, str], KeptCard]:
    return {(card.course, card.question): card for card in await cards.of(tx, who)}


def _met_questions(
    catalogue: Catalogue, places: set[tuple[str, str, str]]
) -> Iterator[tuple[str, str]]:
    """The questions on what was met; those on the key insights as soon as their lesson was."""
    lessons = {(course, lesson) for course, lesson, _ in places}
    for key, (entry, _) in catalogue.questions.items():
        course, lesson, section = entry.course.id, entry.lesson.id, entry.section
        insight = section.kind is SectionKind.KEY_INSIGHTS and (course, lesson) in lessons
        if insight or (course, lesson, section.id) in places:
            yield key


def _items(catalogue: Catalogue, kept: dict[tuple[str, str], KeptCard]) -> Iterator[Item]:
    """The cards whose questions are there, in the order of the courses; then the learner's own."""
    for key, (entry, question) in catalogue.questions.items():
        if key in kept:
            yield Item(kept[key], question, entry)
    for card in kept.values():
        if card.own is None:
            continue
        place = catalogue.section(card.own["place"])
        if place is not None:
            yield Item(card, _own_question(card), place)


def _own_question(card: KeptCard) -> Question:
    """A learner's own question, which they rate themselves."""
    own = card.own or {}
    return Question(
        id=card.question,
        kind=QuestionKind.SHORT,
        stem=own["question"],
        line=0,
        forms=(own["answer"],),
        sentence=own["answer"],
    )
