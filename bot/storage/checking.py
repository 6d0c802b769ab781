"""Checking: what must hold in every store, whatever has happened to it.

Each check reads one transaction and returns the faults it finds. A fault that Viva cannot have made
and does not mend by itself comes with the statement that mends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    ForeignKeyConstraint,
    Select,
    Table,
    and_,
    case,
    delete,
    exists,
    func,
    select,
    text,
    update,
)

from bot.storage.outbox import Lane, State
from bot.storage.tables import bots, dead_letters, inbox, learners, metadata, outbox, owners

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Delete, Update

    from bot.storage.database import Transaction

__all__ = ["Fault", "clocks", "fabric", "rows"]

LATE = timedelta(minutes=10)
"""Whatever waits for longer is not being worked on."""

RECENT = timedelta(days=7)
"""Messages that failed before that are past mending: what they said is forgotten by then."""

SKEW = timedelta(seconds=2)
"""Leases and pacing compare the clocks of several machines."""

SHOWN = 20
"""Dead letters that are named one by one, the newest."""

_RUN = "Stop Viva, make a `viva backup`, then run on the database:"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and what to do about it."""

    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.what} {self.remedy}".rstrip()


async def fabric(tx: Transaction) -> list[Fault]:
    """The database itself: the file is whole, and the tables are those of this version.

    With a fault here there is no use in looking at rows.
    """
    if tx.dialect.name == "sqlite":
        found = (await tx.execute(text("PRAGMA integrity_check(3)"))).scalars().all()
        if list(found) != ["ok"]:
            return [Fault(f"The file is damaged: {'; '.join(found)}.", "Restore a backup over it.")]
    differing = await tx.run_sync(_differences)
    return [
        Fault(
            f"The table {name} is not as this version of Viva made it.",
            "Undo what was changed by hand, or restore a backup.",
        )
        for name in differing
    ]


async def clocks(tx: Transaction, clock: Callable[[], datetime]) -> list[Fault]:
    """This machine's clock against the database server's; SQLite has none of its own."""
    if tx.dialect.name == "sqlite":
        return []
    before = clock()
    there: datetime = (await tx.execute(select(func.clock_timestamp()))).scalar_one()
    after = clock()
    apart = max(before - there, there - after)
    if apart <= SKEW:
        return []
    return [
        Fault(
            f"This machine's clock and the database's are {apart / timedelta(seconds=1):.1f} s "
            "apart.",
            "Switch on NTP on both.",
        )
    ]


async def rows(tx: Transaction, now: datetime, gone: Collection[int]) -> list[Fault]:
    """What is kept. `gone`: the owners whose process died or was paused (`owners.gone`)."""
    return [
        *await _processes(tx, gone),
        *await _waiting(tx, now),
        *await _dead_letters(tx),
        *await _undelivered(tx, now),
        *await _contradictions(tx),
        *await _orphans(tx),
    ]


# --- what happens in a life --------------------------------------------------------------------


async def _processes(tx: Transaction, gone: Collection[int]) -> list[Fault]:
    query = select(owners).where(owners.c.owner.in_(gone)).order_by(owners.c.seen_at)
    return [
        Fault(
            f"A process of bot {row.bot_id} died or hangs, last heard of {_when(row.seen_at)}.",
            "Stop it if it hangs, and start `viva run`: it frees what that one had in hand.",
        )
        for row in (await tx.execute(query)).all()
    ]


async def _waiting(tx: Transaction, now: datetime) -> list[Fault]:
    """Updates and replies that nobody works on. What goes out to many may take its time."""
    late = inbox.c.done_at.is_(None) & (inbox.c.received_at < now - LATE)
    unsent = outbox.c.done_at.is_(None) & (outbox.c.made_at < now - LATE)
    replies = unsent & (outbox.c.lane == int(Lane.REPLY))
    faults = []
    for count, oldest in await _counted(tx, inbox.c.received_at, late):
        what = f"{_some(count, 'update')} not handled, the oldest of {_when(oldest)}."
        faults.append(Fault(what, "Start `viva run`, or look into its log if it runs."))
    for count, oldest in await _counted(tx, outbox.c.made_at, replies):
        what = f"{_some(count, 'reply', 'replies')} not sent, the oldest of {_when(oldest)}."
        faults.append(Fault(what, "Start `viva run`, or see whether it reaches Telegram."))
    return faults


