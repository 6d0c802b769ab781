"""How a learner wants to hear it, and audio books that were asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("preferences", sa.Column("voice", sa.Text))
    op.add_column("preferences", sa.Column("speed", sa.Float))
    op.create_table(
        "wanted_books",
        sa.Column("bot_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("learner_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("course", sa.Text, primary_key=True),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["bot_id", "learner_id"],
            ["learners.bot_id", "learners.learner_id"],
            name="fk_wanted_books_learners",
            ondelete="CASCADE",
        ),
    )
