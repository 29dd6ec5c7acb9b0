"""History rows: what happened, with a digest over the facts and the personal payload."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import orjson
from sqlalchemy import Table, insert, text
from sqlalchemy.orm import Session

from app.engine.run import Decided
from app.models import History
from app.usecases.transaction import Change, write

_PLAIN = insert(cast(Table, History.__table__)).inline()
_WITH_PAYLOAD = text(
    """
    WITH event AS (
        INSERT INTO history (office_id, case_id, instance_id, at, kind, element, person_id, facts, payload_digest,
            digest)
        VALUES (:office_id, :case_id, :instance_id, :at, :kind, :element, :person_id, CAST(:facts AS jsonb),
            :payload_digest, :digest)
        RETURNING id
    )
    INSERT INTO history_payload (history_id, payload) SELECT id, CAST(:payload AS jsonb) FROM event
    """
)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: `facts` say what, `payload` holds what is personal and may be emptied one day."""

    kind: str
    element: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    payload: Mapping[str, Any] = field(default_factory=dict)


def decision_made(told: Decided) -> Event:
    """What a business rule task has decided and why; the values it looked at may be personal."""
    steps = [{name: part for name, part in step.items() if name != "inputs"} for step in told.steps]
    facts = {
        "decision": told.decision,
        "value": told.value,
        "steps": steps,
        "warnings": [warning.as_dict() for warning in told.warnings],
    }
    inputs = [{"decision": step["decision"], "inputs": step["inputs"]} for step in told.steps]
    return Event("decision_made", told.element, facts, {"inputs": inputs})


def digest_of(row: Mapping[str, Any]) -> bytes:
    """SHA-256 over everything a history row says, its payload by the payload's own digest."""
    payload = row["payload_digest"]
    canonical = [
        row["at"].astimezone(UTC).isoformat(),
        row["kind"],
        row["element"],
        row["office_id"],
        row["case_id"],
        row["instance_id"],
        row["person_id"],
        row["facts"],
        payload.hex() if payload else None,
    ]
    return hashlib.sha256(orjson.dumps(canonical, option=orjson.OPT_SORT_KEYS)).digest()


def payload_bytes(payload: Mapping[str, Any]) -> bytes:
    """The payload as the digest sees it."""
    return orjson.dumps(dict(payload), option=orjson.OPT_SORT_KEYS) if payload else b""


def record(
    session: Session,
    events: Iterable[Event],
    *,
    at: datetime,
    office_id: str | None,
    case_id: int | None = None,
    instance_id: int | None = None,
    by: int | None = None,
) -> None:
    """Write the events, unchained: the sealer chains them later."""
    write(session, changes_of(events, at=at, office_id=office_id, case_id=case_id, instance_id=instance_id, by=by))


def changes_of(
    events: Iterable[Event],
    *,
    at: datetime,
    office_id: str | None,
    case_id: int | None = None,
    instance_id: int | None = None,
    by: int | None = None,
) -> Iterator[Change]:
    """The rows of the events, in order, to be written with other changes."""
    for event in events:
        facts = dict(event.facts)
        payload = payload_bytes(event.payload)
        row = {
            "office_id": office_id,
            "case_id": case_id,
            "instance_id": instance_id,
            "at": at,
            "kind": event.kind,
            "element": event.element,
            "person_id": by,
            "facts": facts,
            "payload_digest": hashlib.sha256(payload).digest() if payload else None,
        }
        row["digest"] = digest_of(row)
        if payload:
            dumped = orjson.dumps(facts, option=orjson.OPT_SORT_KEYS).decode()
            yield _WITH_PAYLOAD, row | {"facts": dumped, "payload": payload.decode()}
        else:
            yield _PLAIN, row
