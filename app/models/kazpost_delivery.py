"""Deliveries of Kazpost."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class KazpostDelivery(Base):
    """A list of envelopes that a courier brought, one row a case (KST-KAZPOST).

    `signed_at` is when the list was signed, `returned_at` when the courier got it back (KST-KAZPOST-4).
    """

    __tablename__ = "kazpost_delivery"

    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), primary_key=True)
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"), index=True)
    number: Mapped[str]
    came_at: Mapped[datetime]
    list_number: Mapped[str] = mapped_column(server_default="")
    list_date: Mapped[date | None]
    courier: Mapped[str] = mapped_column(server_default="")
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    returned_at: Mapped[datetime | None]
