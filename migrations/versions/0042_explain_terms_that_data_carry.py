"""explain terms that data carry on."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_term",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("term", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "due_at", name="pk_case_term"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_case_term_case_id", ondelete="CASCADE"),
    )


def downgrade() -> None:
    op.drop_table("case_term")
