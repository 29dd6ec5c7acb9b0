"""Assignments under control: those of higher bodies, later dates, checks, proposals, and who decided the matter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import (
    Assignment,
    AssignmentExecutor,
    AssignmentExtension,
    AssignmentMeasure,
    Case,
    MatterDecision,
    Person,
    StateBody,
)
from app.records.assignment_facts import ORIGINS, OWN_CASE
from app.records.earlier_decisions import person_called
from app.records.terms import office_calendar
from app.usecases.access import Actor, ForbiddenError
from app.usecases.history import Event, record
from app.usecases.outbox import post
from app.usecases.published import NotFoundError
from app.usecases.transaction import transaction

HIGHER: Final = tuple(origin for origin in ORIGINS if origin != "reception")
_PROCESS: Final = "protocol_assignment_control"


class FieldsRefusedError(AutomationError):
    """A page's form has errors: a sentence for each field."""

    status: ClassVar[int] = 422
    message = Text(
        kk="Нысанда түзететін жерлер бар.", ru="В форме есть что исправить.", en="The form has errors to correct."
    )

    def __init__(self, errors: Mapping[str, Text]) -> None:
        super().__init__()
        self.errors = dict(errors)


class NotUnderControlError(AutomationError):
    """The assignment is not under control, or nobody controls it by a process of its own."""

    status: ClassVar[int] = 409
    message = Text(
        kk="Бұл тапсырма бақылауда емес: әрекет мүмкін емес.",
        ru="Это поручение не на контроле: действие невозможно.",
        en="This assignment is not under control: nothing can be done about it.",
    )


class ExtensionOpenError(AutomationError):
    """A later date was asked for already and is not decided."""

    status: ClassVar[int] = 409
    message = Text(
        kk="Мерзімді ұзарту сұралып қойған: Бөлім басшылығының шешімін күтіңіз.",
        ru="Продление уже запрошено: дождитесь решения руководства Отдела.",
        en="An extension has been asked for already: wait for the decision.",
    )


REQUIRED: Final = Text(kk="Бұл өрісті толтырыңыз.", ru="Заполните это поле.", en="Fill this in.")
NOT_LATER: Final = Text(
    kk="Жаңа мерзім қолданыстағы {due} күнінен кейін болуы керек.",
    ru="Новый срок должен быть позже действующего: {due}.",
    en="The new date must be later than {due}.",
)
PASSED: Final = Text(kk="Бұл күн өтіп кетті.", ru="Этот день уже прошёл.", en="This day has passed.")
IN_FUTURE: Final = Text(
    kk="Бұл күн болашақта бола алмайды.",
    ru="Этот день не может быть в будущем.",
    en="This day cannot lie in the future.",
)
NO_CASE: Final = Text(
    kk="Мұндай нөмірлі іс жоқ.", ru="Дела с таким номером нет.", en="There is no case with this number."
)


@dataclass(frozen=True, slots=True)
class HigherAssignment:
    """An assignment of a higher body as it is typed in; `case_number` is the appeal's if it is a case here."""

    origin: str
    document: str
    text: str
    body_id: int | None
    due_on: date | None
    appeal_number: str = ""
    case_number: str = ""


def receive(given: HigherAssignment, *, by: Actor) -> int:
    """Put an assignment of a higher body under control; returns its id (KST-TASK-4.4, KST-TASK-5.1).

    It joins the case of the appeal if there is one, else it gets a case of its own. Raises `FieldsRefusedError`,
    `ForbiddenError`.
    """
    by.demand("assignment.control")
    with transaction() as session:
        now = clock.now()
        today = office_calendar(session, by.office_id).local(now).date()
        case = _case_called(session, by, given.case_number)
        _refuse(_faults(session, by, given, case, today))
        if case is None:
            case = Case(
                office_id=by.office_id,
                kind=OWN_CASE,
                language=by.language if by.language in ("kk", "ru") else "ru",
                status="running",
                opened_at=now,
                opened_by=by.id,
                subject=given.text.strip()[:300],
            )
            session.add(case)
            session.flush()
        numbers = session.scalars(select(Assignment.number).where(Assignment.case_id == case.id)).all()
        row = Assignment(
            office_id=by.office_id,
            case_id=case.id,
            number=max(numbers, default=0) + 1,
            origin=given.origin,
            origin_document=given.document.strip(),
            appeal_number=given.appeal_number.strip() or case.number or "",
            text=given.text.strip(),
            body_id=given.body_id,
            due_on=given.due_on,
            given_at=now,
            state="under_control",
        )
        session.add(row)
        session.flush()
        payload = {"assignment_id": row.id, "origin": row.origin}
        post(session, by.office_id, "assignment.received", case_id=case.id, payload=payload, now=now, process=_PROCESS)
        _tell(session, row, "assignment_received", {"assignment": row.id, "origin": row.origin}, "", by)
        return row.id


