"""add district to appeal."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("appeal", sa.Column("district", sa.Text()))


def downgrade() -> None:
    op.drop_column("appeal", "district")
