"""Whoever controls appeals hears once of each reply at risk and of each that is overdue, in one letter a day."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Text, cast, exists, or_, select
from sqlalchemy.orm import Session

from app.domain import clock, wording
from app.domain.hours import OfficeCalendar
from app.models import AppealAlarm, AppealLine, Case, Office, Person, Reply, RoleGrant, StateBody
from app.records.letters import Desk, Recipient, write
from app.records.terms import office_calendar
from app.usecases.digest import letters_with
from app.usecases.transaction import wake_workers

TEMPLATE: Final = "appeal_alarms"
CONTROL_ROLE: Final = "controller"
"""Who hears of it where the office's `appeal.control_role` names nobody else."""
MOST: Final = 200
"""Appeals of one letter; the rest is told the next day."""


def tell_controllers(office_id: str, *, session: Session) -> int:
    """Queue the letters of today; returns how many appeals they tell of (KST-TASK-1.3, KST-LAW-1).

    Nothing is told where nobody holds the controlling role: it is told as soon as somebody does.
    """
    now, calendar = clock.now(), office_calendar(session, office_id)
    news = _news(session, office_id)
    people = _controllers(session, office_id, calendar) if news else []
    letters = letters_with(session, office_id, TEMPLATE) if people else {}
    if not letters:
        return 0
    desk = Desk(session, office_id, None, None, None, letters, now)
    for person in people:
        _write(desk, person, news, calendar)
    told = [person.id for person in people]
    for line, kind, _, _ in news:
        session.add(
            AppealAlarm(
                office_id=office_id, case_id=line.case_id, kind=kind, due_at=line.due_at, told_at=now, told=told
            )
        )
    session.flush()
    wake_workers(session, now)
    return len(news)


def _news(session: Session, office_id: str) -> list[tuple[AppealLine, str, str, StateBody | str]]:
    """Appeals that are at risk or overdue and were not told of as such for this term, with number and executor: the
    body that answers, else the person who prepares the reply.
    """
    now = clock.now()
    responsible = (
        select(Person.full_name)
        .join(Reply, Reply.executors[0].astext == cast(Person.id, Text))
        .where(Reply.case_id == AppealLine.case_id)
        .order_by(Reply.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        select(AppealLine, Case.number, StateBody, responsible)
        .join(Case, Case.id == AppealLine.case_id)
        .outerjoin(StateBody, StateBody.id == AppealLine.executor_id)
        .where(
            AppealLine.office_id == office_id,
            AppealLine.ended_at.is_(None),
            AppealLine.answered_at.is_(None),
            AppealLine.risk_at <= now,
            or_(
                (AppealLine.due_at >= now) & ~_told("risk"),
                (AppealLine.due_at < now) & ~_told("overdue"),
            ),
        )
        .order_by(AppealLine.due_at, AppealLine.case_id)
        .limit(MOST)
    )
    return [
        (
            line,
            "overdue" if line.due_at is not None and line.due_at < now else "risk",
            number or "",
            body or person or "",
        )
        for line, number, body, person in rows
    ]


def _told(kind: str) -> Any:
    return exists().where(
        AppealAlarm.case_id == AppealLine.case_id, AppealAlarm.kind == kind, AppealAlarm.due_at == AppealLine.due_at
    )


def _controllers(session: Session, office_id: str, calendar: OfficeCalendar) -> Sequence[Person]:
    settings: Mapping[str, Any] = session.get_one(Office, office_id).settings.get("appeal", {})
    today = calendar.local(clock.now()).date()
    return session.scalars(
        select(Person)
        .where(
            Person.active,
            Person.email.is_not(None),
            Person.id.in_(
                select(RoleGrant.person_id).where(
                    RoleGrant.office_id == office_id,
                    RoleGrant.role == settings.get("control_role", CONTROL_ROLE),
                    RoleGrant.valid_from <= today,
                    RoleGrant.valid_to.is_(None) | (RoleGrant.valid_to >= today),
                )
            ),
        )
        .order_by(Person.id)
    ).all()


def _write(
    desk: Desk,
    person: Person,
    news: Sequence[tuple[AppealLine, str, str, StateBody | str]],
    calendar: OfficeCalendar,
) -> None:
    language = person.language if person.language in {"kk", "ru"} else "ru"
    rows: dict[str, list[dict[str, str]]] = {"risk": [], "overdue": []}
    for line, kind, number, executor in news:
        rows[kind].append(
            {
                "number": number,
                "due": wording.moment(calendar.local(line.due_at)).in_(language) if line.due_at else "",
                "executor": executor if isinstance(executor, str) else str(getattr(executor, f"name_{language}")),
            }
        )
    facts = {"person": {"full_name": person.full_name}, "late_replies": rows["overdue"], "risky_replies": rows["risk"]}
    write(desk, TEMPLATE, Recipient(person.full_name, person.email, None, language), {language: facts})
