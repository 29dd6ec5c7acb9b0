"""keep who is asked for her satisfaction, and periodic reports."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "survey_candidate",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("round", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("called_by", sa.BigInteger(), nullable=True),
        sa.Column("level", sa.BigInteger(), nullable=True),
        sa.Column("remarks", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_survey_candidate"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_survey_candidate_office_id"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_survey_candidate_case_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["called_by"], ["person.id"], name="fk_survey_candidate_called_by"),
    )
    op.create_index("ix_survey_candidate_case_id", "survey_candidate", ["case_id"])
    op.create_index("ix_survey_candidate_office_id_noted_at", "survey_candidate", ["office_id", "noted_at"])
    op.create_table(
        "report",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by", sa.BigInteger(), nullable=True),
        sa.Column("sent_to", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_report_office_id"),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name="fk_report_sent_by"),
        sa.UniqueConstraint("office_id", "kind", "period_from", name="uq_report_office_id_kind_period_from"),
    )


def downgrade() -> None:
    op.drop_table("report")
    op.drop_table("survey_candidate")
