"""Envelopes of Kazpost's deliveries."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class KazpostEnvelope(Base):
    """A barcode of a delivery: on the list, found, or both (KST-KAZPOST-1); `appeal_id` is the case it became.

    One of the list that was not found is missing, one found that is not on the list is extra: both are discrepancies.
    """

    __tablename__ = "kazpost_envelope"

    id: Mapped[Key]
    delivery_id: Mapped[int] = mapped_column(ForeignKey("kazpost_delivery.case_id", ondelete="CASCADE"))
    barcode: Mapped[str]
    listed: Mapped[bool]
    found: Mapped[bool]
    wrong_addressee: Mapped[bool] = mapped_column(server_default="false")
    returned_at: Mapped[datetime | None]
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id", ondelete="SET NULL"), index=True)

    __table_args__ = (UniqueConstraint("delivery_id", "barcode"),)
