"""The companies of a group with their branches, and who works where (SKE-0.2; `[ske]` of office.toml)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Office, Person, RoleGrant, Unit
from app.records.zones import zone_of_office


@dataclass(frozen=True, slots=True)
class Group:
    """The office's own words for its companies and branches, and where each unit belongs."""

    session: Session
    office: Office
    _units: dict[int, Unit] = field(default_factory=dict)

    @property
    def settings(self) -> Mapping[str, Any]:
        """The office's `[ske]`."""
        found: Mapping[str, Any] = self.office.settings.get("ske", {})
        return found

    @property
    def companies(self) -> Sequence[Mapping[str, Any]]:
        """The company and its subsidiaries."""
        found: Sequence[Mapping[str, Any]] = self.settings.get("subsidiaries", [])
        return found

    def company(self, code: str) -> Mapping[str, Any]:
        """A company by its code; raises `StopIteration` for one that is none."""
        return next(each for each in self.companies if each["code"] == code)

    def branch(self, code: str | None) -> Mapping[str, Any] | None:
        """A branch or a service centre by its unit's code."""
        found: Sequence[Mapping[str, Any]] = self.settings.get("branches", [])
        return next((each for each in found if each["code"] == code), None)

    def units_of(self, person_id: int, now: datetime) -> list[str]:
        """The units in which a person holds a role today, the oldest grant first."""
        rows = self.session.scalars(
            select(Unit.code)
            .join(RoleGrant, RoleGrant.unit_id == Unit.id)
            .where(RoleGrant.person_id == person_id, *self._valid(now))
            .order_by(RoleGrant.id)
        )
        return list(dict.fromkeys(rows))

    @property
    def units(self) -> Mapping[int, Unit]:
        """The units of the office by their ids, read once."""
        if not self._units:
            rows = self.session.scalars(select(Unit).where(Unit.office_id == self.office.id))
            self._units.update((row.id, row) for row in rows)
        return self._units

    def company_of(self, unit: str) -> str | None:
        """The company that a unit belongs to."""
        place = next((row for row in self.units.values() if row.code == unit), None)
        codes = {each["code"] for each in self.companies}
        while place is not None and place.code not in codes:
            place = self._units.get(place.parent_id or 0)
        return place.code if place is not None else None

    def works_in(self, person_id: int, company: str, now: datetime) -> bool:
        """Whether a person holds a role in a company today."""
        return any(self.company_of(unit) == company for unit in self.units_of(person_id, now))

    def holders(self, roles: Sequence[str], now: datetime) -> list[tuple[Person, str | None]]:
        """Active people who hold one of these roles today, each with the unit in which, by role, then by the age of the
        grants."""
        rows = self.session.execute(
            select(Person, Unit.code, RoleGrant.role)
            .join(RoleGrant, RoleGrant.person_id == Person.id)
            .outerjoin(Unit, Unit.id == RoleGrant.unit_id)
            .where(RoleGrant.role.in_(roles), Person.active, *self._valid(now))
            .order_by(RoleGrant.id)
        )
        return [(person, unit) for person, unit, _ in sorted(rows, key=lambda row: roles.index(row.role))]

    def person_in(self, role: str, place: str, now: datetime) -> int | None:
        """Who holds a role in a company or a branch today; None leaves the task to everybody in the role."""
        holders = self.holders((role,), now)
        here = [person.id for person, unit in holders if unit == place or (unit and self.company_of(unit) == place)]
        return next(iter(here), None)

    def role_in(self, role: str, company: str, now: datetime) -> str:
        """The role as it is held in a company, "role@company"; "" leaves the task to everybody in the role."""
        return f"{role}@{company}" if self.person_in(role, company, now) is not None else ""

    def registrars(self, company: str, now: datetime) -> str:
        """Who registers for a company and sends for it: its secretariat or its office (SKE-1.3, SKE-3.7)."""
        return self.role_in(str(self.company(company)["office"]), company, now)

    def next_visit(self, branch: str | None, day: date) -> date | None:
        """The next day on which the head of a branch comes to a report meeting (SKE-1.13)."""
        visits = (self.branch(branch) or {}).get("visits", [])
        return min((found for each in visits if (found := date.fromisoformat(str(each))) >= day), default=None)

    def _valid(self, now: datetime) -> tuple[Any, ...]:
        today = now.astimezone(zone_of_office(self.office.id)).date()
        return (
            RoleGrant.office_id == self.office.id,
            RoleGrant.valid_from <= today,
            (RoleGrant.valid_to.is_(None)) | (RoleGrant.valid_to >= today),
        )


def group_of(session: Session, office_id: str) -> Group:
    """The group that an office is."""
    return Group(session, session.get_one(Office, office_id))
