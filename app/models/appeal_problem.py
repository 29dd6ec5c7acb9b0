"""Concrete problems that the analysis of appeals names."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class AppealProblem(Base):
    """An appeal that the analysis of a period looks through; `problem` is empty until it has been (KST-ANL-3)."""

    __tablename__ = "appeal_problem"

    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), primary_key=True)
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"), index=True)
    problem: Mapped[str] = mapped_column(server_default="")
    looked_at: Mapped[datetime | None]
    looked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
