"""Links by which applicants look after their appointments."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class VisitLink(Base):
    """A personal link of an applicant to her appointment: its secret is known to her alone, here stands its SHA-256.

    The hash is set when the first letter with the link leaves. `moves` counts how often she has moved the appointment.
    """

    __tablename__ = "visit_link"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    moves: Mapped[int] = mapped_column(server_default="0")
