"""look through each appeal of a period."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "appeal_problem",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", name="pk_appeal_problem"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_appeal_problem_case_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_appeal_problem_office_id"),
        sa.ForeignKeyConstraint(["looked_by"], ["person.id"], name="fk_appeal_problem_looked_by"),
    )
    op.create_index("ix_appeal_problem_office_id", "appeal_problem", ["office_id"])


def downgrade() -> None:
    op.drop_table("appeal_problem")
