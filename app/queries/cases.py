"""The list of cases and everything the page of one case shows."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.case_words import asked
from app.domain.diagram import Drawing
from app.domain.remaining import Remaining, remaining
from app.domain.texts import Text
from app.models import (
    Applicant,
    Assignment,
    Case,
    File,
    History,
    HistoryPayload,
    Incident,
    Job,
    Letter,
    Note,
    Person,
    ProcessInstance,
    ProcessVersion,
    StateBody,
    Subscription,
    UserTask,
)
from app.models.database import reading
from app.queries.assignment_item import about_item
from app.queries.documents import CaseDocument, body_of, documents_of
from app.queries.elements import drawings_of_version, element_name, elements_of_version
from app.queries.word_search import COUNTED, asking, searched
from app.records.facts import case_facts
from app.records.terms import office_calendar
from app.records.withdrawals import withdrawal_heard

PAGE: Final = 50
_WAITS: Final = frozenset({"userTask", "receiveTask", "intermediateCatchEvent"})


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in the list."""

    id: int
    kind: str
    number: str
    applicant: str
    subject: str
    status: str
    opened_at: datetime
    closed_at: datetime | None
    step: int | None
    late: bool


@dataclass(frozen=True, slots=True)
class CaseList:
    """A page of the list; `next` is the id after which the next page starts.

    `more`: a search has found more than its `total`, and those are not counted.
    """

    rows: Sequence[CaseRow]
    total: int
    next: int | None
    more: bool = False


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
class TimelineRow:
    """Something that happened; `elements` names what it was about, `detail` what was said."""

    at: datetime
    kind: str
    element: Text | None
    step: int | None
    who: str | Text | None
    detail: str
    instead_of: str | None = None
    """Who was away while `who` stood for her."""


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
    incidents: int
    messages: Sequence[str]
    withdrawable: bool
    drawings: Sequence[Drawing]
    passed: frozenset[str]
    roles: Mapping[str, Text]


_LIST: Final = f"""
    SELECT case_file.id, case_file.kind, case_file.number, case_file.subject, case_file.status, case_file.opened_at,
           case_file.closed_at, applicant.full_name, open_task.step, open_task.late
    FROM (SELECT id FROM case_file WHERE {{where}} ORDER BY id DESC LIMIT {PAGE + 1}) AS found
    JOIN case_file ON case_file.id = found.id
    LEFT JOIN applicant ON applicant.id = case_file.applicant_id
    LEFT JOIN LATERAL (
        SELECT max(step) AS step, bool_or(due_at < :now) AS late FROM user_task
        WHERE user_task.case_id = case_file.id AND user_task.status = 'open'
    ) AS open_task ON true
    ORDER BY case_file.id DESC
"""  # noqa: S608 - our own parts


def case_list(office_id: str, *, find: str = "", status: str = "", after: int | None = None) -> CaseList:
    """The cases of an office, newest first; `status` is running, closed or an outcome."""
    values: dict[str, Any] = {"office": office_id, "now": clock.now(), "status": status, "after": after}
    where = "case_file.office_id = :office"
    if status:
        where += " AND case_file.status " + ("<> 'running'" if status == "closed" else "= :status")
    asks = asking(asked(find, personal=True), values)
    with reading() as session:
        if asks:
            total, where = searched(session, asks, where, values, table="case_file", case="case_file.id")
        else:
            total = session.execute(text(f"SELECT count(*) FROM case_file WHERE {where}"), values).scalar_one()  # noqa: S608 - our own parts
        page = where + (" AND case_file.id < :after" if after else "")
        rows = session.execute(text(_LIST.format(where=page)), values).mappings().all()
    found = [
        CaseRow(
            id=row["id"],
            kind=row["kind"],
            number=row["number"] or "",
            applicant=row["full_name"] or "",
            subject=row["subject"],
            status=row["status"],
            opened_at=row["opened_at"],
            closed_at=row["closed_at"],
            step=row["step"],
            late=bool(row["late"]),
        )
        for row in rows
    ]
    more = bool(asks) and total > COUNTED
    return CaseList(found[:PAGE], total - more, found[PAGE - 1].id if len(found) > PAGE else None, more)


