"""forget when a schedule was begun: nothing reads it any more."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("schedule_period", "begun_at")


def downgrade() -> None:
    op.add_column("schedule_period", sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True))