def ask_extension(assignment_id: int, *, new_due: date | None, reason: str, by: Actor) -> int:
    """Ask for a later date; its executor or the Department may; returns the request's id.

    Raises `FieldsRefusedError`, `ExtensionOpenError`, `NotUnderControlError`, `ForbiddenError`, `NotFoundError`.
    """
    with transaction() as session:
        row = _controlled(session, assignment_id, by)
        now = clock.now()
        errors: dict[str, Text] = {}
        if not reason.strip():
            errors["reason"] = REQUIRED
        if new_due is None:
            errors["new_due"] = REQUIRED
        elif new_due <= row.due_on:
            errors["new_due"] = NOT_LATER.with_values(due=f"{row.due_on:%d.%m.%Y}")
        elif new_due < office_calendar(session, by.office_id).local(now).date():
            errors["new_due"] = PASSED
        _refuse(errors)
        open_one = select(AssignmentExtension.id).where(
            AssignmentExtension.assignment_id == row.id, AssignmentExtension.decision.is_(None)
        )
        if session.scalar(open_one.limit(1)) is not None:
            raise ExtensionOpenError
        extension = AssignmentExtension(
            office_id=by.office_id,
            assignment_id=row.id,
            asked_at=now,
            asked_by=by.id,
            reason=reason.strip(),
            old_due_on=row.due_on,
            new_due_on=new_due,
        )
        session.add(extension)
        session.flush()
        item = {"assignment_id": row.id, "number": row.register_number, "extension_id": extension.id}
        _post(session, row, "assignment.extension_requested", {"assignment_id": row.id, "extension_asked": item})
        facts = {"assignment": row.id, "old": row.due_on.isoformat(), "new": extension.new_due_on.isoformat()}
        _tell(session, row, "assignment_extension_asked", facts, reason.strip(), by)
        return extension.id


def start_check(assignment_id: int, *, by: Actor) -> None:
    """Begin a check on site or jointly with units (KST-TASK-5.3, KST-TASK-5.4)."""
    _start(assignment_id, "assignment.check_started", by)


def start_measure(assignment_id: int, *, by: Actor) -> None:
    """Begin a proposal on discipline, violations or liability, or a conclusion (KST-TASK-5.2, 5.4, 5.5, 5.7)."""
    _start(assignment_id, "assignment.measure_started", by)


def _start(assignment_id: int, message: str, by: Actor) -> None:
    by.demand("assignment.control")
    with transaction() as session:
        row = _controlled(session, assignment_id, by)
        _post(session, row, message, {"assignment_id": row.id})


def decide_measure(measure_id: int, *, decision: str, decided_on: date | None, by: Actor) -> int:
    """Record what was decided on a proposal; it leaves the monitoring (KST-TASK-5.5). Returns its assignment.

    Raises `FieldsRefusedError`, `NotFoundError`, `ForbiddenError`.
    """
    by.demand("assignment.control")
    with transaction() as session:
        measure = session.scalars(
            select(AssignmentMeasure).where(
                AssignmentMeasure.id == measure_id, AssignmentMeasure.office_id == by.office_id
            )
        ).first()
        if measure is None:
            raise NotFoundError
        today = office_calendar(session, by.office_id).local(clock.now()).date()
        errors = {} if decision.strip() else {"decision": REQUIRED}
        if decided_on is None or decided_on > today:
            errors["decided_on"] = IN_FUTURE if decided_on else REQUIRED
        _refuse(errors)
        measure.state, measure.decision, measure.decided_on = "decided", decision.strip(), decided_on
        row = session.get_one(Assignment, measure.assignment_id)
        _tell(session, row, "assignment_measure_decided", {"assignment": row.id, "measure": measure.id}, decision, by)
        return row.id


