"""Rounds: what a question is part of, and which one comes next.

    day             the study day's questions, as FSRS has them due, with a few new ones
    risk            what is most likely to be forgotten, due or not
    lesson:<id>     the questions of one lesson ("course/lesson")
    one             a single question, asked from an answer

A round ends with one more try, unscored, at each question that was missed in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.study.progress import at_risk

if TYPE_CHECKING:
    from bot.chat.sheet import Item, Sheet

__all__ = ["DAY", "LONGEST", "ONE", "RISK", "Next", "lesson_round", "next_question"]

DAY, RISK, ONE = "day", "risk", "one"
_LESSON = "lesson:"

LONGEST = 10
"""Questions in a round that the learner asked for."""


@dataclass(frozen=True, slots=True)
class Next:
    """The question that comes next: `number` of `of` in its round, scored or a second try."""

    item: Item
    number: int
    of: int
    scored: bool = True


def lesson_round(lesson: str) -> str:
    """The round of a lesson ("course/lesson")."""
    return _LESSON + lesson


def next_question(sheet: Sheet, round_: str) -> Next | None:
    """The next one, or None at the end of the round."""
    done = sum(asking.round == round_ and asking.scored for asking in sheet.asked)
    left = _left(sheet, round_, done)
    if left:
        return Next(left[0], done + 1, done + len(left))
    missed = sheet.to_retry(round_)
    if missed:
        return Next(sheet.items[missed[0]], 0, len(missed), scored=False)
    return None


def _left(sheet: Sheet, round_: str, done: int) -> list[Item]:
    if round_ == ONE:
        return []
    if round_ == DAY:
        return [sheet.items[card.id] for card in sheet.plan().cards]
    asked = {asking.card for asking in sheet.asked}
    lesson = round_.removeprefix(_LESSON) if round_.startswith(_LESSON) else None
    free = [
        item
        for item in sheet.in_turn
        if item.kept.card.id not in asked
        and item.kept.card.suspended is None
        and lesson in (None, item.entry.of.id)
    ]
    risky = at_risk([i.candidate for i in free], sheet.day, sheet.scheduler, LONGEST)
    order = [sheet.items[card.id] for card in risky]
    if lesson is not None:
        order += [item for item in free if item.kept.card.new]
    return order[: max(0, LONGEST - done)]
