"""Indexes for what is next: open updates, those that may be deadly, messages that wait."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _partial("ix_inbox_next", "inbox", ["bot_id", "update_id"], "done_at IS NULL")
    _partial("ix_inbox_tries", "inbox", ["bot_id", "tries"], "done_at IS NULL")
    _partial(
        "ix_outbox_waiting",
        "outbox",
        ["bot_id", "not_before"],
        "done_at IS NULL AND not_before IS NOT NULL",
    )
    # PostgreSQL took the whole of these for the few open rows, as long as its statistics knew of
    # none, and read them once for each row.
    for table in ("inbox", "outbox"):
        op.drop_index(f"ix_{table}_done_at", table)
        _partial(f"ix_{table}_done_at", table, ["done_at"], "done_at IS NOT NULL")


def _partial(name: str, table: str, columns: list[str], rows: str) -> None:
    where = sa.text(rows)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
