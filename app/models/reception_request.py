"""Requests for personal reception."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Json


class ReceptionRequest(Base):
    """What the person wrote and what the 13 steps found out; one row a case, long texts live here (F-REC-*)."""

    __tablename__ = "reception_request"

    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"), index=True)
    channel: Mapped[str]
    received_at: Mapped[datetime]
    registered_at: Mapped[datetime | None]
    substance: Mapped[str] = mapped_column(server_default="")
    nature: Mapped[str] = mapped_column(server_default="")
    official_requested: Mapped[str] = mapped_column(server_default="")
    answers: Mapped[Json] = mapped_column(server_default="{}")
