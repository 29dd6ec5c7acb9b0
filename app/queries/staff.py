"""People and units of an office as an administrator reads them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.texts import Text
from app.models import ApiToken, Office, Person, RoleGrant, Unit, UserTask, WebSession
from app.models.database import reading
from app.records.terms import office_calendar


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A person in the list with the roles of today."""

    id: int
    full_name: str
    login: str
    position: Text
    email: str | None
    active: bool
    has_password: bool
    roles: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A role given; `state` is now, later or over."""

    id: int
    role: str
    name: Text
    unit: Text | None
    valid_from: date
    valid_to: date | None
    state: str


@dataclass(frozen=True, slots=True)
class TokenRow:
    """An API token of a person, without its secret."""

    id: int
    name: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    works: bool


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A signed-in browser; `here` is the one that asks."""

    id: str
    agent: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    here: bool


@dataclass(frozen=True, slots=True)
class StaffPerson:
    """A person with everything an administrator may see."""

    id: int
    full_name: str
    login: str
    titled: Text
    position: str
    position_kk: str
    position_en: str
    email: str | None
    phone: str | None
    language: str
    active: bool
    has_password: bool
    second_factor: bool
    open_tasks: int
    grants: tuple[GrantRow, ...]
    tokens: tuple[TokenRow, ...]
    sessions: int


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit in the order of the tree; `depth` 0 stands at the top, `people` counts those with a role in it today."""

    id: int
    code: str
    name: Text
    parent_id: int | None
    depth: int
    people: int


def people_of(office_id: str, *, find: str = "", with_inactive: bool = False) -> list[StaffRow]:
    """The office's people by name; `find` looks into name, login, position and e-mail."""
    with reading() as session:
        wanted = select(Person).where(Person.office_id == office_id).order_by(Person.sort_key, Person.id)
        if not with_inactive:
            wanted = wanted.where(Person.active)
        if find.strip():
            text = f"%{_escaped(find.strip())}%"
            wanted = wanted.where(
                Person.full_name.ilike(text)
                | Person.login.ilike(text)
                | Person.position.ilike(text)
                | Person.position_kk.ilike(text)
                | Person.position_en.ilike(text)
                | Person.email.ilike(text)
            )
        names, today = role_names(session, office_id), _today(session, office_id)
        roles: dict[int, list[Text]] = {}
        for grant in session.scalars(select(RoleGrant).where(RoleGrant.office_id == office_id).order_by(RoleGrant.id)):
            name = names.get(grant.role, Text(grant.role, grant.role, grant.role))
            if _state(grant, today) == "now" and name not in roles.setdefault(grant.person_id, []):
                roles[grant.person_id].append(name)
        return [
            StaffRow(
                id=row.id,
                full_name=row.full_name,
                login=row.login,
                position=row.titled,
                email=row.email,
                active=row.active,
                has_password=row.password_hash is not None,
                roles=tuple(roles.get(row.id, ())),
            )
            for row in session.scalars(wanted)
        ]


def person_of(office_id: str, person_id: int) -> StaffPerson | None:
    """One person of the office; None when she is of another."""
    with reading() as session:
        row = session.get(Person, person_id)
        if row is None or row.office_id != office_id:
            return None
        return StaffPerson(
            id=row.id,
            full_name=row.full_name,
            login=row.login,
            titled=row.titled,
            position=row.position,
            position_kk=row.position_kk,
            position_en=row.position_en,
            email=row.email,
            phone=row.phone,
            language=row.language,
            active=row.active,
            has_password=row.password_hash is not None,
            second_factor=row.totp_confirmed,
            open_tasks=session.scalar(
                select(func.count())
                .select_from(UserTask)
                .where(UserTask.assignee_id == row.id, UserTask.status == "open")
            )
            or 0,
            grants=tuple(_grants(session, office_id, row.id)),
            tokens=tuple(_tokens(session, row.id)),
            sessions=session.scalar(
                select(func.count())
                .select_from(WebSession)
                .where(WebSession.person_id == row.id, WebSession.expires_at > clock.wall())
            )
            or 0,
        )


