"""What can be done with an answer: come back to it, see other places, say that it did not help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.answers import answer_buttons, answer_text, other_places
from bot.chat.callback_data import Again, NotHelpful, OtherPlaces
from bot.chat.catalogue import Catalogue
from bot.chat.handlers.courses import shown
from bot.chat.replies import Acknowledge, EditButtons, Reply, Text
from bot.chat.styled import plain
from bot.chat.texts import en as texts
from bot.storage import feedback, turns
from bot.storage.feedback import Feedback, Kind

if TYPE_CHECKING:
    from bot.chat.context import Context
    from bot.chat.incoming import Incoming
    from bot.storage.database import Transaction

__all__ = ["again", "not_helpful", "others"]


async def again(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """Back to what was answered."""
    turn = await turns.find(tx, incoming.who, incoming.pressed(Again).turn)
    if turn is None:
        return [Text(plain(texts.ANSWER_GONE))]
    catalogue = _catalogue(context)
    return [
        shown(
            incoming,
            answer_text(turn, catalogue),
            answer_buttons(turn, catalogue, listen=context.speaks),
        )
    ]


async def others(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """The next passages."""
    turn = await turns.find(tx, incoming.who, incoming.pressed(OtherPlaces).turn)
    if turn is None:
        return [Text(plain(texts.ANSWER_GONE))]
    if len(turn.passages) < 2:
        return [Acknowledge(texts.NO_OTHERS)]
    text, buttons = other_places(turn, _catalogue(context))
    return [Text(text, buttons)]


async def not_helpful(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """Keep it for the author, and take the button away."""
    turn = await turns.find(tx, incoming.who, incoming.pressed(NotHelpful).turn)
    if turn is None:
        return [Text(plain(texts.ANSWER_GONE))]
    entry = Feedback(Kind.NOT_HELPFUL, turn.question, turn.cited, context.now)
    new = await feedback.add(tx, incoming.who, turn.id, entry)
    noted = Acknowledge(texts.NOTED if new else texts.NOTED_BEFORE)
    if incoming.message is None:
        return [noted]
    buttons = answer_buttons(turn, _catalogue(context), rated=True, listen=context.speaks)
    return [noted, EditButtons(incoming.message, buttons)]


def _catalogue(context: Context) -> Catalogue:
    """The courses; an empty list of them while no index is open."""
    return context.catalogue or Catalogue(())
