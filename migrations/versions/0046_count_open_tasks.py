"""count open tasks."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

_OPEN = sa.text("status = 'open'")
_TERM = sa.text("coalesce(due_at, '9000-01-01 00:00Z')")
_LIST = ["due_at", "role", "assignee_id", "step"]


def upgrade() -> None:
    op.add_column("user_task", sa.Column("language", sa.Text()))
    op.execute(
        "UPDATE user_task SET language = case_file.language FROM case_file"
        " WHERE case_file.id = user_task.case_id AND user_task.status = 'open'"
    )
    op.drop_index("ix_user_task_open_role", table_name="user_task")
    op.create_index(
        "ix_user_task_open_counted",
        "user_task",
        ["office_id", "role", "assignee_id", "step", "language"],
        postgresql_where=_OPEN,
    )
    _list([*_LIST, "language"])


def downgrade() -> None:
    _list(_LIST)
    op.drop_index("ix_user_task_open_counted", table_name="user_task")
    op.create_index(
        "ix_user_task_open_role", "user_task", ["office_id", "role", "due_at", "id"], postgresql_where=_OPEN
    )
    op.drop_column("user_task", "language")


def _list(include: list[str]) -> None:
    op.drop_index("ix_user_task_open_list", table_name="user_task")
    op.create_index(
        "ix_user_task_open_list",
        "user_task",
        ["office_id", _TERM, "id"],
        postgresql_include=include,
        postgresql_where=_OPEN,
    )
