"""The journal of accepted appeals."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Json, Key


class JournalRow(Base):
    """An appeal in the journal of its day (KST-JRN-1): through number, channel, registrar and her signature.

    `distribution` says why this registrar: `loads`, how many of that day each of those present had by then, and who was
    `absent`, by person id (KST-JRN-3). `signed_at` is when the registrar took the appeal under signature (KST-JRN-4).
    """

    __tablename__ = "journal_row"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), unique=True)
    day: Mapped[date]
    number: Mapped[int]
    label: Mapped[str]
    source: Mapped[str]
    entered_at: Mapped[datetime]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    registrar_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    distribution: Mapped[Json] = mapped_column(server_default="{}")
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (UniqueConstraint("office_id", "day", "number"),)
