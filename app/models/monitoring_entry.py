"""Entries of the monitoring bases of consumers' documents."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class MonitoringEntry(Base):
    """A document under monitoring with its serial number in `base` (a register) and its mark (SKE-1.7, SKE-2.4).

    `copied`: it is the copy of a document of the journal. Of a proposal it says whether it is expedient and feasible
    and what was decided (SKE-2.14).
    """

    __tablename__ = "monitoring_entry"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"))
    base: Mapped[str]
    number: Mapped[int]
    label: Mapped[str]
    mark: Mapped[str]
    copied: Mapped[bool]
    entered_at: Mapped[datetime]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    expedient: Mapped[bool | None]
    feasible: Mapped[bool | None]
    decision: Mapped[str] = mapped_column(server_default="")
    analysed_at: Mapped[datetime | None]
    analysed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (UniqueConstraint("case_id"), Index(None, "office_id", "base", "entered_at"))
