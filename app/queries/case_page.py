"""Everything the page of one case shows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session, defer

from app.domain import clock
from app.domain.diagram import Drawing
from app.domain.remaining import Remaining, remaining
from app.domain.texts import Text
from app.models import (
    Assignment,
    Case,
    Job,
    Letter,
    Note,
    Person,
    ProcessInstance,
    ProcessVersion,
    StateBody,
    UserTask,
)
from app.models.database import brought, reading
from app.queries.assignment_item import about_item
from app.queries.assignments import AssignmentRow, assignments_of_case
from app.queries.case_timeline import TimelineRow, timeline_of
from app.queries.documents import CaseDocument, body_of, documents_of
from app.queries.elements import drawings_of_version, element_name, elements_of_version
from app.records.appeals import KIND
from app.records.case_rows import CaseRows, case_rows
from app.records.facts import facts_of
from app.records.kazpost import KIND as DELIVERY
from app.records.terms import office_calendar
from app.records.withdrawals import withdrawal_heard

_WAITS: Final = frozenset({"userTask", "receiveTask", "intermediateCatchEvent"})


@dataclass(frozen=True, slots=True)
class OpenTaskRow:
    """A task that waits in this case."""

    id: int
    element: str
    name: Text
    step: int | None
    role: str | None
    assignee: str | None
    due_at: datetime | None
    remaining: Remaining | None
    about: Text


@dataclass(frozen=True, slots=True)
class StepState:
    """One of the 13 steps: done, now, late, skip or todo, with the day that says most."""

    number: int
    state: str
    day: datetime | None


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


@dataclass(frozen=True, slots=True)
class _Instance:
    """A process of the case and the version that it runs on."""

    id: int
    version_id: int
    status: str
    end_event: str | None
    number: int
    published_at: datetime


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
    instances = _instances(session, case.id)
    instance = instances[0] if instances else None
    tasks = _tasks(session, case.id)
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
        steps=_steps([task.row for task in tasks], instance),
        tasks=_open_tasks(session, [task for task in tasks if task.row.status == "open"], case.office_id),
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


def _instances(session: Session, case_id: int) -> list[_Instance]:
    """The processes of the case, in the order in which they began."""
    columns = (ProcessInstance.id, ProcessInstance.version_id, ProcessInstance.status, ProcessInstance.end_event)
    found = session.execute(
        select(*columns, ProcessVersion.number, ProcessVersion.published_at)
        .join(ProcessVersion, ProcessVersion.id == ProcessInstance.version_id)
        .where(ProcessInstance.case_id == case_id)
        .order_by(ProcessInstance.id)
    )
    return [_Instance(*row) for row in found]


def _status(case: Case, instance: _Instance | None) -> str:
    return "suspended" if instance is not None and instance.status == "suspended" else case.status


@dataclass(frozen=True, slots=True)
class _Task:
    """A task with whose it is, and the version that draws it."""

    row: UserTask
    assignee: str | None
    version_id: int


def _tasks(session: Session, case_id: int) -> list[_Task]:
    found = session.execute(
        select(UserTask, Person.full_name, ProcessInstance.version_id)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .outerjoin(Person, Person.id == UserTask.assignee_id)
        .where(UserTask.case_id == case_id)
        .order_by(UserTask.id)
        .options(defer(UserTask.term))
    )
    return [_Task(*row) for row in found]


def _steps(tasks: Sequence[UserTask], instance: _Instance | None) -> list[StepState]:
    now = clock.now()
    ended = instance is None or instance.status != "running"
    furthest = max((task.step or 0 for task in tasks), default=0)
    found = []
    for number in _numbers(instance):
        mine = [task for task in tasks if task.step == number]
        waiting = [task for task in mine if task.status == "open"]
        done = [task for task in mine if task.status == "completed"]
        if waiting:
            due = min((task.due_at for task in waiting if task.due_at), default=None)
            found.append(StepState(number, "late" if due is not None and due < now else "now", due))
        elif done:
            found.append(StepState(number, "done", max(task.ended_at for task in done if task.ended_at)))
        else:
            found.append(StepState(number, "skip" if number < furthest or ended else "todo", None))
    return found


def _numbers(instance: _Instance | None) -> Sequence[int]:
    """The steps in which this version waits for somebody; the thirteen of the algorithm where nothing is drawn."""
    elements = elements_of_version(instance.version_id).values() if instance is not None else ()
    return sorted({each.step for each in elements if each.step and each.kind in _WAITS}) or range(1, 14)


def _open_tasks(session: Session, waiting: Sequence[_Task], office_id: str) -> list[OpenTaskRow]:
    items = [task.row.item for task in waiting if task.row.item]
    known = [
        *brought(session, Assignment, (item.get("assignment_id") for item in items)),
        *brought(session, StateBody, (item.get("body_id") for item in items)),
    ]
    now, calendar = clock.now(), office_calendar(session, office_id) if waiting else None
    found = [
        OpenTaskRow(
            id=task.row.id,
            element=task.row.element,
            name=element_name(task.version_id, task.row.element),
            step=task.row.step,
            role=task.row.role,
            assignee=task.assignee,
            due_at=task.row.due_at,
            remaining=remaining(task.row.due_at, now, calendar) if task.row.due_at and calendar else None,
            about=about_item(session, task.row.item) or body_of(session, task.row.item),
        )
        for task in waiting
    ]
    del known
    return found


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
