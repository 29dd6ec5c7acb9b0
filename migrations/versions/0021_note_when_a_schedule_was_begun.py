"""note when the schedule of a month was begun: from then on its days wait for approval."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("schedule_period", sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE schedule_period SET begun_at = COALESCE(approved_at, published_at, month::timestamptz)"
        " WHERE status <> 'draft' OR edition = 0"
    )


def downgrade() -> None:
    op.drop_column("schedule_period", "begun_at")
