"""add files to letters, and to the demo's mailbox whose letter it is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    none = sa.text("'[]'::jsonb")
    op.add_column("letter", sa.Column("files", postgresql.JSONB(), server_default=none, nullable=False))
    op.add_column("mailbox_message", sa.Column("files", postgresql.JSONB(), server_default=none, nullable=False))
    op.add_column("mailbox_message", sa.Column("office_id", sa.Text(), nullable=True))
    op.create_foreign_key(op.f("fk_mailbox_message_office_id"), "mailbox_message", "office", ["office_id"], ["id"])


def downgrade() -> None:
    op.drop_column("mailbox_message", "office_id")
    op.drop_column("mailbox_message", "files")
    op.drop_column("letter", "files")
