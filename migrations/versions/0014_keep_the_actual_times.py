"""keep when a visitor really came, went in and left, also when it is written in after the day."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENTS = ("came_at", "began_at", "finished_at")


def upgrade() -> None:
    for moment in MOMENTS:
        op.add_column("booking", sa.Column(moment, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for moment in MOMENTS:
        op.drop_column("booking", moment)
