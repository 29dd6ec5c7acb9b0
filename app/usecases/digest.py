"""The daily digest: each member of staff gets the tasks that wait for her, in one letter."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock, wording
from app.domain.hours import OfficeCalendar
from app.models import Case, Office, Person, ProcessInstance, ProcessVersion, UserTask, role_held
from app.queries.elements import element_name
from app.records.bundles import unpack
from app.records.letters import Desk, Recipient, write
from app.records.substitutes import works_for
from app.records.terms import office_calendar
from app.usecases.history import Event, record
from app.usecases.transaction import transaction, wake_workers

TEMPLATE: Final = "task_digest"
MOST_TASKS: Final = 30


def send_digests(office_id: str, *, session: Session | None = None) -> int:
    """Queue the digest of every active person with tasks who has not switched it off; returns how many letters.

    Nothing on a day off. Within a person's quiet hours the letter waits for their end. The caller's `session` puts the
    letters into its own commit.
    """
    if session is not None:
        return _send(session, office_id)
    with transaction() as own:
        return _send(own, office_id)


def _send(session: Session, office_id: str) -> int:
    now = clock.now()
    calendar = office_calendar(session, office_id)
    if not calendar.days.is_working(calendar.local(now).date()):
        return 0
    letters = letters_with(session, office_id, TEMPLATE)
    if not letters:
        return 0
    office = session.get_one(Office, office_id)
    desk = Desk(session, office_id, None, None, None, letters, now)
    sent = sum(
        _send_to(desk, office, person, calendar)
        for person in session.scalars(
            select(Person)
            .where(Person.office_id == office_id, Person.active, Person.email.is_not(None))
            .order_by(Person.id)
        )
        if person.preferences.get("digest", "daily") != "off"
    )
    record(session, [Event("digest_sent", None, {"letters": sent})], at=now, office_id=office_id)
    wake_workers(session, now)
    return sent


def letters_with(session: Session, office_id: str, template: str) -> Mapping[str, str]:
    """The templates of the newest version that has this one."""
    for blob in session.scalars(
        select(ProcessVersion.bundle).where(ProcessVersion.office_id == office_id).order_by(ProcessVersion.id.desc())
    ):
        letters: Mapping[str, str] = unpack(blob)["letters"]
        if f"{template}.ru" in letters:
            return letters
    return {}


def _send_to(desk: Desk, office: Office, person: Person, calendar: OfficeCalendar) -> bool:
    language = person.language if person.language in {"kk", "ru"} else "ru"
    tasks = _tasks(desk, person, language, calendar)
    if not tasks:
        return False
    facts = {
        "person": {"full_name": person.full_name},
        "office": {"name": getattr(office, f"name_{language}")},
        "tasks": tasks,
    }
    due_at = quiet_until(person.preferences, desk.now, calendar)
    write(desk, TEMPLATE, Recipient(person.full_name, person.email, None, language), {language: facts}, due_at=due_at)
    return True


def _tasks(desk: Desk, person: Person, language: str, calendar: OfficeCalendar) -> list[dict[str, Any]]:
    """Her own tasks, those of people for whom she stands and those that wait for her roles, the nearest term first."""
    today = calendar.local(desk.now).date()
    roles = select(role_held.c.role).where(
        role_held.c.person_id == person.id,
        role_held.c.office_id == desk.office_id,
        role_held.c.valid_from <= today,
        role_held.c.valid_to.is_(None) | (role_held.c.valid_to >= today),
    )
    rows = desk.session.execute(
        select(UserTask, ProcessInstance.version_id, Case.number)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .outerjoin(Case, Case.id == UserTask.case_id)
        .where(
            UserTask.office_id == desk.office_id,
            UserTask.status == "open",
            UserTask.assignee_id.in_({person.id, *works_for(desk.session, person.id, desk.now)})
            | (UserTask.assignee_id.is_(None) & UserTask.role.in_(roles)),
        )
        .order_by(UserTask.due_at.nulls_last(), UserTask.id)
        .limit(MOST_TASKS)
    )
    return [
        {
            "name": element_name(version_id, task.element).in_(language),
            "number": number or "",
            "due": wording.moment(calendar.local(task.due_at)).in_(language) if task.due_at else "",
        }
        for task, version_id, number in rows
    ]


def quiet_until(preferences: Mapping[str, Any], now: datetime, calendar: OfficeCalendar) -> datetime | None:
    """The end of the quiet hours that `now` falls into; None when it falls into none. Hours are "22:00" by the office's
    clock and may go over midnight."""
    first, last = preferences.get("quiet_from"), preferences.get("quiet_to")
    if not first or not last:
        return None
    begin, end = time.fromisoformat(first), time.fromisoformat(last)
    local = calendar.local(now)
    at = local.time()
    over_midnight = begin > end
    quiet = at >= begin or at < end if over_midnight else begin <= at < end
    if not quiet:
        return None
    until = local.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    return until + timedelta(days=1) if over_midnight and at >= begin else until
