"""Roles of people: given from one day to another, ended; an administrator always stays."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import Office, Person, RoleGrant, Unit
from app.models.database import REFERRED_TO
from app.records.terms import office_calendar
from app.usecases.access import Actor
from app.usecases.people import note, person_of
from app.usecases.published import NotFoundError
from app.usecases.transaction import transaction

ADMIN: Final = "office_admin"
REGISTRAR: Final = "registrar"


class LastAdminError(AutomationError):
    """Somebody must be able to administer the office."""

    status = 409
    message = Text(
        kk="Бұл — кеңсенің соңғы әкімшісі. Алдымен бұл рөлді басқа адамға мерзімсіз беріңіз.",
        ru="Это последний администратор организации. Сначала дайте эту роль бессрочно другому человеку.",
        en="This is the last administrator of the office. Give the role to somebody else without an end first.",
    )


class OwnAccountError(AutomationError):
    """An administrator does not take away her own access."""

    status = 409
    message = Text(
        kk="Өзіңіздің жазбаңызды өшіре немесе өз әкімші рөліңізді тоқтата алмайсыз. Мұны басқа әкімші жасайды.",
        ru="Отключить себя или завершить собственную роль администратора нельзя. Это делает другой администратор.",
        en="You cannot deactivate yourself or end your own administrator role. Another administrator does that.",
    )


class GrantInvalidError(AutomationError):
    """A role needs a known role and days in order."""

    status = 422
    message = Text(
        kk="Рөлді таңдап, күндерін көрсетіңіз: соңғы күн бірінші күннен ерте болмайды.",
        ru="Выберите роль и укажите дни: последний не раньше первого.",
        en="Choose the role and its days: the last is not before the first.",
    )


def grant_role(
    person_id: int,
    role: str,
    *,
    unit_id: int | None,
    first_day: date | None,
    last_day: date | None,
    confirmed: Sequence[str] = (),
    by: Actor,
) -> None:
    """Give a role of the office from one day to another, both included. Raises `GrantInvalidError`, `NotFoundError`.

    `confirmed` are the requirements that a registrar was said to meet; they stay in the history (KST-RGR, AC-06).
    """
    by.demand("people.edit")
    with transaction() as session:
        person = person_of(session, person_id, by)
        known = {each["code"] for each in session.get_one(Office, by.office_id).settings.get("roles", [])}
        if role not in known or first_day is None or (last_day is not None and last_day < first_day):
            raise GrantInvalidError
        if unit_id is not None and getattr(session.get(Unit, unit_id), "office_id", None) != by.office_id:
            raise NotFoundError
        session.add(
            RoleGrant(
                office_id=by.office_id,
                person_id=person.id,
                role=role,
                unit_id=unit_id,
                valid_from=first_day,
                valid_to=last_day,
            )
        )
        facts: dict[str, Any] = {
            "role": role,
            "from": first_day.isoformat(),
            "to": last_day.isoformat() if last_day else None,
        }
        met = {"confirmed": sorted(confirmed)} if role == REGISTRAR else {}
        note(session, "role_granted", person, by, facts | met)


def end_role(grant_id: int, *, last_day: date | None = None, by: Actor) -> None:
    """End a role: yesterday was its last day, or `last_day` is. Raises `OwnAccountError`, `LastAdminError`."""
    by.demand("people.edit")
    with transaction() as session:
        grant = session.get(RoleGrant, grant_id, with_for_update=True)
        if grant is None or grant.office_id != by.office_id:
            raise NotFoundError
        if grant.role == ADMIN:
            if grant.person_id == by.id:
                raise OwnAccountError
            keep_an_admin(session, by, without_grant=grant.id)
        end = last_day or _today(session, by) - timedelta(days=1)
        if grant.valid_from > end:
            session.delete(grant)
        else:
            grant.valid_to = end
        person = session.get_one(Person, grant.person_id)
        note(session, "role_ended", person, by, {"role": grant.role, "to": end.isoformat()})


def keep_an_admin(
    session: Session, by: Actor, *, without_grant: int | None = None, without_person: int | None = None
) -> None:
    """Raise `LastAdminError` unless an active administrator without an end stays besides the one who goes."""
    today = _today(session, by)
    session.get_one(
        Office, by.office_id, with_for_update=REFERRED_TO
    )  # two administrators removing each other wait here
    left = session.scalar(
        select(func.count())
        .select_from(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.office_id == by.office_id,
            RoleGrant.role == ADMIN,
            RoleGrant.valid_from <= today,
            RoleGrant.valid_to.is_(None),
            Person.active,
            RoleGrant.id != (without_grant or 0),
            RoleGrant.person_id != (without_person or 0),
        )
    )
    if not left:
        raise LastAdminError


def _today(session: Session, by: Actor) -> date:
    """Today on the clock of her office."""
    return clock.now().astimezone(office_calendar(session, by.office_id).zone).date()