def case_page(case_id: int, *, office_id: str, language: str) -> CasePage | None:
    """A case of this office; None when there is no such case."""
    with reading() as session:
        case = session.scalars(select(Case).where(Case.id == case_id, Case.office_id == office_id)).first()
        if case is None:
            return None
        instance = session.scalars(
            select(ProcessInstance).where(ProcessInstance.case_id == case_id).order_by(ProcessInstance.id)
        ).first()
        applicant = session.get(Applicant, case.applicant_id) if case.applicant_id else None
        version = session.get(ProcessVersion, instance.version_id) if instance else None
        tasks = list(session.scalars(select(UserTask).where(UserTask.case_id == case_id).order_by(UserTask.id)))
        passed = _passed(session, case_id)
        return CasePage(
            id=case.id,
            kind=case.kind,
            number=case.number,
            status=_status(case, instance),
            subject=case.subject,
            applicant=applicant.full_name if applicant else "",
            opened_at=case.opened_at,
            closed_at=case.closed_at,
            instance_id=instance.id if instance else None,
            version=version.number if version else None,
            published_at=version.published_at if version else None,
            end_event=instance.end_event if instance else None,
            facts=case_facts(session, case_id, language, clock.now()),
            steps=_steps(tasks, instance),
            tasks=_open_tasks(session, tasks, office_id),
            waiting=_waiting(session, case_id),
            timeline=_timeline(session, case_id),
            letters=_letters(session, case_id),
            documents=documents_of(session, case_id),
            notes=_notes(session, case_id),
            incidents=len(
                session.scalars(
                    select(Incident.id).where(Incident.case_id == case_id, Incident.resolved_at.is_(None))
                ).all()
            ),
            messages=session.scalars(
                select(Subscription.message).where(Subscription.case_id == case_id).order_by(Subscription.id)
            ).all(),
            withdrawable=bool(withdrawal_heard(session, case_id)),
            drawings=_drawings(session, case_id),
            passed=frozenset(passed),
            roles={},
        )


def _status(case: Case, instance: ProcessInstance | None) -> str:
    return "suspended" if instance is not None and instance.status == "suspended" else case.status


def _drawings(session: Session, case_id: int) -> list[Drawing]:
    """The pictures of every process of the case and of those they call, in the order in which they began."""
    began = (
        select(ProcessInstance.version_id)
        .where(ProcessInstance.case_id == case_id)
        .group_by(ProcessInstance.version_id)
        .order_by(func.min(ProcessInstance.id))
    )
    return [drawing for version in session.scalars(began) for drawing in drawings_of_version(version)]


def _passed(session: Session, case_id: int) -> set[str]:
    """Every element that the case has gone through."""
    rows = session.scalars(select(History.facts["passed"]).where(History.case_id == case_id))
    return {element for row in rows if row for element in row}


def _steps(tasks: Sequence[UserTask], instance: ProcessInstance | None) -> list[StepState]:
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


def _numbers(instance: ProcessInstance | None) -> Sequence[int]:
    """The steps in which this version waits for somebody; the thirteen of the algorithm where nothing is drawn."""
    elements = elements_of_version(instance.version_id).values() if instance is not None else ()
    return sorted({each.step for each in elements if each.step and each.kind in _WAITS}) or range(1, 14)


def _open_tasks(session: Session, tasks: Sequence[UserTask], office_id: str) -> list[OpenTaskRow]:
    waiting = [task for task in tasks if task.status == "open"]
    versions = _versions(session, [task.instance_id for task in waiting])
    calendar = office_calendar(session, office_id)
    now = clock.now()
    items = [task.item for task in waiting if task.item]
    known = [
        *_brought(session, Person, (task.assignee_id for task in waiting)),
        *_brought(session, Assignment, (item.get("assignment_id") for item in items)),
        *_brought(session, StateBody, (item.get("body_id") for item in items)),
    ]
    found = [
        OpenTaskRow(
            id=task.id,
            element=task.element,
            name=element_name(versions[task.instance_id], task.element),
            step=task.step,
            role=task.role,
            assignee=_name(session, task.assignee_id),
            due_at=task.due_at,
            remaining=remaining(task.due_at, now, calendar) if task.due_at else None,
            about=about_item(session, task.item) or body_of(session, task.item),
        )
        for task in waiting
    ]
    del known
    return found


def _brought(
    session: Session, model: type[Person | Assignment | StateBody | Letter | File], ids: Iterable[object]
) -> Sequence[object]:
    """These rows by one statement; `session.get` finds them without asking as long as somebody holds them."""
    wanted = {each for each in ids if isinstance(each, int)}
    return session.scalars(select(model).where(model.id.in_(wanted))).all() if wanted else ()


