"""Work that can fail or waits for a moment."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Json, Key


class Job(Base):
    """A timer, a handler's work, a letter to deliver; leased in batches, deleted when done."""

    __tablename__ = "job"

    id: Mapped[Key]
    office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"))
    kind: Mapped[str]
    name: Mapped[str]
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("process_instance.id"), index=True)
    case_id: Mapped[int | None]
    engine_id: Mapped[UUID | None]
    message_id: Mapped[int | None]
    element: Mapped[str | None]
    payload: Mapped[Json] = mapped_column(server_default="{}")
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(server_default="0")
    status: Mapped[str] = mapped_column(server_default="waiting")
    leased_by: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    last_error: Mapped[str | None]

    __table_args__ = (
        Index("ix_job_due", "due_at", "id", postgresql_where=text("status = 'waiting'")),
        Index("ix_job_message", "message_id", postgresql_where=text("message_id IS NOT NULL")),
        Index("ix_job_leased", "leased_until", postgresql_where=text("status = 'leased'")),
    )
