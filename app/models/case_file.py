"""Cases: what outlives its process instances."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class Case(Base):
    """A case of an office: kind, number, applicant, state; `status` is running, or the outcome it was closed with."""

    __tablename__ = "case_file"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    kind: Mapped[str]
    number: Mapped[str | None]
    applicant_id: Mapped[int | None] = mapped_column(ForeignKey("applicant.id"), index=True)
    subject: Mapped[str] = mapped_column(server_default="")
    language: Mapped[str]
    status: Mapped[str]
    opened_at: Mapped[datetime]
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("office_id", "number"),
        Index(None, "office_id", "opened_at", "id"),
        Index(None, "office_id", "status"),
    )
