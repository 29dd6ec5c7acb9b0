"""Who decided a matter before."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class MatterDecision(Base):
    """An employee who decided the matter of a case earlier, as the Department recorded it (KRG-37).

    A person of the office or, if she is none, her name. What the system knows from its own cases is not entered here.
    """

    __tablename__ = "matter_decision"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    decided_on: Mapped[date]
    ground: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
