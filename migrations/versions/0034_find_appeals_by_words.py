"""find appeals by words, numbers and people."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_LINES = """
    INSERT INTO appeal_line (case_id, office_id, received_at, state, source, nature, ended_at)
    SELECT appeal.case_id, appeal.office_id, appeal.received_at, case_file.status, appeal.source, appeal.nature,
           case_file.closed_at
    FROM appeal JOIN case_file ON case_file.id = appeal.case_id
"""
_WORDS = """
    INSERT INTO appeal_words (case_id, words)
    SELECT appeal.case_id,
           strip(to_tsvector('russian', concat_ws(E'\\n', appeal.substance, appeal.cause)))
           || array_to_tsvector(coalesce(applicant.keys, '{}'))
    FROM appeal
    JOIN case_file ON case_file.id = appeal.case_id
    LEFT JOIN applicant ON applicant.id = case_file.applicant_id
"""
"""What statements can do: `qabyldau rebuild-projections` makes lines and words whole."""


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "appeal_line",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("received_at", moment, nullable=False),
        sa.Column("registered_at", moment),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("nature", sa.Text()),
        sa.Column("district", sa.Text()),
        sa.Column("category", sa.Text()),
        sa.Column("control", sa.Boolean()),
        sa.Column("repeated", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("registrar_id", sa.BigInteger()),
        sa.Column("executor_id", sa.BigInteger()),
        sa.Column("due_at", moment),
        sa.Column("risk_at", moment),
        sa.Column("answered_at", moment),
        sa.Column("outcome", sa.Text()),
        sa.Column("ended_at", moment),
        sa.Column("term", postgresql.JSONB()),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_appeal_line_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_appeal_line_office_id")),
        sa.ForeignKeyConstraint(["registrar_id"], ["person.id"], name=op.f("fk_appeal_line_registrar_id")),
        sa.ForeignKeyConstraint(["executor_id"], ["state_body.id"], name=op.f("fk_appeal_line_executor_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_appeal_line")),
    )
    op.create_table(
        "appeal_words",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_appeal_words_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_appeal_words")),
    )
    op.execute(_LINES)
    op.execute(_WORDS)
    op.create_index(
        op.f("ix_appeal_line_office_id_received_at_case_id"), "appeal_line", ["office_id", "received_at", "case_id"]
    )
    op.create_index(
        "ix_appeal_line_awaited",
        "appeal_line",
        ["office_id", "due_at", "case_id"],
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(op.f("ix_appeal_words_words"), "appeal_words", ["words"], postgresql_using="gin")


def downgrade() -> None:
    op.drop_table("appeal_words")
    op.drop_table("appeal_line")
