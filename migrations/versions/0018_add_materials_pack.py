"""add folders of materials with their progress and the mark of what they were made of."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "materials_pack",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("day_id", sa.BigInteger(), nullable=True),
        sa.Column("cases", JSONB(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.Text(), server_default="", nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_materials_pack_office_id")),
        sa.ForeignKeyConstraint(
            ["day_id"], ["reception_day.id"], name=op.f("fk_materials_pack_day_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_materials_pack_asked_by")),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_materials_pack_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_materials_pack")),
    )
    op.create_index(op.f("ix_materials_pack_day_id"), "materials_pack", ["day_id"])


def downgrade() -> None:
    op.drop_table("materials_pack")
