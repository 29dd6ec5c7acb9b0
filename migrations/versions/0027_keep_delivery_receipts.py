"""keep delivery and read reports of letters."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("letter", sa.Column("receipt_asked", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("letter", sa.Column("message_id", sa.Text(), nullable=True))
    op.create_index(op.f("ix_letter_message_id"), "letter", ["message_id"])
    op.create_table(
        "delivery_receipt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("letter_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=True),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_delivery_receipt_office_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_delivery_receipt_letter_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_delivery_receipt_case_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_delivery_receipt_recorded_by")),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_delivery_receipt_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_receipt")),
        sa.UniqueConstraint("letter_id", "kind", "recipient", name=op.f("uq_delivery_receipt_letter_id")),
    )
    op.create_index(op.f("ix_delivery_receipt_letter_id"), "delivery_receipt", ["letter_id"])
    op.create_index(op.f("ix_delivery_receipt_case_id"), "delivery_receipt", ["case_id"])


def downgrade() -> None:
    op.drop_table("delivery_receipt")
    op.drop_index(op.f("ix_letter_message_id"), table_name="letter")
    op.drop_column("letter", "message_id")
    op.drop_column("letter", "receipt_asked")
