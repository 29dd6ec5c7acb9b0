"""An appeal or a delivery of Kazpost comes to the office: its case begins at the event of its source."""

from collections.abc import Mapping
from typing import Any, Final

from app.domain import clock
from app.models import Office
from app.models.database import reading
from app.records.appeals import KIND
from app.records.group import group_of
from app.usecases.access import Actor, ForbiddenError
from app.usecases.cases import open_case
from app.usecases.published import NotFoundError

PROCESS: Final = "appeal_registration"


def begin_appeal(source: str, *, language: str, by: Actor) -> int:
    """Open the case of what has come by a source of the office; returns its id.

    `[[appeal.sources]]` says in which process and at which event it begins (KST-SRC-1 … KST-SRC-4, SKE-1.1), and who
    may open it. Raises `ForbiddenError`, and `NotFoundError` for a source that the office does not have.
    """
    by.demand("appeal.open")
    found = _source(by.office_id, source)
    if not _hers(found, by):
        raise ForbiddenError
    return open_case(
        process_key=str(found.get("process", PROCESS)),
        kind=KIND,
        language=language,
        by=by,
        start_element=found.get("begins_at"),
        brought={"source": source},
    )


def _hers(source: Mapping[str, Any], by: Actor) -> bool:
    """Whether the source names a role of hers, and her company if it is that of one (SKE-2)."""
    if "roles" in source and not by.roles.intersection(source["roles"]):
        return False
    with reading() as session:
        group = group_of(session, by.office_id)
        return "subsidiary" not in source or group.works_in(by.id, source["subsidiary"], clock.now())


def _source(office_id: str, code: str) -> Mapping[str, Any]:
    with reading() as session:
        settings = session.get_one(Office, office_id).settings
    known = settings.get("appeal", {}).get("sources", [])
    found: Mapping[str, Any] | None = next((each for each in known if each["code"] == code), None)
    if found is None:
        raise NotFoundError
    return found
