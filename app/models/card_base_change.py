"""What the base section of a card said before."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class CardBaseChange(Base):
    """A changed address or phone of a base section with its former value (KST-REG-4)."""

    __tablename__ = "card_base_change"

    id: Mapped[Key]
    base_id: Mapped[int] = mapped_column(ForeignKey("card_base.id", ondelete="CASCADE"), index=True)
    field: Mapped[str]
    former: Mapped[str | None]
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
