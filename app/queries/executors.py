"""Who may carry out an assignment, and who may not and why (KRG-37)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.conflicts import Blocked, Earlier, Somebody, Substitutes, Way, barred, blocks
from app.domain.texts import Text
from app.models import Assignment, AssignmentExecutor, Person, RoleGrant, StateBody
from app.records.earlier_decisions import earlier_decisions, names_of, person_called
from app.records.substitutes import absences_at
from app.records.zones import zone_of_office


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person of the office who may be an executor."""

    id: int
    full_name: str
    position: Text


@dataclass(frozen=True, slots=True)
class Matter:
    """What decides who may have an assignment: earlier decisions, absences of the day, names."""

    earlier: Sequence[Earlier]
    substitutes: Substitutes
    names: dict[int, str]

    def why_not(self, who: Somebody, way: Way) -> list[Blocked]:
        """Why the matter may not be given to somebody; empty if it may."""
        return blocks(who, self.earlier, way, self.substitutes, self.names)

    def barred(self, person_id: int, way: Way) -> Blocked | None:
        """Why a person herself may not act in the matter."""
        return barred(Somebody(person_id, self.names.get(person_id, "")), self.earlier, way)


def matter_of(session: Session, assignment_id: int, now: datetime) -> Matter:
    """The matter of an assignment on this day."""
    row = session.get_one(Assignment, assignment_id)
    return Matter(
        earlier=earlier_decisions(session, row.case_id, given_at=row.given_at),
        substitutes=substitutes_at(session, row.office_id, now),
        names=names_of(session, row.office_id),
    )


def substitutes_at(session: Session, office_id: str, now: datetime) -> Substitutes:
    """Who is absent at a moment, and who stands in for her."""
    found: dict[int, set[int]] = {}
    for row in absences_at(session, office_id, now):
        found.setdefault(row.person_id, set()).add(row.substitute_id)
    return found


def candidates(session: Session, office_id: str, now: datetime) -> list[Candidate]:
    """People of the office who carry out assignments: active, with the role `assignee` today, by name."""
    today = now.astimezone(zone_of_office(office_id)).date()
    holders = select(RoleGrant.person_id).where(
        RoleGrant.office_id == office_id,
        RoleGrant.role == "assignee",
        RoleGrant.valid_from <= today,
        (RoleGrant.valid_to.is_(None)) | (RoleGrant.valid_to >= today),
    )
    rows = session.scalars(
        select(Person).where(Person.id.in_(holders), Person.active).order_by(Person.sort_key.collate("C"), Person.id)
    )
    return [Candidate(row.id, row.full_name, row.titled) for row in rows]


@dataclass(frozen=True, slots=True)
class Possible:
    """The candidates who may have an assignment, and why the others may not."""

    matter: Matter
    open: Sequence[Candidate]
    barred: Sequence[Blocked]


def possible_executors(session: Session, assignment_id: int, now: datetime) -> Possible:
    """Judge every candidate by the matter of an assignment (KRG-37)."""
    matter = matter_of(session, assignment_id, now)
    people = candidates(session, session.get_one(Assignment, assignment_id).office_id, now)
    why = {each.id: matter.why_not(Somebody(each.id, each.full_name), "executor") for each in people}
    return Possible(
        matter,
        [each for each in people if not why[each.id]],
        [block for each in people for block in why[each.id]],
    )


def why_not(session: Session, assignment_id: int, executor: AssignmentExecutor, now: datetime) -> list[Blocked]:
    """Why a chosen executor may not have the assignment, by account or by name."""
    matter = matter_of(session, assignment_id, now)
    way: Way = "executor" if executor.place == 1 else "co_executor"
    return [block for each in _people(session, executor) for block in matter.why_not(each, way)]


def _people(session: Session, executor: AssignmentExecutor) -> Iterator[Somebody]:
    if executor.person_id is not None:
        yield Somebody(executor.person_id, session.get_one(Person, executor.person_id).full_name)
    elif executor.official:
        yield Somebody(person_called(session, executor.office_id, executor.official), executor.official)


def bodies(session: Session, office_id: str) -> Iterable[StateBody]:
    """The directory of state bodies, by name."""
    return session.scalars(select(StateBody).where(StateBody.office_id == office_id).order_by(StateBody.name_ru))