def _versions(session: Session, instances: Sequence[int]) -> dict[int, int]:
    """The version that each instance runs on: a case may hold instances of several processes."""
    if not instances:
        return {}
    rows = session.execute(
        select(ProcessInstance.id, ProcessInstance.version_id).where(ProcessInstance.id.in_(set(instances)))
    )
    return {row.id: row.version_id for row in rows}


def _waiting(session: Session, case_id: int) -> list[WaitingRow]:
    rows = session.scalars(
        select(Job)
        .where(Job.case_id == case_id, Job.engine_id.is_not(None), Job.status != "failed")
        .order_by(Job.due_at, Job.id)
    ).all()
    versions = _versions(session, [row.instance_id for row in rows if row.instance_id])
    return [
        WaitingRow(row.kind, element_name(versions[row.instance_id], row.element), row.due_at)
        for row in rows
        if row.element and row.instance_id
    ]


def _timeline(session: Session, case_id: int) -> list[TimelineRow]:
    rows = session.execute(
        select(History, HistoryPayload.payload, Person.full_name)
        .outerjoin(HistoryPayload, HistoryPayload.history_id == History.id)
        .outerjoin(Person, Person.id == History.person_id)
        .where(History.case_id == case_id)
        .order_by(History.id.desc())
        .limit(300)
    ).all()
    versions = _versions(session, [row.instance_id for row, _, _ in rows if row.instance_id])
    facts = [row.facts for row, _, _ in rows]
    known = [
        *_brought(session, Letter, (each.get("letter") for each in facts)),
        *_brought(session, File, (each.get("file") for each in facts)),
        *_brought(session, Person, (each.get("for") for each in facts)),
        *_brought(session, StateBody, (each.get("outside", {}).get("body") for each in facts)),
    ]
    found = []
    for row, payload, who in rows:
        names = elements_of_version(versions[row.instance_id]) if row.instance_id in versions else {}
        element = names.get(row.element or "")
        found.append(
            TimelineRow(
                at=row.at,
                kind=row.kind,
                element=element.name if element else None,
                step=element.step if element else None,
                who=who or _outside(session, row.facts),
                detail=_detail(session, row, payload or {}),
                instead_of=_name(session, row.facts.get("for")),
            )
        )
    del known
    return found


def _name(session: Session, person_id: int | None) -> str | None:
    person = session.get(Person, person_id) if person_id else None
    return person.full_name if person else None


def _outside(session: Session, facts: Mapping[str, Any]) -> Text | None:
    """The state body that acted by its link."""
    return body_of(session, {"body_id": facts["outside"]["body"]}) if "outside" in facts else None


def _detail(session: Session, row: History, payload: Mapping[str, Any]) -> str:
    """What a person wants to know besides: the reason given, whom a letter went to, the name of a file."""
    if row.kind == "letter_sent":
        letter = session.get(Letter, row.facts["letter"])
        return letter.recipient if letter else ""
    if row.kind == "document_added":
        file = session.get(File, row.facts["file"])
        return file.name if file else ""
    if row.kind == "decision_made":
        return "; ".join(_decided(step) for step in row.facts["steps"] if step["rules"]) or _shown(row.facts["value"])
    return str(payload.get("reason") or "")


def _decided(step: Mapping[str, Any]) -> str:
    """`Term: № 2 (the note of the rule) → 20`: the rules that matched, and what came out."""
    rules = (f"№ {rule['number']}" + (f" ({rule['note']})" if rule["note"] else "") for rule in step["rules"])
    return f"{step['name']}: {', '.join(rules)} → {_shown(step['value'])}"


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _letters(session: Session, case_id: int) -> list[LetterRow]:
    rows = session.scalars(select(Letter).where(Letter.case_id == case_id).order_by(Letter.id.desc()))
    return [
        LetterRow(
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
        for row in rows
    ]


def _notes(session: Session, case_id: int) -> list[NoteRow]:
    rows = session.execute(
        select(Note, Person.full_name)
        .join(Person, Person.id == Note.written_by)
        .where(Note.case_id == case_id)
        .order_by(Note.id.desc())
    ).all()
    return [NoteRow(note.written_at, who, note.text) for note, who in rows]
