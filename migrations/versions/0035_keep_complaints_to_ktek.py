"""keep complaints to KTEK with their states."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "grievance",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("incoming_number", sa.Text(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("outside_home", sa.Boolean(), nullable=True),
        sa.Column("reply_channel", sa.Text(), nullable=True),
        sa.Column("measures", sa.Text(), server_default="", nullable=False),
        sa.Column("acquainted", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_grievance"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_grievance_case_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_grievance_office_id"),
    )
    op.create_index("ix_grievance_office_id_registered_at", "grievance", ["office_id", "registered_at"])
    op.create_table(
        "grievance_state",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=True),
        sa.Column("document", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_grievance_state"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["grievance.case_id"], name="fk_grievance_state_case_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name="fk_grievance_state_entered_by"),
    )
    op.create_index("ix_grievance_state_case_id", "grievance_state", ["case_id"])


def downgrade() -> None:
    op.drop_table("grievance_state")
    op.drop_table("grievance")
