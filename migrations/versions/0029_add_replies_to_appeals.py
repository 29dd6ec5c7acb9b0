"""add replies to appeals, their versions, remarks and dispatches."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reply",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("body_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("executors", postgresql.JSONB(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("law_articles", sa.Text(), server_default="", nullable=False),
        sa.Column("terms_observed", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("statutory_check", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("hearing", sa.Text(), server_default="", nullable=False),
        sa.Column("letterhead", sa.Text(), server_default="", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outgoing_number", sa.Text(), nullable=True),
        sa.Column("outgoing_on", sa.Date(), nullable=True),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_for", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_reply"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_reply_office_id"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_reply_case_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["body_id"], ["state_body.id"], name="fk_reply_body_id"),
    )
    op.create_index("ix_reply_case_id", "reply", ["case_id"])
    op.create_table(
        "reply_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("reply_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_reply_version"),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name="fk_reply_version_reply_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name="fk_reply_version_written_by"),
        sa.UniqueConstraint("reply_id", "number", name="uq_reply_version_reply_id_number"),
    )
    op.create_table(
        "reply_part",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("reply_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reply_part"),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name="fk_reply_part_reply_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_reply_part_person_id"),
    )
    op.create_index("ix_reply_part_reply_id", "reply_part", ["reply_id"])
    op.create_table(
        "reply_remark",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("reply_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_reply_remark"),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name="fk_reply_remark_reply_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name="fk_reply_remark_made_by"),
    )
    op.create_index("ix_reply_remark_reply_id", "reply_remark", ["reply_id"])
    op.create_table(
        "reply_dispatch",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("reply_id", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("barcode", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.BigInteger(), nullable=True),
        sa.Column("evidence", sa.Text(), server_default="", nullable=False),
        sa.Column("copy_to", sa.Text(), server_default="", nullable=False),
        sa.Column("copied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("copied_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_reply_dispatch"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_reply_dispatch_office_id"),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name="fk_reply_dispatch_reply_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name="fk_reply_dispatch_sent_by"),
        sa.ForeignKeyConstraint(["copied_by"], ["person.id"], name="fk_reply_dispatch_copied_by"),
        sa.UniqueConstraint("office_id", "barcode", name="uq_reply_dispatch_office_id_barcode"),
    )
    op.create_index("ix_reply_dispatch_office_id_sent_at", "reply_dispatch", ["office_id", "sent_at"])
    op.create_index("ix_reply_dispatch_reply_id", "reply_dispatch", ["reply_id"])


def downgrade() -> None:
    op.drop_table("reply_dispatch")
    op.drop_table("reply_remark")
    op.drop_table("reply_part")
    op.drop_table("reply_version")
    op.drop_table("reply")
