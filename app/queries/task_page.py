"""Everything the page of one task shows."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.domain import clock
from app.domain.conflicts import Somebody
from app.domain.remaining import Remaining, remaining
from app.domain.texts import LANGUAGES, Text
from app.forms import Choice, Form
from app.models import (
    Assignment,
    Draft,
    Office,
    Person,
    ProcessInstance,
    Unit,
    UserTask,
    role_held,
)
from app.models.database import brought, reading
from app.queries.assignment_item import about_item, facts_of_item, possible_for, values_of_item
from app.queries.choices import choices_for, text_of
from app.queries.documents import CaseDocument, body_of, documents_of
from app.queries.elements import elements_of_version, process_name
from app.queries.executors import matter_of
from app.records.case_rows import case_rows
from app.records.facts import facts_of
from app.records.repeats import Earlier, earlier_cases, policy_of
from app.records.substitutes import absences_at, works_for
from app.records.terms import office_calendar
from app.records.values import answers_of
from app.records.zones import today_of, zone_of_office


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody a task may be handed to; while she is away, `stands` names who does her tasks."""

    id: int
    full_name: str
    open_tasks: int = 0
    stands: str = ""


@dataclass(frozen=True, slots=True)
class Delegation:
    """To whom a task may be handed, and why not to the others."""

    colleagues: Sequence[Colleague]
    barred: Sequence[Text]


@dataclass(frozen=True, slots=True)
class TaskPage:
    """A task with its case: what to do, by when and why, with what to fill the form."""

    id: int
    element: str
    version_id: int
    name: Text
    help: Text
    step: int | None
    role: str | None
    role_name: Text
    status: str
    assignee_id: int | None
    assignee: str | None
    ended_at: datetime | None
    ended_by: str | None
    item: Mapping[str, Any]
    about: Text
    process: Text | None
    due_at: datetime | None
    remaining: Remaining | None
    term: Mapping[str, Any] | None
    case_id: int | None
    case_kind: str
    case_number: str | None
    case_language: str
    subject: str
    applicant: str
    applicant_kind: str
    channel: str
    registered_at: datetime | None
    draft: Mapping[str, Any] | None
    draft_saved_at: datetime | None
    zone: ZoneInfo
    values: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    choices: Mapping[str, Sequence[Choice]] = field(default_factory=dict)
    documents: Sequence[CaseDocument] = ()
    earlier: Sequence[Earlier] = ()
    repeat_bars: bool = False
    stands_in: bool = False
    """Whether the reader stands for the person who has taken it."""


@dataclass(frozen=True, slots=True)
class FoundTask:
    """A task as it is stored, with its process, the reader's draft, and the names of whose it is and who ended it."""

    row: UserTask
    instance: ProcessInstance
    draft: Draft | None
    assignee: str | None
    ended_by: str | None


def find_task(session: Session, task_id: int, *, office_id: str, person_id: int) -> FoundTask | None:
    """A task of this office; None when there is no such task."""
    holder, ender = aliased(Person), aliased(Person)
    found = session.execute(
        select(UserTask, ProcessInstance, Draft, holder.full_name, ender.full_name)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .outerjoin(Draft, (Draft.task_id == UserTask.id) & (Draft.person_id == person_id))
        .outerjoin(holder, holder.id == UserTask.assignee_id)
        .outerjoin(ender, ender.id == UserTask.ended_by)
        .where(UserTask.id == task_id, UserTask.office_id == office_id)
    ).first()
    return FoundTask(*found) if found is not None else None


def task_page(session: Session, found: FoundTask, form: Form, *, person_id: int, language: str) -> TaskPage:
    """The page of a task with its form, for this reader."""
    task = found.row
    rows = case_rows(session, task.case_id) if task.case_id is not None else None
    office = rows.office if rows else session.get_one(Office, task.office_id)
    case, applicant, request = (rows.case, rows.applicant, rows.request) if rows else (None, None, None)
    element = elements_of_version(found.instance.version_id).get(task.element)
    now = clock.now()
    held = brought(session, Assignment, [(task.item or {}).get("assignment_id")])
    possible = possible_for(session, task.item, form.names | form.choice_keys, now)
    page = TaskPage(
        id=task.id,
        element=task.element,
        version_id=found.instance.version_id,
        name=element.name if element else Text(task.element, task.element, task.element),
        help=_help(element),
        step=task.step,
        role=task.role,
        role_name=role_name(session, office, task.role),
        status=task.status,
        assignee_id=task.assignee_id,
        assignee=found.assignee,
        ended_at=task.ended_at,
        ended_by=found.ended_by,
        item=task.item or {},
        about=about_item(session, task.item) or body_of(session, task.item),
        process=None if case else process_name(found.instance.version_id),
        due_at=task.due_at,
        remaining=remaining(task.due_at, now, office_calendar(session, office.id)) if task.due_at else None,
        term=task.term,
        case_id=task.case_id,
        case_kind=case.kind if case else "",
        case_number=case.number if case else None,
        case_language=case.language if case else "",
        subject=case.subject if case else "",
        applicant=applicant.full_name if applicant else "",
        applicant_kind=applicant.kind if applicant else "",
        channel=request.channel if request else "",
        registered_at=request.registered_at if request else None,
        draft=found.draft.submitted if found.draft else None,
        draft_saved_at=found.draft.saved_at if found.draft else None,
        zone=zone_of_office(office.id),
        values=(answers_of(session, rows, task.item, asked=form.names) if rows else {})
        | values_of_item(session, task.item),
        facts=(facts_of(session, rows, language, now, instance_id=task.instance_id, only=_shown(form)) if rows else {})
        | facts_of_item(session, task.item, language, possible, asked=form.facts),
        choices=choices_for(session, office.id, task.case_id, form.choice_keys, task_id=task.id, possible=possible),
        documents=documents_of(session, task.case_id) if task.case_id else (),
        earlier=earlier_cases(session, case, applicant, request) if case and applicant else (),
        repeat_bars=policy_of(office).repeat_bars,
        stands_in=task.assignee_id not in (None, person_id) and task.assignee_id in works_for(session, person_id, now),
    )
    del held
    return page


