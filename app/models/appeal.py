"""Appeals of citizens and organisations, as they came in."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Appeal(Base):
    """One row a case of the kind `appeal`: how it came (KST-SRC), what was said at its acceptance (KST-HAND).

    `source` is a code of the office's `[[appeal.sources]]`, `medium` paper or electronic. Of a visitor whose matter was
    settled by an explanation `accepted_at` stays empty. `nature` is the question by the office's list (KST-CARD-4),
    `district` a code of its `[[regions]]` or the words for another place; a card (`AppealCard`) has one of its own.
    """

    __tablename__ = "appeal"

    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), primary_key=True)
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    source: Mapped[str]
    medium: Mapped[str]
    external_number: Mapped[str | None]
    received_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    cause: Mapped[str] = mapped_column(server_default="")
    explanations: Mapped[str] = mapped_column(server_default="")
    sheets: Mapped[int | None]
    talon: Mapped[str | None]
    substance: Mapped[str] = mapped_column(server_default="")
    nature: Mapped[str | None]
    district: Mapped[str | None]

    __table_args__ = (Index(None, "office_id", "received_at"),)
