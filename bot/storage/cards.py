"""Cards: what a learner's memory of each question is held to be. The log is in `reviews`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, bindparam, select, update

from bot.storage.database import upsert
from bot.storage.learners import owned_by
from bot.storage.tables import cards
from bot.study.card import Card, Suspended

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.storage.database import Transaction
    from bot.storage.learners import LearnerId

__all__ = ["KeptCard", "ensure", "find", "of", "save", "set_suspended"]


@dataclass(frozen=True, slots=True)
class KeptCard:
    """A card and the question it is on: `question` is its id in the course.

    `own` is a question that no author wrote: the learner's own, with the passage that answers it.
    """

    card: Card
    course: str
    question: str
    own: Mapping[str, str] | None = None


async def ensure(
    tx: Transaction,
    who: LearnerId,
    questions: Iterable[tuple[str, str]],
    own: Mapping[str, str] | None = None,
) -> None:
    """Have a card for each of these questions (course, id); those that are there stay."""
    rows = [
        {
            "bot_id": who.bot,
            "learner_id": who.learner,
            "course": course,
            "question": question,
            "own": own,
            "reviews": 0,
            "lapses": 0,
        }
        for course, question in questions
    ]
    if rows:
        await tx.execute(upsert(tx, cards).on_conflict_do_nothing(), rows)


async def of(tx: Transaction, who: LearnerId) -> Sequence[KeptCard]:
    """All cards of a learner, in the order they were made."""
    query = select(cards).where(owned_by(cards, who)).order_by(cards.c.id)
    return [_kept(row) for row in (await tx.execute(query)).all()]


async def find(tx: Transaction, who: LearnerId, card: int) -> KeptCard | None:
    """One of them, or None when it is not theirs."""
    query = select(cards).where(owned_by(cards, who), cards.c.id == card)
    row = (await tx.execute(query)).one_or_none()
    return None if row is None else _kept(row)


_SAVE = update(cards).where(cards.c.id == bindparam("of_card"))


async def save(tx: Transaction, card: Card) -> None:
    """Write down what is now held of it."""
    values = {
        "stability": card.stability,
        "difficulty": card.difficulty,
        "last": card.last,
        "due": card.due,
        "reviews": card.reviews,
        "lapses": card.lapses,
        "suspended": card.suspended.value if card.suspended else None,
    }
    await tx.execute(_SAVE, {"of_card": card.id, **values})


async def set_suspended(
    tx: Transaction, who: LearnerId, card: int, suspended: Suspended | None
) -> None:
    """Set a card aside, or take it back."""
    value = suspended.value if suspended else None
    await tx.execute(
        update(cards).where(owned_by(cards, who), cards.c.id == card).values(suspended=value)
    )


def _kept(row: Row[Any]) -> KeptCard:
    card = Card(
        id=row.id,
        stability=row.stability,
        difficulty=row.difficulty,
        last=row.last,
        due=row.due,
        reviews=row.reviews,
        lapses=row.lapses,
        suspended=Suspended(row.suspended) if row.suspended else None,
    )
    return KeptCard(card, row.course, row.question, row.own)