BESIDE_THE_FORM: Final = ("applicant", "request", "reception")
"""The facts that the page of every task shows."""
SHOWN_ALSO: Final = {"protocol.assignments": "assignments", "request.missing": "missing"}
"""Facts that a form may ask for by another path."""


def _shown(form: Form) -> Collection[str]:
    """The facts of the case that the page and its form show."""
    asked = {each.partition(".")[0] for each in form.facts}
    return {*asked, *BESIDE_THE_FORM, *(name for path, name in SHOWN_ALSO.items() if path in form.facts)}


_CLAUSES: Final = re.compile(r"^[A-Z]{3,4}-[^:]{1,400}:\s*")


def _help(element: Any) -> Text:
    """What to do, in words: the element's documentation without the list of clauses at its head."""
    if element is None:
        return Text("", "", "")
    documentation = element.documentation
    return Text(
        kk=_CLAUSES.sub("", element.properties.get("documentation_kk", documentation)),
        ru=_CLAUSES.sub("", documentation),
        en=_CLAUSES.sub("", element.properties.get("documentation_en", documentation)),
    )


def role_name(session: Session, office: Office, role: str | None) -> Text:
    """A role's name in the office's words, with the unit of one that is asked for in a unit."""
    code, _, place = (role or "").partition("@")
    for known in office.settings.get("roles", []):
        if known["code"] == code:
            name, unit = text_of(known["name"]), _unit(session, office.id, place)
            return Text(*(f"{name.in_(each)}, {unit.in_(each)}" for each in LANGUAGES)) if unit else name
    return Text(role or "", role or "", role or "")


def _unit(session: Session, office_id: str, code: str) -> Text | None:
    row = session.scalars(select(Unit).where(Unit.office_id == office_id, Unit.code == code)).first() if code else None
    return Text(row.name_kk, row.name_ru, row.name_en) if row else None


def delegation_of(task_id: int, *, office_id: str) -> Delegation:
    """The holders of the task's role who may be handed it; of those who decided its matter, why not (KRG-37)."""
    with reading() as session:
        row = session.execute(
            select(UserTask.role, UserTask.item, UserTask.element, ProcessInstance.version_id)
            .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
            .where(UserTask.id == task_id, UserTask.office_id == office_id)
        ).one()
        known = colleagues(session, office_id, row.role)
        element = elements_of_version(row.version_id).get(row.element)
        asked = element is not None and element.properties.get("previous_executor") == "not_performing"
        if not asked or not row.item or "assignment_id" not in row.item:
            return Delegation(known, ())
        matter = matter_of(session, row.item["assignment_id"], clock.now())
        why = {each.id: matter.why_not(Somebody(each.id, each.full_name), "delegate") for each in known}
        barred = [block.reason for blocked in why.values() for block in blocked]
        return Delegation([each for each in known if not why[each.id]], barred)


def colleagues(session: Session, office_id: str, role: str | None) -> list[Colleague]:
    """Active holders of a role today, by name."""
    today = today_of(office_id)
    holders = select(role_held.c.person_id).where(
        role_held.c.office_id == office_id,
        role_held.c.role == role,
        role_held.c.valid_from <= today,
        (role_held.c.valid_to.is_(None)) | (role_held.c.valid_to >= today),
    )
    rows = session.execute(
        select(Person.id, Person.full_name)
        .where(Person.id.in_(holders), Person.active)
        .order_by(Person.sort_key.collate("C"))
    )
    away = {row.person_id: row.substitute_id for row in absences_at(session, office_id, clock.now())}
    names = {row.id: row.full_name for row in brought(session, Person, away.values())}
    return [Colleague(row.id, row.full_name, stands=names.get(away.get(row.id, 0), "")) for row in rows]
