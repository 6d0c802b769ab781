"""Every table of the store. `migrations` makes them; a test proves that the two agree.

Types are the portable ones: the same definitions serve SQLite and PostgreSQL.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

if TYPE_CHECKING:
    from sqlalchemy import Dialect

__all__ = [
    "Instant",
    "bots",
    "chats",
    "dead_letters",
    "feedback",
    "files",
    "inbox",
    "learners",
    "metadata",
    "outbox",
    "owners",
    "places",
    "turns",
]


class Instant(TypeDecorator[datetime]):
    """A moment in UTC. Takes aware datetimes only and gives aware ones back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; SQLite keeps no zone, so it must be UTC before it is written."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Aware, in UTC, whatever the database gave."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


# SQLite counts up only a column that is plainly INTEGER.
Identity = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


def _of_learner() -> tuple[Column[int], Column[int]]:
    """The two columns that say whose row it is."""
    return (
        Column("bot_id", BigInteger, nullable=False),
        Column("learner_id", BigInteger, nullable=False),
    )


def _learner_exists() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["bot_id", "learner_id"], ["learners.bot_id", "learners.learner_id"], ondelete="CASCADE"
    )


learners = Table(
    "learners",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("learner_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("language", Text),
    Column("course", Text),
    Column("blocked_at", Instant),
    Column("admitted_at", Instant),
    Column("warned_at", Instant),
)

turns = Table(
    "turns",
    metadata,
    Column("id", Identity, primary_key=True),
    *_of_learner(),
    Column("asked_at", Instant, nullable=False),
    Column("course", Text),
    Column("question", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("answer", Text),
    Column("cited", Text),
    Column("passages", JSON, nullable=False),
    Column("generation", Text, nullable=False),
    _learner_exists(),
)
Index(None, turns.c.bot_id, turns.c.learner_id, turns.c.id)

places = Table(
    "places",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("learner_id", BigInteger, primary_key=True, autoincrement=False),
    Column("course", Text, primary_key=True),
    Column("lesson", Text, primary_key=True),
    Column("section", Text),
    Column("part", Integer, nullable=False),
    Column("kept_at", Instant, nullable=False),
    Column("finished_at", Instant),
    _learner_exists(),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Identity, primary_key=True),
    *_of_learner(),
    Column("turn_id", Identity, ForeignKey("turns.id", ondelete="SET NULL")),
    Column("kind", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("place", Text),
    Column("given_at", Instant, nullable=False),
    _learner_exists(),
    UniqueConstraint("turn_id", "kind"),
)

# --- what comes in and what goes out -----------------------------------------------------------

owners = Table(
    "owners",
    metadata,
    Column("owner", BigInteger, primary_key=True, autoincrement=False),
    Column("bot_id", BigInteger, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

bots = Table(
    "bots",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("leader", BigInteger),
    Column("polled_at", Instant),
    Column("next_at", Instant),
    Column("next_bulk_at", Instant),
    Column("held_until", Instant),
    Column("refusals", Integer, nullable=False, server_default="0"),
)

chats = Table(
    "chats",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("next_at", Instant, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger),
    Column("question", Boolean, nullable=False),
    Column("body", Text),
    Column("received_at", Instant, nullable=False),
    Column("not_before", Instant),
    Column("tries", Integer, nullable=False),
    Column("owner", BigInteger),
    Column("done_at", Instant),
)
_waiting = inbox.c.done_at.is_(None)
Index(
    "ix_inbox_open",
    inbox.c.bot_id, inbox.c.chat_id, inbox.c.update_id,
    sqlite_where=_waiting, postgresql_where=_waiting,
)  # fmt: skip
Index(
    "ix_inbox_next",
    inbox.c.bot_id, inbox.c.update_id,
    sqlite_where=_waiting, postgresql_where=_waiting,
)  # fmt: skip
Index(
    "ix_inbox_tries",
    inbox.c.bot_id, inbox.c.tries,
    sqlite_where=_waiting, postgresql_where=_waiting,
)  # fmt: skip
Index(None, inbox.c.bot_id, inbox.c.chat_id, inbox.c.received_at)
Index(None, inbox.c.done_at)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger),
    Column("body", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("died_at", Instant, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("lane", Integer, nullable=False),
    Column("content", JSON),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("doubts", Integer, nullable=False),
    Column("owner", BigInteger),
    Column("made_at", Instant, nullable=False),
    Column("not_before", Instant),
    Column("sending_at", Instant),
    Column("done_at", Instant),
    Column("message_id", BigInteger),
    Column("error", Text),
    Column("forget", Boolean, nullable=False),
)
_unsent = outbox.c.done_at.is_(None)
Index(
    "ix_outbox_open",
    outbox.c.bot_id, outbox.c.lane, outbox.c.id,
    sqlite_where=_unsent, postgresql_where=_unsent,
)  # fmt: skip
Index(
    "ix_outbox_open_of_chat",
    outbox.c.bot_id, outbox.c.chat_id, outbox.c.id,
    sqlite_where=_unsent, postgresql_where=_unsent,
)  # fmt: skip
_unripe = _unsent & outbox.c.not_before.is_not(None)
Index(
    "ix_outbox_waiting",
    outbox.c.bot_id, outbox.c.not_before,
    sqlite_where=_unripe, postgresql_where=_unripe,
)  # fmt: skip
Index(None, outbox.c.done_at)

files = Table(
    "files",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("sha256", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("file_id", Text, nullable=False),
    Column("sent_at", Instant, nullable=False),
)
