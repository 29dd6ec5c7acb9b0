"""Cases and their process instances: start, correct, send a message, cancel."""

from collections.abc import Mapping
from typing import Any, Final, cast

import orjson
from sqlalchemy import Table, bindparam, insert
from sqlalchemy.orm import Session

from app.domain import clock
from app.engine.run import Run, Variables
from app.models import Case, ProcessInstance
from app.usecases.access import Actor
from app.usecases.advance import Locked, advance, settle_with
from app.usecases.history import Event
from app.usecases.outbox import post
from app.usecases.projection import View
from app.usecases.published import newest_version_id, published
from app.usecases.transaction import transaction
from app.usecases.world import CaseWorld

CASE_OF: Final[Mapping[str, str]] = {
    "personal_reception": "personal_reception",
    "appeal_registration": "appeal",
    "department_task": "department_task",
    "ktek_grievance": "appeal",
    "ktek_stakeholder_event": "plan_event",
    "ktek_director_reception": "director_reception",
    "ktek_consultation": "consultation",
    "ske_complaint": "appeal",
    "ske_review_book": "appeal",
}
"""The kind of case that a process begins with, where a message starts it that belongs to none of this kind."""
_instances = cast(Table, ProcessInstance.__table__)
_new_instance = (
    insert(_instances)
    .values(
        {
            name: bindparam(name)
            for name in ("office_id", "case_id", "version_id", "status", "state", "started_at", "started_by")
        }
    )
    .returning(_instances.c.id)
)


def open_case(
    *,
    process_key: str,
    kind: str,
    language: str,
    by: Actor,
    variables: Mapping[str, Any] | None = None,
    start_element: str | None = None,
    brought: Mapping[str, Any] | None = None,
) -> int:
    """A new case with the first instance of its process, in one commit; returns the case's id.

    The instance begins at `start_element` as if its message had `brought` this, else where its process begins without
    a message.
    """
    by.demand("case.open")
    with transaction() as session:
        case = Case(
            office_id=by.office_id,
            kind=kind,
            language=language,
            status="running",
            opened_at=clock.now(),
            opened_by=by.id,
        )
        session.add(case)
        session.flush()  # the instance needs case.id
        start_instance(
            session,
            by.office_id,
            process_key,
            case_id=case.id,
            variables=dict(variables or {}),
            by=by.id,
            start_element=start_element,
            brought=dict(brought or {}) if start_element else None,
        )
        return case.id


def case_begun_by(
    session: Session, office_id: str, process_key: str, payload: Mapping[str, Any], *, sent_by: int | None = None
) -> int | None:
    """The case of a process that a message starts, such as a request from the portal (KRG-4): a new one.

    That of the case `sent_by` for a process that runs within cases of others or of this kind, None for one that runs
    without a case. An envelope of Kazpost's delivery so becomes an appeal of its own. `language` of the message is the
    new case's.
    """
    kind = CASE_OF.get(process_key)
    if kind is None or (sent_by is not None and session.get_one(Case, sent_by).kind == kind):
        return sent_by
    language = payload.get("language")
    case = Case(
        office_id=office_id,
        kind=kind,
        language=language if language in ("kk", "ru") else "ru",
        status="running",
        opened_at=clock.now(),
        opened_by=None,
    )
    session.add(case)
    session.flush()  # the instance needs case.id
    return case.id


def start_instance(
    session: Session,
    office_id: str,
    process_key: str,
    *,
    case_id: int | None,
    variables: Variables,
    by: int | None,
    start_element: str | None = None,
    brought: Variables | None = None,
) -> int:
    """Start the newest version of a process in the caller's transaction; returns the instance's id.

    `brought` is what the message or signal has brought that starts it at `start_element`.
    """
    version = published(session, newest_version_id(session, office_id, process_key))
    now = clock.now()
    row = {
        "office_id": office_id,
        "case_id": case_id,
        "version_id": version.version_id,
        "status": "running",
        "state": b"",
        "started_at": now,
        "started_by": by,
    }
    started: int = session.connection().execute(_new_instance, row).scalar_one()
    world = CaseWorld(session, office_id, case_id, started, version, now, by)
    data: Variables = {**variables, "office_id": office_id}
    if case_id is not None:
        data["case_id"] = case_id
    run = Run.start(version.definition, world, data, start_element=start_element, brought=brought)
    run.settle()
    instance = Locked(started, office_id, case_id, "running", b"", version)
    event = Event("instance_started", start_element, {"version": version.number})
    settle_with(session, instance, run, world, View.empty(), event=event, now=now, by=by)
    return started


def correct(instance_id: int, variables: Variables, *, reason: str, by: int | None = None) -> None:
    """Write corrected variables into every live scope; waiting timers and due moments follow; old and new are kept."""
    payload = {"variables": orjson.loads(orjson.dumps(variables)), "reason": reason}
    event = Event("corrected", None, {"names": sorted(variables)}, payload)
    advance(instance_id, lambda run: run.correct(variables), event=event, by=by, corrected=True)


def send_message(
    office_id: str,
    name: str,
    *,
    case_id: int | None,
    payload: Mapping[str, Any] | None = None,
    idempotency_key: str | None = None,
) -> int:
    """Put a message on its way; returns its id. Kept until somebody waits for it or it expires."""
    with transaction() as session:
        return post(
            session,
            office_id,
            name,
            case_id=case_id,
            payload=payload or {},
            now=clock.now(),
            idempotency_key=idempotency_key,
        )
