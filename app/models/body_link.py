"""Links by which state bodies answer without an account."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Json, Key


class BodyLink(Base):
    """A body's way in to one task of one case: the task whose `item` holds `item`.

    It ends at `expires_at` (business time) or when it is revoked: `reason` is renewed, superseded, or what a person
    wrote. The draft is what the body has typed and not sent.
    """

    __tablename__ = "body_link"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("state_body.id"))
    item: Mapped[Json]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str | None]
    draft: Mapped[Json | None]
    draft_saved_at: Mapped[datetime | None]
