"""Protocol assignments and assignments of higher bodies."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class Assignment(Base):
    """An assignment under control: who gave it, its concrete date, how and when it was carried out (KST-S11, KST-S12).

    `state` is draft (the protocol is being written), under_control, executed (reported, to be checked), rework or
    off_control; `origin` is reception or the higher body that gave it (KST-TASK-5.1). `due_on` is the date that holds
    now; earlier ones stand in `AssignmentExtension`. `reminded_for` and `escalated_for` are the due dates that people
    were told of already.
    """

    __tablename__ = "assignment"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("process_instance.id"))
    protocol: Mapped[str | None]
    number: Mapped[int]
    register_number: Mapped[str | None]
    origin: Mapped[str] = mapped_column(server_default="reception")
    origin_document: Mapped[str] = mapped_column(server_default="")
    appeal_number: Mapped[str] = mapped_column(server_default="")
    state: Mapped[str] = mapped_column(server_default="draft")
    text: Mapped[str]
    body_id: Mapped[int] = mapped_column(ForeignKey("state_body.id"))
    due_on: Mapped[date]
    given_at: Mapped[datetime]
    executed_on: Mapped[date | None]
    executed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    timeliness: Mapped[str | None]
    late_days: Mapped[int | None]
    report: Mapped[str] = mapped_column(server_default="")
    reply_kind: Mapped[str | None]
    reply_number: Mapped[str] = mapped_column(server_default="")
    reply_on: Mapped[date | None]
    quality: Mapped[str | None]
    remarks: Mapped[str] = mapped_column(server_default="")
    returned: Mapped[int] = mapped_column(server_default="0")
    reminded_for: Mapped[date | None]
    escalated_for: Mapped[date | None]
    off_control_on: Mapped[date | None]
    off_control_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (Index(None, "office_id", "state", "due_on"),)
