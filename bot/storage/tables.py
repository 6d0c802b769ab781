"""Every table of the store. `migrations` makes them; a test proves that the two agree.

Types are the portable ones: the same definitions serve SQLite and PostgreSQL.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    BigInteger,
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

__all__ = ["Instant", "feedback", "learners", "metadata", "places", "turns"]


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
