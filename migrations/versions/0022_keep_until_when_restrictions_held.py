"""keep until when restrictions were to hold before they were lifted."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("restriction_period", sa.Column("lifted_from", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("restriction_period", "lifted_from")
