"""Absences of staff as the pages show them, and the groups of tasks that would be left without anybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from app.domain import clock
from app.domain.texts import Text
from app.models import Person, RoleGrant, Substitution, UserTask
from app.models.database import reading
from app.queries.staff import role_names
from app.records.second_thoughts import undo_until
from app.records.zones import today_of


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """An absence; `state` is now, later or over. Why somebody is away is told to whoever may enter it.

    `undo_until` is until when its end may be taken back.
    """

    id: int
    person_id: int
    person: str
    substitute_id: int
    substitute: str
    first_day: date
    last_day: date
    reason: str
    note: str
    state: str
    entered_by: str
    ended: bool
    undo_until: datetime | None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the office who may be away or stand for others, with her position."""

    id: int
    full_name: str
    titled: Text


def absences_of(office_id: str, *, person_id: int | None = None, with_past: bool = True) -> list[AbsenceRow]:
    """The absences of an office, those of now first, then those to come, then those that are over.

    `person_id`: only those in which this person is away or stands for somebody.
    """
    with reading() as session:
        substitute, author = aliased(Person), aliased(Person)
        wanted = (
            select(Substitution, Person.full_name, substitute.full_name, author.full_name)
            .join(Person, Person.id == Substitution.person_id)
            .join(substitute, substitute.id == Substitution.substitute_id)
            .join(author, author.id == Substitution.entered_by)
            .where(Substitution.office_id == office_id)
            .order_by(Substitution.first_day, Substitution.id)
        )
        if person_id is not None:
            wanted = wanted.where((Substitution.person_id == person_id) | (Substitution.substitute_id == person_id))
        today = today_of(office_id)
        rows = [
            AbsenceRow(
                id=row.id,
                person_id=row.person_id,
                person=who,
                substitute_id=row.substitute_id,
                substitute=stands,
                first_day=row.first_day,
                last_day=row.last_day,
                reason=row.reason,
                note=row.note,
                state=_state(row, today),
                entered_by=entered,
                ended=row.ended_at is not None,
                undo_until=undo_until(row.ended_at, clock.now()),
            )
            for row, who, stands, entered in session.execute(wanted)
        ]
    order = {"now": 0, "later": 1, "over": 2}
    shown = [row for row in rows if with_past or row.state != "over"]
    return sorted(shown, key=lambda row: (order[row.state], -row.first_day.toordinal() if row.state == "over" else 0))


def members_of(office_id: str) -> Sequence[Member]:
    """Active people of an office who hold a role today, by name."""
    with reading() as session:
        holders = select(RoleGrant.person_id).where(_valid(office_id, today_of(office_id)))
        rows = session.scalars(
            select(Person)
            .where(Person.id.in_(holders), Person.active)
            .order_by(Person.sort_key.collate("C"), Person.id)
        )
        return [Member(row.id, row.full_name, row.titled) for row in rows]


def groups_left_alone(office_id: str, absence_id: int) -> list[Text]:
    """The roles in whose groups nobody is left during an absence: only the absent person holds them."""
    with reading() as session:
        row = session.get(Substitution, absence_id)
        if row is None or row.office_id != office_id:
            return []
        names = role_names(session, office_id)
        return [
            names.get(role, Text(role, role, role)) for role in _roles(session, row) if not _others(session, row, role)
        ]


def _roles(session: Session, row: Substitution) -> Sequence[str]:
    valid = _valid(row.office_id, row.first_day)
    return sorted(set(session.scalars(select(RoleGrant.role).where(valid, RoleGrant.person_id == row.person_id))))


def _others(session: Session, row: Substitution, role: str) -> bool:
    """Whether somebody else holds the role on the first day and is not away then."""
    away = select(Substitution.person_id).where(
        Substitution.office_id == row.office_id,
        Substitution.first_day <= row.first_day,
        Substitution.last_day >= row.first_day,
        Substitution.ended_at.is_(None),
    )
    found = (
        select(RoleGrant.id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(_valid(row.office_id, row.first_day), RoleGrant.role == role)
        .where(RoleGrant.person_id != row.person_id, Person.active, RoleGrant.person_id.not_in(away))
    )
    return session.execute(found.limit(1)).first() is not None


def _valid(office_id: str, day: date) -> ColumnElement[bool]:
    """A grant of the office that holds on a day."""
    return and_(
        RoleGrant.office_id == office_id,
        RoleGrant.valid_from <= day,
        RoleGrant.valid_to.is_(None) | (RoleGrant.valid_to >= day),
    )


def _state(row: Substitution, today: date) -> str:
    if row.ended_at is not None or row.last_day < today:
        return "over"
    return "later" if row.first_day > today else "now"


@dataclass(frozen=True, slots=True)
class Ending:
    """What ending an absence would do: `tasks` assigned to the absent person come back to her."""

    row: AbsenceRow
    tasks: int


def ending(office_id: str, absence_id: int) -> Ending | None:
    """What the end of an absence would do; None when there is none, or it is over."""
    row = next((each for each in absences_of(office_id, with_past=False) if each.id == absence_id), None)
    if row is None:
        return None
    with reading() as session:
        open_ = select(func.count()).where(
            UserTask.office_id == office_id, UserTask.assignee_id == row.person_id, UserTask.status == "open"
        )
        return Ending(row, session.scalar(open_) or 0)
