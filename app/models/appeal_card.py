"""The current section of registration cards."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class AppealCard(Base):
    """The registration card of an appeal: its number, base section, and what changes with each appeal (KST-REG-5).

    `repeat_of` is the case of the earlier card on the same question. `category` is strategic, typical or complaint
    (KST-CAT) with `topic` or `complaint_subject` and `complaint_object`; `type_mark` electronic_only,
    paper_and_electronic or paper_only (KST-TYPE). `executor_id` and `control` are answered at the end (KST-ERR-1).
    """

    __tablename__ = "appeal_card"

    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), primary_key=True)
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    base_id: Mapped[int] = mapped_column(ForeignKey("card_base.id"), index=True)
    number: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    appeal_date: Mapped[date]
    repeat_of: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"))
    body_id: Mapped[int | None] = mapped_column(ForeignKey("state_body.id"))
    social_status: Mapped[str | None]
    age: Mapped[int | None]
    occupation: Mapped[str | None]
    district: Mapped[str | None]
    language: Mapped[str | None]
    annotation: Mapped[str | None]
    needs_attention: Mapped[bool | None]
    category: Mapped[str | None]
    topic: Mapped[str | None]
    complaint_subject: Mapped[str | None]
    complaint_object: Mapped[str | None]
    type_mark: Mapped[str | None]
    executor_id: Mapped[int | None] = mapped_column(ForeignKey("state_body.id"))
    control: Mapped[bool | None]
    check_remarks: Mapped[str | None]
    checked_at: Mapped[datetime | None]
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    routed_at: Mapped[datetime | None]
    controlled_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("office_id", "number"), Index(None, "office_id", "made_at"))
