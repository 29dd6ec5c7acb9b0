"""Directory of state bodies."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key


class StateBody(Base):
    """A body that is invited to receptions and gets assignments.

    `kind` is central, local, territorial, prosecution, police, anticorruption, court or unit; `language` that of its
    letters: kk, ru or kk+ru; `contact` who answers there. One that is not `active` is not offered any more.
    """

    __tablename__ = "state_body"

    id: Mapped[Key]
    office_id: Mapped[str] = mapped_column(ForeignKey("office.id"))
    code: Mapped[str]
    kind: Mapped[str]
    name_kk: Mapped[str]
    name_ru: Mapped[str]
    name_en: Mapped[str]
    head: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    by_agreement: Mapped[bool] = mapped_column(server_default="false")
    language: Mapped[str] = mapped_column(server_default="kk+ru")
    contact: Mapped[str] = mapped_column(server_default="")
    active: Mapped[bool] = mapped_column(server_default="true")

    __table_args__ = (UniqueConstraint("office_id", "code"),)
