"""let people wait for a free place."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "waiting_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("official_id", sa.BigInteger(), nullable=True),
        sa.Column("from_day", sa.Date(), nullable=True),
        sa.Column("to_day", sa.Date(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("offers", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("slot_id", sa.BigInteger(), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offered_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_waiting_entry"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_waiting_entry_office_id"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_waiting_entry_case_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["official_id"], ["person.id"], name="fk_waiting_entry_official_id"),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name="fk_waiting_entry_entered_by"),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name="fk_waiting_entry_slot_id", ondelete="SET NULL"),
    )
    op.create_index("ix_waiting_entry_office_id", "waiting_entry", ["office_id"])
    op.create_index(
        "uq_waiting_entry_case_id",
        "waiting_entry",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('waiting', 'offered', 'accepted')"),
    )


def downgrade() -> None:
    op.drop_table("waiting_entry")
