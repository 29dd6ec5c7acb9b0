"""order open tasks by their term."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_user_task_open_list",
        "user_task",
        ["office_id", sa.text("coalesce(due_at, '9000-01-01 00:00Z')"), "id"],
        postgresql_include=["due_at", "role", "assignee_id", "step"],
        postgresql_where=sa.text("status = 'open'"),
    )


def downgrade() -> None:
    op.drop_index("ix_user_task_open_list", table_name="user_task")
