"""Learners, their turns, their places in lessons, and what they told the author."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

Identity = sa.BigInteger().with_variant(sa.Integer, "sqlite")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    _learners()
    _turns()
    _places()
    _feedback()


def _learner_exists(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["bot_id", "learner_id"],
        ["learners.bot_id", "learners.learner_id"],
        name=f"fk_{table}_learners",
        ondelete="CASCADE",
    )


def _learners() -> None:
    op.create_table(
        "learners",
        sa.Column("bot_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("learner_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("language", sa.Text),
        sa.Column("course", sa.Text),
        sa.Column("blocked_at", Moment),
        sa.PrimaryKeyConstraint("bot_id", "learner_id", name="pk_learners"),
    )


def _turns() -> None:
    op.create_table(
        "turns",
        sa.Column("id", Identity, nullable=False),
        sa.Column("bot_id", sa.BigInteger, nullable=False),
        sa.Column("learner_id", sa.BigInteger, nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("course", sa.Text),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("cited", sa.Text),
        sa.Column("passages", sa.JSON, nullable=False),
        sa.Column("generation", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_turns"),
        _learner_exists("turns"),
    )
    op.create_index("ix_turns_bot_id_learner_id_id", "turns", ["bot_id", "learner_id", "id"])


def _places() -> None:
    op.create_table(
        "places",
        sa.Column("bot_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("learner_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("course", sa.Text, nullable=False),
        sa.Column("lesson", sa.Text, nullable=False),
        sa.Column("section", sa.Text),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("kept_at", Moment, nullable=False),
        sa.Column("finished_at", Moment),
        sa.PrimaryKeyConstraint("bot_id", "learner_id", "course", "lesson", name="pk_places"),
        _learner_exists("places"),
    )


def _feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", Identity, nullable=False),
        sa.Column("bot_id", sa.BigInteger, nullable=False),
        sa.Column("learner_id", sa.BigInteger, nullable=False),
        sa.Column("turn_id", Identity),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("place", sa.Text),
        sa.Column("given_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        sa.ForeignKeyConstraint(
            ["turn_id"], ["turns.id"], name="fk_feedback_turns", ondelete="SET NULL"
        ),
        _learner_exists("feedback"),
        sa.UniqueConstraint("turn_id", "kind", name="uq_feedback_turn_id_kind"),
    )
