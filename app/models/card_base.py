"""The base section of registration cards."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key
from app.models.findable import Findable


class CardBase(Findable, Base):
    """Who applies, once for all her cards (KST-REG-3); after it is made only address and phone change (KST-REG-4)."""

    __tablename__ = "card_base"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    kind: Mapped[str]
    full_name: Mapped[str]
    sort_key: Mapped[str]
    iin: Mapped[str | None]
    represented_person: Mapped[str | None]
    address: Mapped[str | None]
    phone: Mapped[str | None]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (
        Index(None, "office_id", "iin"),
        Index(None, "office_id", "sort_key"),
        Index(None, "keys", postgresql_using="gin"),
    )
