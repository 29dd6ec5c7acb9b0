"""Events of the plan of work with stakeholders."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class PlanEvent(Base):
    """An event of a measure of the plan, one row a case (KTEK-0.3): its six cells, when, and what came of it.

    `measure` is the code of the plan ("1.4"), `words` the measure and tool. `repeats` is none, month, quarter,
    half_year or year. `done_at` is empty until the result is recorded.
    """

    __tablename__ = "plan_event"

    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), primary_key=True)
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    measure: Mapped[str]
    words: Mapped[str]
    parties: Mapped[str]
    info_type: Mapped[str]
    place: Mapped[str]
    responsible: Mapped[str]
    contacts: Mapped[str]
    organiser: Mapped[str] = mapped_column(server_default="")
    houses: Mapped[str] = mapped_column(server_default="")
    planned_on: Mapped[date | None]
    repeats: Mapped[str] = mapped_column(server_default="none")
    held_on: Mapped[date | None]
    held_place: Mapped[str] = mapped_column(server_default="")
    reference: Mapped[str] = mapped_column(server_default="")
    result: Mapped[str] = mapped_column(server_default="")
    done_at: Mapped[datetime | None]

    __table_args__ = (Index(None, "office_id", "measure", "planned_on"),)
