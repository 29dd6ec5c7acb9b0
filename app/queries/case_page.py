"""Everything the page of one case shows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.diagram import Drawing
from app.domain.texts import Text
from app.models import (
    Case,
    Job,
    Letter,
    Note,
    Person,
    ProcessInstance,
)
from app.models.database import reading
from app.queries.assignments import AssignmentRow, assignments_of_case
from app.queries.case_tasks import (
    CaseProcess,
    OpenTaskRow,
    StepState,
    open_tasks_of,
    processes_of,
    steps_of,
    tasks_of,
)
from app.queries.case_timeline import TimelineRow, timeline_of
from app.queries.documents import CaseDocument, documents_of
from app.queries.elements import drawings_of_version, element_name
from app.records.appeals import KIND
from app.records.case_rows import CaseRows, case_rows
from app.records.facts import facts_of
from app.records.kazpost import KIND as DELIVERY
from app.records.withdrawals import withdrawal_heard


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter in the journal of the case."""

    id: int
    template: str
    channel: str
    recipient: str
    address: str
    subject: str
    status: str
    created_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """What the case waits for besides people: a timer, a job, a message."""

    kind: str
    name: Text
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A colleague's note."""

    written_at: datetime
    written_by: str
    text: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case as its page shows it."""

    id: int
    kind: str
    number: str | None
    status: str
    subject: str
    applicant: str
    opened_at: datetime
    closed_at: datetime | None
    instance_id: int | None
    version: int | None
    published_at: datetime | None
    end_event: str | None
    facts: Mapping[str, Any]
    steps: Sequence[StepState]
    tasks: Sequence[OpenTaskRow]
    waiting: Sequence[WaitingRow]
    timeline: Sequence[TimelineRow]
    letters: Sequence[LetterRow]
    documents: Sequence[CaseDocument]
    notes: Sequence[NoteRow]
    assignments: Sequence[AssignmentRow]
    incidents: int
    messages: Sequence[str]
    withdrawable: bool
    drawings: Sequence[Drawing]
    passed: frozenset[str]


_BESIDES: Final = text(
    """
    SELECT (SELECT count(*) FROM incident WHERE case_id = :case AND resolved_at IS NULL) AS incidents,
           array(SELECT message FROM subscription WHERE case_id = :case ORDER BY id) AS messages,
           array(
               SELECT DISTINCT jsonb_array_elements_text(facts -> 'passed') FROM history
               WHERE case_id = :case AND jsonb_typeof(facts -> 'passed') = 'array'
           ) AS passed
    """
)


def case_page(case_id: int, *, office_id: str, language: str) -> CasePage | None:
    """A case of this office; None when there is no such case."""
    with reading() as session:
        try:
            rows = case_rows(session, case_id)
        except NoResultFound:
            return None
        if rows.case.office_id != office_id:
            return None
        return _page(session, rows, language)


def _page(session: Session, rows: CaseRows, language: str) -> CasePage:
    case = rows.case
    instances = processes_of(session, case.id)
    instance = instances[0] if instances else None
    tasks = tasks_of(session, case.id)
    besides = session.execute(_BESIDES, {"case": case.id}).one()
    assignments = assignments_of_case(session, case.office_id, case.id)
    letters = session.scalars(select(Letter).where(Letter.case_id == case.id).order_by(Letter.id.desc())).all()
    shown = _shown(rows, drafts=not assignments)
    return CasePage(
        id=case.id,
        kind=case.kind,
        number=case.number,
        status=_status(case, instance),
        subject=case.subject,
        applicant=rows.applicant.full_name if rows.applicant else "",
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        instance_id=instance.id if instance else None,
        version=instance.number if instance else None,
        published_at=instance.published_at if instance else None,
        end_event=instance.end_event if instance else None,
        facts=facts_of(session, rows, language, clock.now(), only=shown),
        steps=steps_of([task.row for task in tasks], instance),
        tasks=open_tasks_of(session, [task for task in tasks if task.row.status == "open"], case.office_id),
        waiting=_waiting(session, case.id),
        timeline=timeline_of(session, case.id),
        letters=[_letter(row) for row in letters],
        documents=documents_of(session, case.id),
        notes=_notes(session, case.id),
        assignments=assignments,
        incidents=besides.incidents,
        messages=besides.messages,
        withdrawable=bool(withdrawal_heard(session, case.id)),
        drawings=[
            drawing
            for version in dict.fromkeys(each.version_id for each in instances)
            for drawing in drawings_of_version(version)
        ],
        passed=frozenset(besides.passed),
    )


_ALWAYS: Final = frozenset({"applicant", "event", "consultation", "delivery", "envelopes"})
_OF_APPEALS: Final = frozenset({"appeal", "journal", "card"})
_OF_OTHERS: Final = frozenset({"request", "reception", "refusal_reason"})
_OF_REQUESTS: Final = frozenset({"positions", "assignments"})
_OF_GRIEVANCES: Final = frozenset({"grievance", "grievance_states", "reply"})
_OF_INCOMING: Final = frozenset({"incoming", "monitored", "hand_overs"})
SHOWN: Final = _ALWAYS | _OF_APPEALS | _OF_OTHERS | _OF_REQUESTS | _OF_GRIEVANCES | _OF_INCOMING
"""The facts that the page of some case shows: no others are there."""


def _shown(rows: CaseRows, *, drafts: bool) -> Collection[str]:
    """The facts that the page of this case shows; `drafts`: assignments that no register knows yet."""
    shown = _ALWAYS | (_OF_APPEALS if rows.case.kind in (KIND, DELIVERY) else _OF_OTHERS)
    if rows.request is not None:
        shown |= _OF_REQUESTS if drafts else _OF_REQUESTS - {"assignments"}
    if rows.grievance is not None:
        shown |= _OF_GRIEVANCES
    if rows.incoming is not None:
        shown |= _OF_INCOMING
    return shown


def _status(case: Case, instance: CaseProcess | None) -> str:
    return "suspended" if instance is not None and instance.status == "suspended" else case.status


def _waiting(session: Session, case_id: int) -> list[WaitingRow]:
    rows = session.execute(
        select(Job.kind, ProcessInstance.version_id, Job.element, Job.due_at)
        .join(ProcessInstance, ProcessInstance.id == Job.instance_id)
        .where(Job.case_id == case_id, Job.engine_id.is_not(None), Job.status != "failed")
        .order_by(Job.due_at, Job.id)
    )
    return [
        WaitingRow(kind, element_name(version, element), due_at) for kind, version, element, due_at in rows if element
    ]


def _letter(row: Letter) -> LetterRow:
    return LetterRow(
        id=row.id,
        template=row.template,
        channel=row.channel,
        recipient=row.recipient,
        address=row.address,
        subject=row.subject,
        status=row.status,
        created_at=row.created_at,
        sent_at=row.sent_at,
    )


def _notes(session: Session, case_id: int) -> list[NoteRow]:
    rows = session.execute(
        select(Note, Person.full_name)
        .join(Person, Person.id == Note.written_by)
        .where(Note.case_id == case_id)
        .order_by(Note.id.desc())
    ).all()
    return [NoteRow(note.written_at, who, note.text) for note, who in rows]
