"""Who is asked whether she is satisfied, and what she said."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class SurveyCandidate(Base):
    """An applicant of a case in the monitoring of satisfaction (KRG-38).

    `group` is consulted or declined (called by phone) or received (monitored only). `round` is the day (ISO) of the
    round that took her in. `status`: waiting, interviewed, not_reached, monitored. `level` is 1 (worst) to 5.
    """

    __tablename__ = "survey_candidate"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), index=True)
    group: Mapped[str]
    noted_at: Mapped[datetime]
    round: Mapped[str | None]
    status: Mapped[str]
    attempts: Mapped[int] = mapped_column(server_default="0")
    called_at: Mapped[datetime | None]
    called_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    level: Mapped[int | None]
    remarks: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (Index(None, "office_id", "noted_at"),)
