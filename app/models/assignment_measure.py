"""What the Department does about an assignment besides checking the report."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class AssignmentMeasure(Base):
    """A check on site or jointly with units (KST-TASK-5.3, KST-TASK-5.4), a proposal on discipline, violations or
    liability (KST-TASK-5.2, KST-TASK-5.4, KST-TASK-5.5), or a conclusion of the monitoring (KST-TASK-5.7).

    A proposal is proposed until decided; whatever else is recorded.
    """

    __tablename__ = "assignment_measure"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    done_on: Mapped[date]
    place: Mapped[str] = mapped_column(server_default="")
    participants: Mapped[str] = mapped_column(server_default="")
    text: Mapped[str]
    state: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decision: Mapped[str] = mapped_column(server_default="")
    decided_on: Mapped[date | None]
