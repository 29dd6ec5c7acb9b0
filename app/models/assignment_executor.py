"""Who carries out an assignment."""

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class AssignmentExecutor(Base):
    """An executor of an assignment; place 1 is responsible, the others work with her.

    A person of the office, or a state body with its official as far as known (`official`).
    """

    __tablename__ = "assignment_executor"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id", ondelete="CASCADE"))
    place: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    body_id: Mapped[int | None] = mapped_column(ForeignKey("state_body.id"))
    official: Mapped[str] = mapped_column(server_default="")
    contribution: Mapped[str] = mapped_column(server_default="")
    contributed_on: Mapped[date | None]

    __table_args__ = (UniqueConstraint("assignment_id", "place"),)
