"""Terms that the data of a case carry on, with what explains them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class CaseTerm(Base):
    """The stored term (`records.terms.stored_term`) behind a due moment which a record handler put into the data.

    A task opened later, also in a called process, finds its explanation here.
    """

    __tablename__ = "case_term"

    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(primary_key=True)
    term: Mapped[dict[str, Any]]
