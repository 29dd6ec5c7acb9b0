"""take in appeals of other systems, each number once."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "intake_batch",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("new", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_intake_batch_office_id")),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_intake_batch_file_id")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_intake_batch_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_batch")),
        sa.UniqueConstraint("office_id", "idempotency_key", name=op.f("uq_intake_batch_office_id")),
    )
    op.create_index(op.f("ix_intake_batch_office_id"), "intake_batch", ["office_id", "created_at"])
    op.create_table(
        "incoming_appeal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_number", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_incoming_appeal_office_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["intake_batch.id"], name=op.f("fk_incoming_appeal_batch_id")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_incoming_appeal_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_appeal")),
        sa.UniqueConstraint("office_id", "source", "external_number", name=op.f("uq_incoming_appeal_office_id")),
    )
    op.create_index(op.f("ix_incoming_appeal_batch_id"), "incoming_appeal", ["batch_id"])
    op.create_index(op.f("ix_incoming_appeal_case_id"), "incoming_appeal", ["case_id"])


def downgrade() -> None:
    op.drop_table("incoming_appeal")
    op.drop_table("intake_batch")
