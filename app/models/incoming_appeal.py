"""Which appeals of other systems are here already."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class IncomingAppeal(Base):
    """An appeal by its number in the system it came from: the same number of a source is one case.

    `digest` is the SHA-256 of what was sent.
    """

    __tablename__ = "incoming_appeal"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    source: Mapped[str]
    external_number: Mapped[str]
    digest: Mapped[bytes]
    batch_id: Mapped[int] = mapped_column(ForeignKey("intake_batch.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), index=True)

    __table_args__ = (UniqueConstraint("office_id", "source", "external_number"),)
