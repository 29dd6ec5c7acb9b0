"""add the portal: what citizens file there, and what they and the office write each other."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "portal_filing",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("browser_hash", sa.Text()),
        sa.Column("answers", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True)),
        sa.Column("case_id", sa.BigInteger()),
        sa.Column("number", sa.Text()),
        sa.Column("talon_hash", sa.Text()),
        sa.Column("talon_round", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("withdrawal_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("rating", sa.BigInteger()),
        sa.Column("rating_words", sa.Text(), server_default="", nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True)),
        sa.Column("reminder_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_portal_filing_office_id"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_portal_filing_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_portal_filing"),
        sa.UniqueConstraint("browser_hash", name="uq_portal_filing_browser_hash"),
        sa.UniqueConstraint("office_id", "number", name="uq_portal_filing_office_id_number"),
    )
    op.create_index("ix_portal_filing_case_id", "portal_filing", ["case_id"])
    op.create_index("ix_portal_filing_saved_at", "portal_filing", ["saved_at"])
    op.create_table(
        "portal_message",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("filing_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.BigInteger()),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_portal_message_office_id"),
        sa.ForeignKeyConstraint(
            ["filing_id"], ["portal_filing.id"], name="fk_portal_message_filing_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name="fk_portal_message_written_by"),
        sa.PrimaryKeyConstraint("id", name="pk_portal_message"),
    )
    op.create_index("ix_portal_message_filing_id", "portal_message", ["filing_id"])
    op.add_column("file", sa.Column("filing_id", sa.BigInteger()))
    op.create_foreign_key("fk_file_filing_id", "file", "portal_filing", ["filing_id"], ["id"])
    op.create_index("ix_file_filing_id", "file", ["filing_id"])


def downgrade() -> None:
    op.drop_index("ix_file_filing_id", table_name="file")
    op.drop_constraint("fk_file_filing_id", "file")
    op.drop_column("file", "filing_id")
    op.drop_table("portal_message")
    op.drop_table("portal_filing")
