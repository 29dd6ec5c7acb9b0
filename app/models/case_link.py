"""Cases that belong together."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class CaseLink(Base):
    """Two cases of an office that a person held to belong together, and why; what was undone stays.

    `kind` is duplicate (the same appeal twice), repeat (again on the same question) or mass (many people, one
    question). `case_id` is the later case, `other_id` the one it refers to.
    """

    __tablename__ = "case_link"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default="")
    linked_at: Mapped[datetime]
    linked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unlinked_at: Mapped[datetime | None]
    unlinked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    unlink_reason: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (
        Index("uq_case_link_now", "case_id", "other_id", unique=True, postgresql_where=text("unlinked_at IS NULL")),
    )
