"""tell controllers of late replies once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "appeal_alarm",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("told_at", moment, nullable=False),
        sa.Column("told", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_appeal_alarm"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_appeal_alarm_office_id"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_appeal_alarm_case_id", ondelete="CASCADE"),
        sa.UniqueConstraint("case_id", "kind", "due_at", name="uq_appeal_alarm_case_id_kind_due_at"),
    )


def downgrade() -> None:
    op.drop_table("appeal_alarm")
