"""keep what the review of a reply asks the state body to confirm."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reply_review", sa.Column("asked", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("reply_review", "asked")
