"""Documents in the journals of incoming documents of a group of companies."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class IncomingDocument(Base):
    """One row an appeal: the company that it came to, its kind, what the journal says of it (SKE-1.2 … SKE-1.13).

    `company` and `branch` are units of the office's `[ske]`; `kind` and `consumer_group` are codes of its lists.
    `signed` is empty where no signature is asked for. `executors` are person ids in the order of the resolution, the
    first controls. `transferred_at` is when the branch has it, by the report of `letter_id`.
    """

    __tablename__ = "incoming_document"

    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), primary_key=True)
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    company: Mapped[str]
    branch: Mapped[str | None]
    kind: Mapped[str | None]
    consumer_group: Mapped[str | None]
    outgoing_number: Mapped[str] = mapped_column(server_default="")
    outgoing_date: Mapped[date | None]
    addressee: Mapped[str] = mapped_column(server_default="")
    heading: Mapped[str] = mapped_column(server_default="")
    signatory: Mapped[str] = mapped_column(server_default="")
    signed: Mapped[bool | None]
    number: Mapped[str | None]
    registered_at: Mapped[datetime | None]
    registered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    acknowledged: Mapped[str | None]
    resolution: Mapped[str] = mapped_column(server_default="")
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date | None]
    executors: Mapped[list[Any]] = mapped_column(server_default="[]")
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"))
    transferred_at: Mapped[datetime | None]
    visit_on: Mapped[date | None]

    __table_args__ = (Index(None, "office_id", "company", "registered_at"),)