def sessions_of(person_id: int, here: str) -> list[SessionRow]:
    """The browsers in which a person is signed in; `here` is the row of this one."""
    with reading() as session:
        return [
            SessionRow(row.id, row.agent, row.created_at, row.seen_at, row.expires_at, row.id == here)
            for row in session.scalars(
                select(WebSession)
                .where(WebSession.person_id == person_id, WebSession.expires_at > clock.wall())
                .order_by(WebSession.created_at.desc())
            )
        ]


def units_of(office_id: str) -> list[UnitRow]:
    """The tree of the office, each unit after the one above it."""
    with reading() as session:
        units = list(session.scalars(select(Unit).where(Unit.office_id == office_id).order_by(Unit.id)))
        today = _today(session, office_id)
        people: dict[int, set[int]] = {}
        for grant in session.scalars(
            select(RoleGrant)
            .join(Person, Person.id == RoleGrant.person_id)
            .where(RoleGrant.office_id == office_id, RoleGrant.unit_id.is_not(None), Person.active)
        ):
            if _state(grant, today) == "now" and grant.unit_id is not None:
                people.setdefault(grant.unit_id, set()).add(grant.person_id)
        return list(_under(units, None, 0, people))


def roles_of(office_id: str) -> list[tuple[str, Text]]:
    """Codes and names of the roles that this office gives."""
    with reading() as session:
        return list(role_names(session, office_id).items())


def role_names(session: Session, office_id: str) -> dict[str, Text]:
    """The office's roles by code, in the order of its settings."""
    listed = session.get_one(Office, office_id).settings.get("roles", [])
    return {each["code"]: Text(each["name"]["kk"], each["name"]["ru"], each["name"].get("en", "")) for each in listed}


def _under(units: list[Unit], parent: int | None, depth: int, people: dict[int, set[int]]) -> Iterator[UnitRow]:
    for unit in units:
        if unit.parent_id == parent:
            name = Text(unit.name_kk, unit.name_ru, unit.name_en)
            yield UnitRow(unit.id, unit.code, name, parent, depth, len(people.get(unit.id, ())))
            yield from _under(units, unit.id, depth + 1, people)


def _grants(session: Session, office_id: str, person_id: int) -> Iterator[GrantRow]:
    names, today = role_names(session, office_id), _today(session, office_id)
    units = {
        row.id: Text(row.name_kk, row.name_ru, row.name_en)
        for row in session.scalars(select(Unit).where(Unit.office_id == office_id))
    }
    for grant in session.scalars(
        select(RoleGrant)
        .where(RoleGrant.person_id == person_id, RoleGrant.office_id == office_id)
        .order_by(RoleGrant.valid_from.desc(), RoleGrant.id.desc())
    ):
        yield GrantRow(
            id=grant.id,
            role=grant.role,
            name=names.get(grant.role, Text(grant.role, grant.role, grant.role)),
            unit=units.get(grant.unit_id or 0),
            valid_from=grant.valid_from,
            valid_to=grant.valid_to,
            state=_state(grant, today),
        )


def _tokens(session: Session, person_id: int) -> Iterator[TokenRow]:
    wall = clock.wall()
    for row in session.scalars(select(ApiToken).where(ApiToken.person_id == person_id).order_by(ApiToken.id.desc())):
        works = row.revoked_at is None and (row.expires_at is None or row.expires_at > wall)
        yield TokenRow(row.id, row.name, row.created_at, row.expires_at, row.revoked_at, works)


def _state(grant: RoleGrant, today: date) -> str:
    if grant.valid_from > today:
        return "later"
    return "over" if grant.valid_to is not None and grant.valid_to < today else "now"


def _today(session: Session, office_id: str) -> date:
    return clock.now().astimezone(office_calendar(session, office_id).zone).date()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