def record_earlier_decision(
    assignment_id: int, *, name: str, person_id: int | None, decided_on: date | None, ground: str, by: Actor
) -> None:
    """Record who decided the matter earlier, so that she cannot get it again (KRG-37).

    A name that one person of the office bears means that person. Raises `FieldsRefusedError`, `NotFoundError`,
    `ForbiddenError`.
    """
    by.demand("assignment.control")
    with transaction() as session:
        row = _of_office(session, assignment_id, by)
        now = clock.now()
        errors: dict[str, Text] = {}
        person = session.get(Person, person_id) if person_id else None
        if person is not None and person.office_id != by.office_id:
            raise NotFoundError
        called = person.full_name if person else name.strip()
        if not called:
            errors["name"] = REQUIRED
        if not ground.strip():
            errors["ground"] = REQUIRED
        if decided_on is None or decided_on > office_calendar(session, by.office_id).local(now).date():
            errors["decided_on"] = IN_FUTURE if decided_on else REQUIRED
        _refuse(errors)
        session.add(
            MatterDecision(
                office_id=by.office_id,
                case_id=row.case_id,
                person_id=person.id if person else person_called(session, by.office_id, called),
                name=called,
                decided_on=decided_on,
                ground=ground.strip(),
                recorded_at=now,
                recorded_by=by.id,
            )
        )
        _tell(session, row, "earlier_decision_recorded", {"assignment": row.id}, f"{called}: {ground.strip()}", by)


def _faults(session: Session, by: Actor, given: HigherAssignment, case: Case | None, today: date) -> dict[str, Text]:
    body = session.get(StateBody, given.body_id) if given.body_id else None
    errors = {name: REQUIRED for name in ("text", "document") if not getattr(given, name).strip()}
    if given.origin not in HIGHER:
        errors["origin"] = REQUIRED
    if body is None or body.office_id != by.office_id:
        errors["body_id"] = REQUIRED
    if given.due_on is None:
        errors["due_on"] = REQUIRED
    elif given.due_on < today:
        errors["due_on"] = PASSED
    if given.case_number.strip() and case is None:
        errors["case_number"] = NO_CASE
    return errors


def _refuse(errors: Mapping[str, Text]) -> None:
    if errors:
        raise FieldsRefusedError(errors)


def _case_called(session: Session, by: Actor, number: str) -> Case | None:
    if not number.strip():
        return None
    return session.scalars(select(Case).where(Case.office_id == by.office_id, Case.number == number.strip())).first()


def _of_office(session: Session, assignment_id: int, by: Actor) -> Assignment:
    row = session.scalars(
        select(Assignment).where(Assignment.id == assignment_id, Assignment.office_id == by.office_id).with_for_update()
    ).first()
    if row is None:
        raise NotFoundError
    return row


def _controlled(session: Session, assignment_id: int, by: Actor) -> Assignment:
    """An assignment that runs under control and that this person may do something about."""
    row = _of_office(session, assignment_id, by)
    mine = select(AssignmentExecutor.id).where(
        AssignmentExecutor.assignment_id == row.id, AssignmentExecutor.person_id == by.id
    )
    if not by.may("assignment.control") and session.scalar(mine.limit(1)) is None:
        raise ForbiddenError
    if row.instance_id is None or row.state in ("draft", "off_control"):
        raise NotUnderControlError
    return row


def _post(session: Session, row: Assignment, name: str, payload: dict[str, Any]) -> None:
    """A message to the process that controls this assignment: the key is the assignment's."""
    keys = {"assignment.assignment_id": str(row.id)}
    post(session, row.office_id, name, case_id=row.case_id, payload=payload, now=clock.now(), correlations=keys)


def _tell(session: Session, row: Assignment, kind: str, facts: dict[str, Any], reason: str, by: Actor) -> None:
    event = Event(kind, None, facts, {"reason": reason} if reason else {})
    record(
        session,
        [event],
        at=clock.now(),
        office_id=row.office_id,
        case_id=row.case_id,
        instance_id=row.instance_id,
        by=by.id,
    )
