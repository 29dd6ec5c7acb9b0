"""send state bodies a code before their page opens."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "body_link_secret", sa.Column("confirmed", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_table(
        "body_link_code",
        sa.Column("link_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wrong", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["body_link.id"], name=op.f("fk_body_link_code_link_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("link_id", name=op.f("pk_body_link_code")),
    )


def downgrade() -> None:
    op.drop_table("body_link_code")
    op.drop_column("body_link_secret", "confirmed")
