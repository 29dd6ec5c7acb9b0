"""Projection: tasks that wait for people, and those done."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Json, Key


class UserTask(Base):
    """A user task of an instance; `term` is the explained deadline, `language` that of its case while it waits."""

    __tablename__ = "user_task"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"))
    engine_id: Mapped[UUID]
    element: Mapped[str]
    step: Mapped[int | None]
    role: Mapped[str | None]
    status: Mapped[str]
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    item: Mapped[Json | None]
    created_at: Mapped[datetime]
    opens_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    term: Mapped[Json | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    language: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("instance_id", "engine_id"),
        Index(
            "ix_user_task_open_list",
            "office_id",
            text("coalesce(due_at, '9000-01-01 00:00Z')"),
            "id",
            postgresql_include=["due_at", "role", "assignee_id", "step", "language"],
            postgresql_where=text("status = 'open'"),
        ),
        Index(
            "ix_user_task_open_counted",
            *("office_id", "role", "assignee_id", "step", "language"),
            postgresql_where=text("status = 'open'"),
        ),
        Index("ix_user_task_open_assignee", "assignee_id", "due_at", "id", postgresql_where=text("status = 'open'")),
    )
