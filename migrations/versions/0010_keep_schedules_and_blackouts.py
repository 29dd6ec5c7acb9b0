"""keep schedules with their approval, blackouts, and what a reception day stands on."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

DAY_EVENTS = "kind IN ('day_planned', 'day_moved', 'day_cancelled', 'day_changed', 'day_published')"


def upgrade() -> None:
    op.add_column("reception_day", sa.Column("place_en", sa.Text(), server_default="", nullable=False))
    op.add_column("reception_day", sa.Column("published_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("reception_day", sa.Column("basis", JSONB(), server_default="{}", nullable=False))
    op.create_table(
        "schedule_period",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("edition", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.BigInteger(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("posted_on", sa.Date(), nullable=True),
        sa.Column("posted_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_schedule_period_office_id"),
        sa.ForeignKeyConstraint(["approved_by"], ["person.id"], name="fk_schedule_period_approved_by"),
        sa.ForeignKeyConstraint(["posted_by"], ["person.id"], name="fk_schedule_period_posted_by"),
        sa.PrimaryKeyConstraint("id", name="pk_schedule_period"),
        sa.UniqueConstraint("office_id", "month", name="uq_schedule_period_office_id_month"),
    )
    op.create_table(
        "blackout",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("official_id", sa.BigInteger(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_blackout_office_id"),
        sa.ForeignKeyConstraint(["official_id"], ["person.id"], name="fk_blackout_official_id"),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name="fk_blackout_entered_by"),
        sa.ForeignKeyConstraint(["lifted_by"], ["person.id"], name="fk_blackout_lifted_by"),
        sa.PrimaryKeyConstraint("id", name="pk_blackout"),
    )
    op.create_index("ix_blackout_office_id_last_day", "blackout", ["office_id", "last_day"])
    op.create_index("ix_history_day", "history", [sa.text("(facts ->> 'day')")], postgresql_where=sa.text(DAY_EVENTS))


def downgrade() -> None:
    op.drop_index("ix_history_day", "history")
    op.drop_table("blackout")
    op.drop_table("schedule_period")
    for name in ("basis", "published_at", "place_en"):
        op.drop_column("reception_day", name)
