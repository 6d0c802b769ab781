"""What a learner studies: preferences, met sections, cards, reviews, askings, deliveries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

Identity = sa.BigInteger().with_variant(sa.Integer, "sqlite")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "bots", sa.Column("clock_offset", sa.BigInteger, nullable=False, server_default="0")
    )
    op.add_column("learners", sa.Column("seen_at", Moment))
    _preferences()
    _met()
    _cards()
    _reviews()
    _askings()
    _deliveries()
    # Learners from before are asked once whether they want daily questions.
    op.execute(
        "INSERT INTO preferences (bot_id, learner_id, offered) "
        "SELECT bot_id, learner_id, false FROM learners"
    )


def _keys() -> list[sa.Column[int]]:
    return [
        sa.Column("bot_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("learner_id", sa.BigInteger, nullable=False, autoincrement=False),
    ]


def _owner() -> list[sa.Column[int]]:
    return [
        sa.Column("bot_id", sa.BigInteger, nullable=False),
        sa.Column("learner_id", sa.BigInteger, nullable=False),
    ]


def _learner_exists(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["bot_id", "learner_id"],
        ["learners.bot_id", "learners.learner_id"],
        name=f"fk_{table}_learners",
        ondelete="CASCADE",
    )


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def _preferences() -> None:
    op.create_table(
        "preferences",
        *_keys(),
        sa.Column("zone", sa.Text),
        sa.Column("minute", sa.Integer),
        sa.Column("retention", sa.Float),
        sa.Column("new_a_day", sa.Integer),
        sa.Column("cap", sa.Integer),
        sa.Column("parameters", sa.JSON),
        _flag("streak_hidden"),
        _flag("offered"),
        _flag("paused"),
        sa.Column("next_at", Moment),
        sa.Column("next_day", sa.Date),
        sa.Column("newest_day", sa.Date),
        _flag("awaits_city"),
        sa.Column("fitted_at", sa.Integer, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("bot_id", "learner_id", name="pk_preferences"),
        _learner_exists("preferences"),
    )
    op.create_index("ix_preferences_bot_id_next_at", "preferences", ["bot_id", "next_at"])


def _met() -> None:
    op.create_table(
        "met",
        *_keys(),
        sa.Column("course", sa.Text, nullable=False),
        sa.Column("lesson", sa.Text, nullable=False),
        sa.Column("section", sa.Text, nullable=False),
        sa.Column("met_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint(
            "bot_id", "learner_id", "course", "lesson", "section", name="pk_met"
        ),
        _learner_exists("met"),
    )


def _cards() -> None:
    op.create_table(
        "cards",
        sa.Column("id", Identity, nullable=False),
        *_owner(),
        sa.Column("course", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("own", sa.JSON),
        sa.Column("stability", sa.Float),
        sa.Column("difficulty", sa.Float),
        sa.Column("last", sa.Date),
        sa.Column("due", sa.Date),
        sa.Column("reviews", sa.Integer, nullable=False),
        sa.Column("lapses", sa.Integer, nullable=False),
        sa.Column("suspended", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_cards"),
        _learner_exists("cards"),
        sa.UniqueConstraint(
            "bot_id", "learner_id", "course", "question",
            name="uq_cards_bot_id_learner_id_course_question",
        ),
    )  # fmt: skip


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", Identity, nullable=False),
        *_owner(),
        sa.Column("card_id", Identity, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("rating", sa.Integer, nullable=False),
        sa.Column("due", sa.Date),
        sa.Column("rated_at", Moment, nullable=False),
        sa.Column("undone_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sa.ForeignKeyConstraint(
            ["card_id"], ["cards.id"], name="fk_reviews_cards", ondelete="CASCADE"
        ),
        _learner_exists("reviews"),
    )
    op.create_index("ix_reviews_bot_id_learner_id_id", "reviews", ["bot_id", "learner_id", "id"])
    op.create_index("ix_reviews_card_id", "reviews", ["card_id"])


def _askings() -> None:
    op.create_table(
        "askings",
        sa.Column("id", Identity, nullable=False),
        *_owner(),
        sa.Column("card_id", Identity, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("round", sa.Text, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("scored", sa.Boolean, nullable=False),
        sa.Column("was_new", sa.Boolean, nullable=False),
        sa.Column("sequence", sa.JSON, nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("poll_id", sa.Text),
        sa.Column("given", sa.Text),
        sa.Column("outcome", sa.Text),
        sa.Column("answered_at", Moment),
        sa.Column("review_id", Identity),
        sa.PrimaryKeyConstraint("id", name="pk_askings"),
        sa.ForeignKeyConstraint(
            ["card_id"], ["cards.id"], name="fk_askings_cards", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name="fk_askings_reviews", ondelete="SET NULL"
        ),
        _learner_exists("askings"),
    )
    op.create_index("ix_askings_bot_id_learner_id_day", "askings", ["bot_id", "learner_id", "day"])
    op.create_index("ix_askings_bot_id_poll_id", "askings", ["bot_id", "poll_id"])
    op.create_index("ix_askings_card_id", "askings", ["card_id"])
    op.create_index("ix_askings_review_id", "askings", ["review_id"])


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        *_keys(),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("tone", sa.Text, nullable=False),
        sa.Column("asking_id", Identity),
        sa.PrimaryKeyConstraint("bot_id", "learner_id", "day", name="pk_deliveries"),
        sa.ForeignKeyConstraint(
            ["asking_id"], ["askings.id"], name="fk_deliveries_askings", ondelete="SET NULL"
        ),
        _learner_exists("deliveries"),
    )
    op.create_index("ix_deliveries_asking_id", "deliveries", ["asking_id"])
