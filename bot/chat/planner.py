"""The planner: queues each learner's daily message when its time has come.

Decided once for a learner and study day by a unique key, whichever process gets to it first. What
it says is made when its turn to be sent comes, so that ten thousand at one minute are queued at
once.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from bot.chat.daily import DAILY
from bot.chat.replies import Made, to_json
from bot.storage import deliveries, outbox, preferences
from bot.storage.deliveries import Delivery
from bot.storage.outbox import Lane
from bot.study.backing_off import Tone, writing
from bot.study.study_day import GAP, LATE, Message, next_message, study_day

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.chat.replica import Replica
    from bot.storage.database import Transaction
    from bot.storage.learners import LearnerId
    from bot.storage.preferences import Preferences, Scheduled

__all__ = ["SPREAD", "Looked", "Planner", "first_message", "spread_of"]

_log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
AT_ONCE = 500

SPREAD = timedelta(minutes=5)
"""Messages of one wall time go out within so long after it, each learner's at their own moment."""

LOOK_BACK = timedelta(days=60)


def spread_of(who: LearnerId) -> timedelta:
    """The learner's own moment inside the spread: the same every day."""
    return SPREAD * (who.learner * 2654435761 % 2**32 / 2**32)


def first_message(
    who: LearnerId, chosen: Preferences, now: datetime, sent: Delivery | None
) -> tuple[datetime | None, date | None]:
    """The next daily message of a learner who has just chosen: its instant and its study day.

    `sent` is their newest one: another zone or hour brings no second one for its study day, and
    none too soon after it. Nor does a study day come that lies behind them already.
    """
    if chosen.zone is None or chosen.at is None:
        return None, None
    last = Message(sent.day, sent.due_at - spread_of(who)) if sent else None
    if chosen.newest_day is not None:
        before = chosen.newest_day - timedelta(days=1)
        last = Message(max(before, last.day) if last else before, last.at if last else now - GAP)
    following = next_message(now, chosen.zone, chosen.at, last, late=timedelta(0))
    return following.at + spread_of(who), following.day


class Looked(NamedTuple):
    """At how many learners was looked, and for how many a message was queued."""

    learners: int
    queued: int


class Planner:
    """`news` is called when messages were queued."""

    def __init__(self, replica: Replica, news: Callable[[], None]) -> None:
        self._replica = replica
        self._news = news
        self._look = asyncio.Event()

    def look(self) -> None:
        """The learners' clock was moved."""
        self._look.set()

    async def run(self) -> None:
        """Look every few seconds until cancelled."""
        while True:
            self._look.clear()
            queued = 0
            while (looked := await self._replica.patiently(self.queue)).learners:
                queued += looked.queued
            if queued:
                minutes = queued / (self._replica.rates.overall - self._replica.rates.kept) / 60
                _log.info("Daily messages queued: %d; sending takes %.1f min.", queued, minutes)
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._look.wait()
            except TimeoutError:
                continue

    async def queue(self) -> Looked:
        """Queue what is due; to be called until it has looked at nobody more."""
        replica, queued = self._replica, 0
        async with replica.database.write() as tx:
            now = replica.clock() + await preferences.offset(tx, replica.id)
            due = await preferences.due(tx, replica.id, now, AT_ONCE)
            if due:
                queued = await self._decide(tx, due, now)
        if queued:
            self._news()
        return Looked(len(due), queued)

    async def _decide(self, tx: Transaction, due: Sequence[Scheduled], now: datetime) -> int:
        """How many messages it comes to: some learners are better left alone."""
        sent = await self._waiting_for_answers(tx, due, now)
        decided, moved = [], []
        for each in due:
            delivery = _delivery(each, sent.get(each.who.learner, []), now)
            if delivery is not None:
                decided.append((each.who, delivery))
            moved.append((each.who, *_following(each, now)))
        ours = await deliveries.decide(tx, decided)
        chats = {each.who: each.chat for each in due}
        queued = [
            (chats[who], to_json(Made(DAILY, argument=delivery.day.isoformat())))
            for who, delivery in decided
            if (who, delivery.day) in ours
        ]
        bot, clock = self._replica.id, self._replica.clock
        await outbox.add_each(tx, bot, queued, clock(), lane=Lane.BULK)
        await preferences.move_on(tx, moved)
        return len(queued)

    async def _waiting_for_answers(
        self, tx: Transaction, due: Sequence[Scheduled], now: datetime
    ) -> dict[int, list[date]]:
        """The study days of each learner's messages since they were seen.

        Most were seen lately, and their old messages need not be looked through.
        """
        lately = [e.who.learner for e in due if e.seen_at and e.seen_at > now - LOOK_BACK]
        others = {each.who.learner for each in due}.difference(lately)
        earliest = now.date() - LOOK_BACK
        recent = await deliveries.days_of(tx, self._replica.id, lately, earliest)
        older = await deliveries.days_of(tx, self._replica.id, list(others), date.min)
        return {**recent, **older}


def _delivery(each: Scheduled, sent: Sequence[date], now: datetime) -> Delivery | None:
    """The message to send, or None: it is too late for it, or the learner is better left alone."""
    chosen = each.preferences
    day, at = chosen.next_day, chosen.next_at
    if day is None or at is None or chosen.zone is None or now - at > LATE + SPREAD:
        return None
    seen = study_day(each.seen_at, chosen.zone) if each.seen_at else None
    tone = writing(day, sent, seen).tone
    return None if tone is Tone.NOTHING else Delivery(day, at, tone.value)


def _following(each: Scheduled, now: datetime) -> tuple[datetime | None, date | None]:
    chosen = each.preferences
    if chosen.zone is None or chosen.at is None or chosen.next_day is None or not chosen.next_at:
        return None, None
    last = Message(chosen.next_day, chosen.next_at - spread_of(each.who))
    following = next_message(now, chosen.zone, chosen.at, last)
    return following.at + spread_of(each.who), following.day
