"""Files by content."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class File(Base):
    """A file of a case or a task: safe name, type, size; the bytes are chunks under its SHA-256.

    `link_id` tells by whose link a state body has sent it, `filing_id` that a citizen has sent it on the portal.
    """

    __tablename__ = "file"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    sha256: Mapped[bytes] = mapped_column(index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    stored_at: Mapped[datetime]
    stored_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("user_task.id"), index=True)
    link_id: Mapped[int | None] = mapped_column(ForeignKey("body_link.id"))
    filing_id: Mapped[int | None] = mapped_column(ForeignKey("portal_filing.id"), index=True)
