"""What rows of people are found by, however the name was spelled."""

from typing import Any

from sqlalchemy import ARRAY, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.same_person import Described, search_keys


class Findable:
    """A row with `full_name`, `iin`, `phone`, `address` and perhaps `email`; its `keys` follow them at every flush.

    The table needs a GIN index on `keys`. See `search_keys` for what a key is.
    """

    keys: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default="{}")

    @property
    def described(self) -> Described:
        """What of the row tells who it is."""
        row: Any = self
        return Described(row.full_name or "", row.iin, row.phone, getattr(row, "email", None), row.address)


def _keep_keys(mapper: object, connection: object, row: Findable) -> None:
    del mapper, connection
    row.keys = search_keys(row.described)


event.listen(Findable, "before_insert", _keep_keys, propagate=True)
event.listen(Findable, "before_update", _keep_keys, propagate=True)
