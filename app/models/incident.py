"""What failed for good and waits for a person."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Json, Key


class Incident(Base):
    """A job that gave up, or a step that could not be carried out; a person retries, corrects or skips it."""

    __tablename__ = "incident"

    id: Mapped[Key]
    office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"), index=True)
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("process_instance.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    job_id: Mapped[int | None]
    element: Mapped[str | None]
    kind: Mapped[str]
    name: Mapped[str]
    message: Mapped[Json]
    detail: Mapped[str]
    created_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    resolution: Mapped[str | None]
    reason: Mapped[str | None]
