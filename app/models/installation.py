"""Facts about the installation itself."""

from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Json


class Installation(Base):
    """One row a fact: `demo` marks a demo database, `clock` holds the demo clock's shift, `chain` the seal."""

    __tablename__ = "installation"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Json]