async def _dead_letters(tx: Transaction) -> list[Fault]:
    query = select(dead_letters).order_by(dead_letters.c.died_at.desc()).limit(SHOWN)
    faults = []
    for row in (await tx.execute(query)).all():
        key = and_(dead_letters.c.bot_id == row.bot_id, dead_letters.c.update_id == row.update_id)
        error = (row.error.splitlines() or [""])[0][:200]
        what = f"Update {row.update_id} could not be handled on {_when(row.died_at)}: {error}."
        forget = _sql(tx, delete(dead_letters).where(key))
        faults.append(Fault(what, f"Mend the cause or report it, then forget it: {forget}"))
    more = await _count(tx, dead_letters) - len(faults)
    if more > 0:
        faults.append(Fault(f"{_some(more, 'older update')} could not be handled either."))
    return faults


async def _undelivered(tx: Transaction, now: datetime) -> list[Fault]:
    recent = outbox.c.done_at > now - RECENT
    left = exists().where(
        learners.c.bot_id == outbox.c.bot_id,
        learners.c.chat_id == outbox.c.chat_id,
        learners.c.blocked_at.is_not(None),
    )
    failed = recent & (outbox.c.state == State.FAILED.value) & ~left
    doubtful = recent & (outbox.c.state == State.UNCERTAIN.value)
    faults = []
    if count := await _count(tx, outbox, failed):
        what = f"{_some(count, 'message')} not delivered. Newest reasons: {await _why(tx, failed)}."
        faults.append(Fault(what, "Mend what they name; the messages are not sent again."))
    if count := await _count(tx, outbox, doubtful):
        newest = select(func.max(outbox.c.done_at)).where(doubtful)
        when = _when((await tx.execute(newest)).scalar_one())
        what = f"{_some(count, 'message')} sent twice, no arrival known, the newest of {when}."
        faults.append(Fault(what, "Look at the network to Telegram, and for kills in the log."))
    return faults


async def _why(tx: Transaction, failed: ColumnElement[bool]) -> str:
    newest = func.max(outbox.c.done_at)
    query = (
        select(outbox.c.error, newest)
        .where(failed)
        .group_by(outbox.c.error)
        .order_by(newest.desc())
        .limit(3)
    )
    found = (await tx.execute(query)).all()
    return "; ".join(f"{error} ({_when(moment)})" for error, moment in found)


# --- what cannot be ----------------------------------------------------------------------------


class Contradiction(NamedTuple):
    """Rows that no run of Viva leaves, and what to set so that they can be worked on again."""

    table: Table
    what: str
    wrong: ColumnElement[bool]
    mend: Mapping[str, Any]


def _nobody(owner: ColumnElement[int]) -> ColumnElement[bool]:
    return ~exists().where(owners.c.owner == owner)


_open = outbox.c.done_at.is_(None)
_doubted = {
    # what `outbox.release` makes of a row whose process died while it sent
    "state": State.UNCERTAIN.value,
    "owner": None,
    "doubts": outbox.c.doubts + 1,
    "done_at": case((outbox.c.doubts >= 1, outbox.c.made_at), else_=None),
}

CONTRADICTIONS = (
    Contradiction(
        inbox, "handled, yet in hand",
        inbox.c.done_at.is_not(None) & inbox.c.owner.is_not(None),
        {"owner": None},
    ),
    Contradiction(
        inbox, "in the hand of a process that does not exist",
        inbox.c.done_at.is_(None) & inbox.c.owner.is_not(None) & _nobody(inbox.c.owner),
        {"owner": None},
    ),
    Contradiction(
        inbox, "not handled, yet without content",
        inbox.c.done_at.is_(None) & inbox.c.body.is_(None),
        {"done_at": inbox.c.received_at, "owner": None},
    ),
    Contradiction(
        outbox, "in a state that does not exist",
        outbox.c.state.not_in([state.value for state in State]),
        {"state": State.FAILED.value, "done_at": outbox.c.made_at, "owner": None},
    ),
    Contradiction(
        outbox, "claimed by a process that does not exist",
        _open & (outbox.c.state == State.CLAIMED.value) & _nobody(outbox.c.owner),
        {"state": State.PENDING.value, "owner": None},
    ),
    Contradiction(
        outbox, "being sent by a process that does not exist",
        _open & (outbox.c.state == State.SENDING.value) & _nobody(outbox.c.owner),
        _doubted,
    ),
    Contradiction(
        outbox, "in hand, though not claimed",
        outbox.c.owner.is_not(None)
        & outbox.c.state.in_([
            State.PENDING.value, State.SENT.value, State.FAILED.value, State.UNCERTAIN.value,
        ]),
        {"owner": None},
    ),
    Contradiction(
        outbox, "at their end, yet still to be sent",
        outbox.c.done_at.is_not(None)
        & outbox.c.state.in_([State.PENDING.value, State.CLAIMED.value, State.SENDING.value]),
        {"state": State.UNCERTAIN.value, "owner": None},
    ),
    Contradiction(
        outbox, "sent or failed, yet not at their end",
        _open & outbox.c.state.in_([State.SENT.value, State.FAILED.value]),
        {"done_at": outbox.c.made_at},
    ),
    Contradiction(
        outbox, "still to be sent, yet without content",
        _open & outbox.c.content.is_(None),
        {"state": State.FAILED.value, "done_at": outbox.c.made_at, "owner": None},
    ),
    Contradiction(
        bots, "led by a process that does not exist",
        bots.c.leader.is_not(None) & _nobody(bots.c.leader),
        {"leader": None},
    ),
)  # fmt: skip


