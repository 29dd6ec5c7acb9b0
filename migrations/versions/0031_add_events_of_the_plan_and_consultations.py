"""add events of the plan of work with stakeholders, and consultations."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_event",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("measure", "words", "parties", "info_type", "place", "responsible", "contacts")
        ),
        sa.Column("organiser", sa.Text(), server_default="", nullable=False),
        sa.Column("houses", sa.Text(), server_default="", nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("repeats", sa.Text(), server_default="none", nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("held_place", sa.Text(), server_default="", nullable=False),
        sa.Column("reference", sa.Text(), server_default="", nullable=False),
        sa.Column("result", sa.Text(), server_default="", nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("case_id", name="pk_plan_event"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_plan_event_case_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_plan_event_office_id"),
    )
    op.create_index("ix_plan_event_office_id_measure_planned_on", "plan_event", ["office_id", "measure", "planned_on"])
    op.create_table(
        "consultation",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("question", sa.Text(), server_default="", nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("allowance", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("allowance_help", sa.Text(), server_default="", nullable=False),
        sa.Column("complaint", sa.Text(), server_default="", nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", name="pk_consultation"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_consultation_case_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_consultation_office_id"),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name="fk_consultation_answered_by"),
    )
    op.create_index("ix_consultation_office_id_requested_at", "consultation", ["office_id", "requested_at"])


def downgrade() -> None:
    op.drop_table("consultation")
    op.drop_table("plan_event")
