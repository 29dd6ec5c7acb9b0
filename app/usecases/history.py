"""History rows: what happened, with a digest over the facts and the personal payload."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.models import History

_WITH_PAYLOAD = text(
    """
    WITH event AS (
        INSERT INTO history (office_id, case_id, instance_id, at, kind, element, person_id, facts, digest)
        VALUES (:office_id, :case_id, :instance_id, :at, :kind, :element, :person_id, CAST(:facts AS jsonb), :digest)
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


def digest_of(*, at: datetime, kind: str, element: str | None, facts: Mapping[str, Any], payload: bytes) -> bytes:
    """SHA-256 over the moment, the kind, the facts and the digest of the payload."""
    canonical = orjson.dumps(
        [at.isoformat(), kind, element, dict(facts), hashlib.sha256(payload).hexdigest()], option=orjson.OPT_SORT_KEYS
    )
    return hashlib.sha256(canonical).digest()


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
    plain = []
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
            "digest": digest_of(at=at, kind=event.kind, element=event.element, facts=facts, payload=payload),
        }
        if payload:
            dumped = orjson.dumps(facts, option=orjson.OPT_SORT_KEYS).decode()
            session.execute(_WITH_PAYLOAD, row | {"facts": dumped, "payload": payload.decode()})
        else:
            plain.append(row)
    if plain:
        session.execute(insert(History), plain)
