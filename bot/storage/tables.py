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
    Date,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)

if TYPE_CHECKING:
    from sqlalchemy import Dialect

__all__ = [
    "Instant",
    "askings",
    "bots",
    "cards",
    "chats",
    "dead_letters",
    "deliveries",
    "feedback",
    "files",
    "inbox",
    "learners",
    "met",
    "metadata",
    "outbox",
    "owners",
    "places",
    "preferences",
    "reviews",
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

# What is not there is NULL, and not JSON's null, which would count as something.
OptionalJSON = JSON(none_as_null=True)

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
    Column("seen_at", Instant),
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

# --- what a learner studies --------------------------------------------------------------------

preferences = Table(
    "preferences",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("learner_id", BigInteger, primary_key=True, autoincrement=False),
    Column("zone", Text),
    Column("minute", Integer),
    Column("retention", Float),
    Column("new_a_day", Integer),
    Column("cap", Integer),
    Column("parameters", OptionalJSON),
    Column("streak_hidden", Boolean, nullable=False, server_default=false()),
    Column("offered", Boolean, nullable=False, server_default=false()),
    Column("paused", Boolean, nullable=False, server_default=false()),
    Column("next_at", Instant),
    Column("next_day", Date),
    Column("newest_day", Date),
    Column("awaits_city", Boolean, nullable=False, server_default=false()),
    Column("fitted_at", Integer, nullable=False, server_default="0"),
    Column("voice", Text),
    Column("speed", Float),
    _learner_exists(),
)
Index(None, preferences.c.bot_id, preferences.c.next_at)

met = Table(
    "met",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("learner_id", BigInteger, primary_key=True, autoincrement=False),
    Column("course", Text, primary_key=True),
    Column("lesson", Text, primary_key=True),
    Column("section", Text, primary_key=True),
    Column("met_at", Instant, nullable=False),
    _learner_exists(),
)

wanted_books = Table(
    "wanted_books",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("learner_id", BigInteger, primary_key=True, autoincrement=False),
    Column("course", Text, primary_key=True),
    Column("wanted_at", Instant, nullable=False),
    _learner_exists(),
)

cards = Table(
    "cards",
    metadata,
    Column("id", Identity, primary_key=True),
    *_of_learner(),
    Column("course", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("own", OptionalJSON),
    Column("stability", Float),
    Column("difficulty", Float),
    Column("last", Date),
    Column("due", Date),
    Column("reviews", Integer, nullable=False),
    Column("lapses", Integer, nullable=False),
    Column("suspended", Text),
    _learner_exists(),
    UniqueConstraint("bot_id", "learner_id", "course", "question"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", Identity, primary_key=True),
    *_of_learner(),
    Column("card_id", Identity, ForeignKey("cards.id", ondelete="CASCADE"), nullable=False),
    Column("day", Date, nullable=False),
    Column("rating", Integer, nullable=False),
    Column("due", Date),
    Column("rated_at", Instant, nullable=False),
    Column("undone_at", Instant),
    _learner_exists(),
)
Index(None, reviews.c.bot_id, reviews.c.learner_id, reviews.c.id)
Index(None, reviews.c.card_id)

askings = Table(
    "askings",
    metadata,
    Column("id", Identity, primary_key=True),
    *_of_learner(),
    Column("card_id", Identity, ForeignKey("cards.id", ondelete="CASCADE"), nullable=False),
    Column("day", Date, nullable=False),
    Column("round", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("scored", Boolean, nullable=False),
    Column("was_new", Boolean, nullable=False),
    Column("sequence", JSON, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("message_id", BigInteger),
    Column("poll_id", Text),
    Column("given", Text),
    Column("outcome", Text),
    Column("answered_at", Instant),
    Column("review_id", Identity, ForeignKey("reviews.id", ondelete="SET NULL")),
    _learner_exists(),
)
Index(None, askings.c.bot_id, askings.c.learner_id, askings.c.day)
Index(None, askings.c.bot_id, askings.c.poll_id)
# Without these, deleting a card or a review would look through everybody's askings.
Index(None, askings.c.card_id)
Index(None, askings.c.review_id)

deliveries = Table(
    "deliveries",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("learner_id", BigInteger, primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
    Column("due_at", Instant, nullable=False),
    Column("tone", Text, nullable=False),
    Column("asking_id", Identity, ForeignKey("askings.id", ondelete="SET NULL")),
    _learner_exists(),
)
Index(None, deliveries.c.asking_id)

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
    Column("clock_offset", BigInteger, nullable=False, server_default="0"),
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
_done = inbox.c.done_at.is_not(None)
Index(None, inbox.c.done_at, sqlite_where=_done, postgresql_where=_done)

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
    Column("content", OptionalJSON),
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
_done = outbox.c.done_at.is_not(None)
Index(None, outbox.c.done_at, sqlite_where=_done, postgresql_where=_done)

files = Table(
    "files",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("sha256", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("file_id", Text, nullable=False),
    Column("sent_at", Instant, nullable=False),
)