async def _contradictions(tx: Transaction) -> list[Fault]:
    faults = []
    for table, what, wrong, mend in CONTRADICTIONS:
        if count := await _count(tx, table, wrong):
            found = f"{_some(count, 'row')} {what} ({await _keys(tx, table, wrong)})"
            statement = _sql(tx, update(table).where(wrong).values(**mend))
            faults.append(Fault(f"{table.name}: {found}.", f"{_RUN} {statement}"))
    return faults


async def _orphans(tx: Transaction) -> list[Fault]:
    """Rows that refer to a row that is not there, whether the engine watches over it or not."""
    faults = []
    for table in metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            lost = _lost(key)
            if count := await _count(tx, table, lost):
                found = f"{_some(count, 'row')} of {key.referred_table.name} that are not there"
                statement = _sql(tx, _mended(key, lost))
                faults.append(Fault(f"{table.name}: {found}.", f"{_RUN} {statement}"))
    return faults


def _lost(key: ForeignKeyConstraint) -> ColumnElement[bool]:
    pairs = [(element.parent, element.column) for element in key.elements]
    there = exists().where(*(column == of for column, of in pairs))
    return and_(*(column.is_not(None) for column, _ in pairs), ~there)


def _mended(key: ForeignKeyConstraint, lost: ColumnElement[bool]) -> Update | Delete:
    """What the engine would have done when the other row went."""
    if key.ondelete == "SET NULL":
        return update(key.table).where(lost).values(dict.fromkeys(key.column_keys))
    return delete(key.table).where(lost)


# --- asking and telling ------------------------------------------------------------------------


def _differences(connection: Connection) -> list[str]:
    """The names of tables that are not as `tables` has them."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return sorted({_named(each) for each in _flat(compare_metadata(context, metadata))})


def _flat(differences: Iterable[Any]) -> Iterable[tuple[Any, ...]]:
    """Alembic puts several changes of one column into a list."""
    for each in differences:
        yield from each if isinstance(each, list) else [each]


def _named(difference: tuple[Any, ...]) -> str:
    """('add_table', Table), ('add_column', schema, 'learners', Column), ('add_index', Index) …"""
    of = difference[1]
    if isinstance(of, Table):
        return of.name
    return str(of.table.name) if hasattr(of, "table") else str(difference[2])


async def _count(tx: Transaction, table: Table, which: ColumnElement[bool] | None = None) -> int:
    query: Select[int] = select(func.count()).select_from(table)
    return int((await tx.execute(query if which is None else query.where(which))).scalar_one())


async def _counted(
    tx: Transaction, moment: Any, which: ColumnElement[bool]
) -> list[tuple[int, datetime]]:
    """The number of such rows with the oldest moment of them, or nothing when there are none."""
    count, oldest = (await tx.execute(select(func.count(), func.min(moment)).where(which))).one()
    return [(count, oldest)] if count else []


async def _keys(tx: Transaction, table: Table, which: ColumnElement[bool]) -> str:
    """The keys of the first of them."""
    columns = list(table.primary_key)
    found = (await tx.execute(select(*columns).where(which).order_by(*columns).limit(4))).all()
    named = [" ".join(f"{key} {value}" for key, value in row._mapping.items()) for row in found[:3]]
    return ", ".join([*named, *(["…"] if len(found) > 3 else [])])


def _sql(tx: Transaction, statement: Update | Delete) -> str:
    """As an operator would type it."""
    literal = statement.compile(dialect=tx.dialect, compile_kwargs={"literal_binds": True})
    return " ".join(str(literal).split()) + ";"


def _when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _some(count: int, one: str, many: str | None = None) -> str:
    return f"{count:,} {one}" if count == 1 else f"{count:,} {many or one + 's'}"
