"""Who decided the matter of a case earlier (KRG-37): what the Department recorded and what our own cases tell."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.domain.conflicts import Earlier, Somebody
from app.domain.same_person import POSSIBLE
from app.models import Applicant, Assignment, AssignmentExecutor, Case, MatterDecision, Person, ReceptionRequest
from app.records.alike import COMPARED, alike


def earlier_decisions(session: Session, case_id: int, *, given_at: datetime) -> list[Earlier]:
    """The decisions on the matter of a case before an assignment that was given at `given_at`, the latest first.

    Those that the Department recorded, and the executors who carried out an assignment on the same question earlier: in
    this case, or in another one of the same applicant that has the same nature or is named as the earlier appeal.
    """
    found = [*_recorded(session, case_id), *_carried_out(session, case_id, given_at)]
    return sorted(found, key=lambda each: each.on, reverse=True)


def _recorded(session: Session, case_id: int) -> Iterator[Earlier]:
    rows = session.scalars(select(MatterDecision).where(MatterDecision.case_id == case_id).order_by(MatterDecision.id))
    for row in rows:
        yield Earlier(Somebody(row.person_id, row.name), row.decided_on, row.ground)


def _carried_out(session: Session, case_id: int, given_at: datetime) -> Iterator[Earlier]:
    cases = [case_id, *_earlier_cases(session, case_id)]
    did = aliased(Person)
    rows = session.execute(
        select(Assignment, AssignmentExecutor, Person.full_name, did.full_name.label("by"), Case.number)
        .join(AssignmentExecutor, AssignmentExecutor.assignment_id == Assignment.id)
        .join(Case, Case.id == Assignment.case_id)
        .outerjoin(Person, Person.id == AssignmentExecutor.person_id)
        .outerjoin(did, did.id == Assignment.executed_by)
        .where(Assignment.case_id.in_(cases), Assignment.given_at < given_at, Assignment.executed_on.is_not(None))
        .order_by(Assignment.id, AssignmentExecutor.place)
    ).all()
    for assignment, executor, name, by, number in rows:
        ground = f"№ {assignment.register_number or assignment.protocol or number or assignment.case_id}"
        on = assignment.executed_on or given_at.date()
        people = [(executor.person_id, name or executor.official), (assignment.executed_by, by)]
        for person_id, called in dict.fromkeys(people):
            if called:
                yield Earlier(Somebody(person_id, called), on, ground)


def _earlier_cases(session: Session, case_id: int) -> list[int]:
    """Earlier cases of the same applicant on the same question."""
    case, request = session.get_one(Case, case_id), session.get(ReceptionRequest, case_id)
    applicant = session.get(Applicant, case.applicant_id) if case.applicant_id else None
    if applicant is None or request is None:
        return []
    rows = session.execute(
        select(Case.id, Case.number, ReceptionRequest.nature)
        .join(ReceptionRequest, ReceptionRequest.case_id == Case.id)
        .where(
            Case.office_id == case.office_id,
            Case.opened_at < case.opened_at,
            Case.applicant_id.in_(_same_people(session, applicant)),
        )
    ).all()
    named = str(request.answers.get("earlier_reference") or "")
    return [row.id for row in rows if (row.number and row.number in named) or _alike(row.nature, request.nature)]


def _same_people(session: Session, applicant: Applicant) -> list[int]:
    """Everybody who may be the applicant, however the name is spelled; another patronymic or IIN speaks against it."""
    found = alike(session, applicant.described, office_id=applicant.office_id, among=Applicant, limit=COMPARED)
    return [each.row.id for each in found if each.resemblance.score >= POSSIBLE]


def _alike(one: str, other: str) -> bool:
    return bool(one.strip()) and one.casefold().split() == other.casefold().split()


def names_of(session: Session, office_id: str) -> dict[int, str]:
    """The names of the people of an office."""
    rows = session.execute(select(Person.id, Person.full_name).where(Person.office_id == office_id))
    return {row.id: row.full_name for row in rows}


def person_called(session: Session, office_id: str, name: str) -> int | None:
    """The one person of the office with this name, however it is spaced; None if there is none or several."""
    wanted = " ".join(name.split()).casefold()
    rows = session.scalars(
        select(Person.id).where(Person.office_id == office_id, func.lower(Person.full_name) == wanted).limit(2)
    ).all()
    return rows[0] if len(rows) == 1 else None
