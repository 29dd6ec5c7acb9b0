"""An appeal or a delivery of Kazpost comes to the office: its case begins at the event of its source."""

from collections.abc import Mapping
from typing import Final

from app.records.appeals import KIND
from app.usecases.access import Actor
from app.usecases.cases import open_case
from app.usecases.published import NotFoundError

PROCESS: Final = "appeal_registration"
BEGINS_AT: Final[Mapping[str, str | None]] = {
    "hand": None,
    "kazpost": "kazpost_delivery_came",
    "egov": "egov_appeal_came",
    "president_reception": "president_appeal_came",
}
"""Where an appeal of each source begins (KST-SRC-1 … KST-SRC-4); one by hand without a message."""


def begin_appeal(source: str, *, language: str, by: Actor) -> int:
    """Open the case of what has come by a source; returns its id.

    Raises `ForbiddenError`, and `NotFoundError` for a source that nobody has or an office that registers no appeals.
    """
    by.demand("appeal.open")
    if source not in BEGINS_AT:
        raise NotFoundError
    return open_case(process_key=PROCESS, kind=KIND, language=language, by=by, start_element=BEGINS_AT[source])
