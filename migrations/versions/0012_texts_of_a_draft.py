"""keep the letters and documents that a draft changes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

PARTS = ("letters", "documents")


def upgrade() -> None:
    for part in PARTS:
        op.add_column("process_draft", sa.Column(part, postgresql.JSONB(), server_default="{}", nullable=False))


def downgrade() -> None:
    for part in PARTS:
        op.drop_column("process_draft", part)
