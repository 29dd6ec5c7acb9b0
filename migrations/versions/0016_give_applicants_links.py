"""give applicants links to their appointments."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visit_link",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.BigInteger(), nullable=True),
        sa.Column("moves", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_visit_link"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_visit_link_office_id"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_visit_link_case_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["revoked_by"], ["person.id"], name="fk_visit_link_revoked_by"),
        sa.UniqueConstraint("token_hash", name="uq_visit_link_token_hash"),
    )
    op.create_index("ix_visit_link_case_id", "visit_link", ["case_id"])


def downgrade() -> None:
    op.drop_table("visit_link")
