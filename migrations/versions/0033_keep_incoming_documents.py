"""keep incoming documents, hand-overs and monitoring."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incoming_document",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("branch", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("consumer_group", sa.Text(), nullable=True),
        sa.Column("outgoing_number", sa.Text(), server_default="", nullable=False),
        sa.Column("outgoing_date", sa.Date(), nullable=True),
        sa.Column("addressee", sa.Text(), server_default="", nullable=False),
        sa.Column("heading", sa.Text(), server_default="", nullable=False),
        sa.Column("signatory", sa.Text(), server_default="", nullable=False),
        sa.Column("signed", sa.Boolean(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("registered_by", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged", sa.Text(), nullable=True),
        sa.Column("resolution", sa.Text(), server_default="", nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.BigInteger(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("executors", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("letter_id", sa.BigInteger(), nullable=True),
        sa.Column("transferred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("visit_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_incoming_document_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_incoming_document_office_id")),
        sa.ForeignKeyConstraint(["registered_by"], ["person.id"], name=op.f("fk_incoming_document_registered_by")),
        sa.ForeignKeyConstraint(["resolved_by"], ["person.id"], name=op.f("fk_incoming_document_resolved_by")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_incoming_document_letter_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_incoming_document")),
    )
    op.create_index(
        op.f("ix_incoming_document_office_id_company_registered_at"),
        "incoming_document",
        ["office_id", "company", "registered_at"],
    )
    op.create_table(
        "hand_over",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("receiver_id", sa.BigInteger(), nullable=False),
        sa.Column("handed_by", sa.BigInteger(), nullable=True),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_hand_over_office_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_hand_over_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["receiver_id"], ["person.id"], name=op.f("fk_hand_over_receiver_id")),
        sa.ForeignKeyConstraint(["handed_by"], ["person.id"], name=op.f("fk_hand_over_handed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
    )
    op.create_index(op.f("ix_hand_over_case_id"), "hand_over", ["case_id"])
    op.create_table(
        "monitoring_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("copied", sa.Boolean(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=True),
        sa.Column("expedient", sa.Boolean(), nullable=True),
        sa.Column("feasible", sa.Boolean(), nullable=True),
        sa.Column("decision", sa.Text(), server_default="", nullable=False),
        sa.Column("analysed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("analysed_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_monitoring_entry_office_id")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_monitoring_entry_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_monitoring_entry_entered_by")),
        sa.ForeignKeyConstraint(["analysed_by"], ["person.id"], name=op.f("fk_monitoring_entry_analysed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitoring_entry")),
        sa.UniqueConstraint("case_id", name=op.f("uq_monitoring_entry_case_id")),
    )
    op.create_index(
        op.f("ix_monitoring_entry_office_id_base_entered_at"), "monitoring_entry", ["office_id", "base", "entered_at"]
    )


def downgrade() -> None:
    op.drop_table("monitoring_entry")
    op.drop_table("hand_over")
    op.drop_table("incoming_document")
