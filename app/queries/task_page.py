"""Everything the page of one task shows."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.conflicts import Somebody
from app.domain.remaining import Remaining, remaining
from app.domain.texts import LANGUAGES, Text
from app.forms import Choice
from app.models import (
    Applicant,
    Case,
    Draft,
    Office,
    Person,
    ProcessInstance,
    ReceptionRequest,
    Unit,
    UserTask,
    role_held,
)
from app.models.database import reading
from app.queries.assignment_item import about_item, facts_of_item, values_of_item
from app.queries.choices import choices_for, text_of
from app.queries.documents import CaseDocument, body_of, documents_of
from app.queries.elements import elements_of_version, process_name
from app.queries.executors import matter_of
from app.records.facts import case_facts
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
    colleagues: Sequence[Colleague] = ()
    barred: Sequence[Text] = ()
    stands_in: bool = False
    """Whether the reader stands for the person who has taken it."""


def task_page(
    task_id: int, *, office_id: str, person_id: int, language: str, choice_keys: Iterable[str]
) -> TaskPage | None:
    """The page of a task of this office; None when there is no such task."""
    with reading() as session:
        found = session.execute(
            select(UserTask, ProcessInstance.version_id, Case, Applicant, ReceptionRequest, Draft)
            .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
            .outerjoin(Case, Case.id == UserTask.case_id)
            .outerjoin(Applicant, Applicant.id == Case.applicant_id)
            .outerjoin(ReceptionRequest, ReceptionRequest.case_id == Case.id)
            .outerjoin(Draft, (Draft.task_id == UserTask.id) & (Draft.person_id == person_id))
            .where(UserTask.id == task_id, UserTask.office_id == office_id)
        ).first()
        if found is None:
            return None
        task: UserTask = found[0]
        version_id: int = found[1]
        case: Case | None = found[2]
        applicant: Applicant | None = found[3]
        request: ReceptionRequest | None = found[4]
        draft: Draft | None = found[5]
        element = elements_of_version(version_id).get(task.element)
        known, barred = _free_of_conflict(session, task, element, colleagues(session, office_id, task.role))
        now = clock.now()
        return TaskPage(
            id=task.id,
            element=task.element,
            version_id=version_id,
            name=element.name if element else Text(task.element, task.element, task.element),
            help=_help(element),
            step=task.step,
            role=task.role,
            role_name=role_name(session, office_id, task.role),
            status=task.status,
            assignee_id=task.assignee_id,
            assignee=_name(session, task.assignee_id),
            ended_at=task.ended_at,
            ended_by=_name(session, task.ended_by),
            item=task.item or {},
            about=about_item(session, task.item) or body_of(session, task.item),
            process=None if case else process_name(version_id),
            due_at=task.due_at,
            remaining=remaining(task.due_at, now, office_calendar(session, office_id)) if task.due_at else None,
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
            draft=draft.submitted if draft else None,
            draft_saved_at=draft.saved_at if draft else None,
            zone=zone_of_office(office_id),
            values=(answers_of(session, task.case_id, task.item) if task.case_id else {})
            | values_of_item(session, task.item),
            facts=(
                case_facts(session, task.case_id, language, now, instance_id=task.instance_id) if task.case_id else {}
            )
            | facts_of_item(session, task.item, language, now),
            choices=choices_for(session, office_id, task.case_id, choice_keys, task_id=task.id),
            documents=documents_of(session, task.case_id) if task.case_id else (),
            earlier=earlier_cases(session, case, applicant) if case and applicant else (),
            repeat_bars=policy_of(session.get_one(Office, office_id)).repeat_bars,
            colleagues=known,
            barred=barred,
            stands_in=task.assignee_id not in (None, person_id)
            and task.assignee_id in works_for(session, person_id, now),
        )


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


def role_name(session: Session, office_id: str, role: str | None) -> Text:
    """A role's name in the office's words, with the unit of one that is asked for in a unit."""
    code, _, place = (role or "").partition("@")
    for known in session.get_one(Office, office_id).settings.get("roles", []):
        if known["code"] == code:
            name, unit = text_of(known["name"]), _unit(session, office_id, place)
            return Text(*(f"{name.in_(each)}, {unit.in_(each)}" for each in LANGUAGES)) if unit else name
    return Text(role or "", role or "", role or "")


def _unit(session: Session, office_id: str, code: str) -> Text | None:
    row = session.scalars(select(Unit).where(Unit.office_id == office_id, Unit.code == code)).first() if code else None
    return Text(row.name_kk, row.name_ru, row.name_en) if row else None


def _name(session: Session, person_id: int | None) -> str | None:
    return session.scalar(select(Person.full_name).where(Person.id == person_id)) if person_id else None


def _free_of_conflict(
    session: Session, task: UserTask, element: Any, known: list[Colleague]
) -> tuple[list[Colleague], list[Text]]:
    """The colleagues who may be handed the task, and why the others may not: they decided the matter (KRG-37)."""
    asked = element is not None and element.properties.get("previous_executor") == "not_performing"
    if not asked or not task.item or "assignment_id" not in task.item:
        return known, []
    matter = matter_of(session, task.item["assignment_id"], clock.now())
    why = {each.id: matter.why_not(Somebody(each.id, each.full_name), "delegate") for each in known}
    return [each for each in known if not why[each.id]], [block.reason for blocked in why.values() for block in blocked]


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
    return [Colleague(row.id, row.full_name, stands=_name(session, away.get(row.id)) or "") for row in rows]
