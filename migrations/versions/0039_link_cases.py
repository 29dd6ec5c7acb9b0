"""link cases that belong together."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "case_link",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("linked_at", moment, nullable=False),
        sa.Column("linked_by", sa.BigInteger(), nullable=False),
        sa.Column("unlinked_at", moment),
        sa.Column("unlinked_by", sa.BigInteger()),
        sa.Column("unlink_reason", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_link"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_case_link_office_id"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_case_link_case_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["other_id"], ["case_file.id"], name="fk_case_link_other_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["linked_by"], ["person.id"], name="fk_case_link_linked_by"),
        sa.ForeignKeyConstraint(["unlinked_by"], ["person.id"], name="fk_case_link_unlinked_by"),
    )
    op.create_index("ix_case_link_case_id", "case_link", ["case_id"])
    op.create_index("ix_case_link_other_id", "case_link", ["other_id"])
    op.create_index(
        "uq_case_link_now",
        "case_link",
        ["case_id", "other_id"],
        unique=True,
        postgresql_where=sa.text("unlinked_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("case_link")
