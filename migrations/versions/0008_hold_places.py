"""keep a place for a while for somebody who is about to be booked."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "slot_hold",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("slot_id", sa.BigInteger(), nullable=False),
        sa.Column("seat", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_slot_hold"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_slot_hold_office_id"),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name="fk_slot_hold_slot_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_slot_hold_case_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name="fk_slot_hold_made_by"),
        sa.UniqueConstraint("slot_id", "seat", name="uq_slot_hold_slot_id_seat"),
    )
    op.create_index("ix_slot_hold_case_id", "slot_hold", ["case_id"])


def downgrade() -> None:
    op.drop_table("slot_hold")
