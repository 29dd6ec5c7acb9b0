"""Appeals that another system sent together."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class IntakeBatch(Base):
    """One call of the API or one imported file: `channel` is api or file; `digest` tells whether it is the same again.

    `status` is running or done, `total` counts its appeals, `done` those that were looked at, `new` those that became
    cases. `name` and `file_id` are the file's.
    """

    __tablename__ = "intake_batch"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    source: Mapped[str]
    channel: Mapped[str]
    digest: Mapped[bytes]
    idempotency_key: Mapped[str | None]
    name: Mapped[str] = mapped_column(server_default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    status: Mapped[str]
    total: Mapped[int]
    done: Mapped[int] = mapped_column(server_default="0")
    new: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("office_id", "idempotency_key"), Index(None, "office_id", "created_at"))
