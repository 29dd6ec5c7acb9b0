"""keep what to say on the telephone."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("letter", sa.Column("script", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("letter", "script")
