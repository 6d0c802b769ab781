"""What comes in and what goes out: inbox, dead letters, outbox, files, bots, chats, owners."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

Identity = sa.BigInteger().with_variant(sa.Integer, "sqlite")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("learners", sa.Column("admitted_at", Moment))
    op.add_column("learners", sa.Column("warned_at", Moment))
    _running()
    _inbox()
    _dead_letters()
    _outbox()
    _files()


def _running() -> None:
    op.create_table(
        "owners",
        sa.Column("owner", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("bot_id", sa.BigInteger, nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("owner", name="pk_owners"),
    )
    op.create_table(
        "bots",
        sa.Column("bot_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("leader", sa.BigInteger),
        sa.Column("polled_at", Moment),
        sa.Column("next_at", Moment),
        sa.Column("next_bulk_at", Moment),
        sa.Column("held_until", Moment),
        sa.Column("refusals", sa.Integer, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("bot_id", name="pk_bots"),
    )
    op.create_table(
        "chats",
        sa.Column("bot_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("next_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "chat_id", name="pk_chats"),
    )


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("bot_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("update_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("chat_id", sa.BigInteger),
        sa.Column("question", sa.Boolean, nullable=False),
        sa.Column("body", sa.Text),
        sa.Column("received_at", Moment, nullable=False),
        sa.Column("not_before", Moment),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("owner", sa.BigInteger),
        sa.Column("done_at", Moment),
        sa.PrimaryKeyConstraint("bot_id", "update_id", name="pk_inbox"),
    )
    _partial("ix_inbox_open", "inbox", ["bot_id", "chat_id", "update_id"])
    op.create_index(
        "ix_inbox_bot_id_chat_id_received_at", "inbox", ["bot_id", "chat_id", "received_at"]
    )
    op.create_index("ix_inbox_done_at", "inbox", ["done_at"])


def _dead_letters() -> None:
    op.create_table(
        "dead_letters",
        sa.Column("bot_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("update_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("chat_id", sa.BigInteger),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("died_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "update_id", name="pk_dead_letters"),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", Identity, nullable=False),
        sa.Column("bot_id", sa.BigInteger, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("lane", sa.Integer, nullable=False),
        sa.Column("content", sa.JSON),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("doubts", sa.Integer, nullable=False),
        sa.Column("owner", sa.BigInteger),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("not_before", Moment),
        sa.Column("sending_at", Moment),
        sa.Column("done_at", Moment),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("error", sa.Text),
        sa.Column("forget", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    _partial("ix_outbox_open", "outbox", ["bot_id", "lane", "id"])
    _partial("ix_outbox_open_of_chat", "outbox", ["bot_id", "chat_id", "id"])
    op.create_index("ix_outbox_done_at", "outbox", ["done_at"])


def _files() -> None:
    op.create_table(
        "files",
        sa.Column("bot_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("file_id", sa.Text, nullable=False),
        sa.Column("sent_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "sha256", "kind", name="pk_files"),
    )


def _partial(name: str, table: str, columns: list[str]) -> None:
    """An index over the rows that are still open: few among the many that are done."""
    still_open = sa.text("done_at IS NULL")
    op.create_index(name, table, columns, sqlite_where=still_open, postgresql_where=still_open)
