"""People who sign in."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.texts import Text
from app.models.base import Base, Json, Key


class Person(Base):
    """A member of staff; `sort_key` orders names, `preferences` holds theme, quiet hours and digest.

    `position` is the Russian one, or the only one there is.
    """

    __tablename__ = "person"

    id: Mapped[Key]
    office_id: Mapped[str | None] = mapped_column(ForeignKey("office.id"), index=True)
    login: Mapped[str] = mapped_column(unique=True)
    full_name: Mapped[str]
    sort_key: Mapped[str]
    position: Mapped[str] = mapped_column(server_default="")
    position_kk: Mapped[str] = mapped_column(server_default="")
    position_en: Mapped[str] = mapped_column(server_default="")
    email: Mapped[str | None]
    phone: Mapped[str | None]
    language: Mapped[str] = mapped_column(server_default="ru")
    preferences: Mapped[Json] = mapped_column(server_default="{}")
    password_hash: Mapped[str | None]
    totp_secret: Mapped[str | None]
    totp_confirmed: Mapped[bool] = mapped_column(server_default="false")
    totp_last_step: Mapped[int] = mapped_column(server_default="0")
    active: Mapped[bool] = mapped_column(server_default="true")
    failed_sign_ins: Mapped[int] = mapped_column(server_default="0")
    locked_until: Mapped[datetime | None]

    @property
    def titled(self) -> Text:
        """Her position in three languages, each falling back on the words there are."""
        return titled(self.position_kk, self.position, self.position_en)


def titled(kk: str, ru: str, en: str) -> Text:
    """A position in three languages, each falling back on the words there are."""
    return Text(kk or ru or en, ru or kk or en, en or ru or kk)
