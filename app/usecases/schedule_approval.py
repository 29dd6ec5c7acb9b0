"""What sets the schedule's process going: approval of a month, a report meeting, an assignment, a changed day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import Office, ReceptionDay, SchedulePeriod
from app.models.database import reading
from app.records.day_changes import note_change
from app.records.officials import officials_on
from app.records.schedule import month_after, month_of, period_of
from app.records.terms import office_calendar
from app.usecases.access import Actor
from app.usecases.history import Event, record
from app.usecases.outbox import post
from app.usecases.published import starts_with
from app.usecases.transaction import transaction

ASKED: Final = "approval.asked"
CHANGED: Final = "published_day.changed"
REPORT_MEETING: Final = "report_meeting.planned"
ASSIGNMENT: Final = "akim.assignment"
DEPUTY: Final = ("deputy_akim",)


class ApprovalRunsError(AutomationError):
    """The month waits for approval already."""

    status: ClassVar[int] = 409
    message = Text(
        kk="Бұл айдың кестесі бекітуде тұр.",
        ru="График этого месяца уже на утверждении.",
        en="The schedule of this month is being approved already.",
    )


class NothingToApproveError(AutomationError):
    """The month has no reception day."""

    status: ClassVar[int] = 422
    message = Text(
        kk="Бекітетін ештеңе жоқ: бұл айда қабылдау жоспарланбаған.",
        ru="Утверждать нечего: в этом месяце приём не запланирован.",
        en="There is nothing to approve: no reception is planned this month.",
    )


class NoMeetingDayError(AutomationError):
    """A report meeting needs a coming day."""

    status: ClassVar[int] = 422
    message = Text(
        kk="Есеп беру кездесуінің алдағы күнін жазыңыз.",
        ru="Напишите предстоящий день отчётной встречи.",
        en="Write the coming day of the report meeting.",
    )


class AssignmentRefusedError(AutomationError):
    """Outside the schedule a deputy receives only on an assignment that names the day (KRG-9, BR-22)."""

    status: ClassVar[int] = 422
    message = Text(
        kk="Кестеден тыс қабылдауға әкімнің тапсырмасы, орынбасар және алдағы күн керек (KRG-9).",
        ru="Для приёма вне графика нужны поручение акима, заместитель и предстоящий день (KRG-9).",
        en="A reception outside the schedule needs the akim's assignment, a deputy and a coming day (KRG-9).",
    )


@dataclass(frozen=True, slots=True)
class Offered:
    """Which of these acts an office's diagrams begin with, and the deputies that the akim may assign."""

    approval: bool
    report_meeting: bool
    assignment: bool
    deputies: tuple[tuple[int, str], ...]


def offered(office_id: str) -> Offered:
    """What the coordinator's page of the month may set going in this office."""
    with reading() as session:
        begins = {name: bool(starts_with(session, office_id, "message", name)) for name in (ASKED, REPORT_MEETING)}
        assigns = bool(starts_with(session, office_id, "message", ASSIGNMENT))
        office = session.get_one(Office, office_id)
        today = office_calendar(session, office_id).local(clock.now()).date()
        people = officials_on(session, office, today, roles=DEPUTY) if assigns else []
        deputies = tuple((each.id, each.full_name) for each in people)
        return Offered(begins[ASKED], begins[REPORT_MEETING], assigns, deputies)


def ask_for_approval(month: date, *, by: Actor) -> None:
    """Pass the month on for approval. Raises `ApprovalRunsError`, `NothingToApproveError`."""
    by.demand("day.plan")
    with transaction() as session:
        row = period_of(session, by.office_id, month_of(month))
        if row.status == "submitted":
            raise ApprovalRunsError
        planned = select(ReceptionDay.id).where(
            ReceptionDay.office_id == by.office_id,
            ReceptionDay.status == "planned",
            ReceptionDay.day >= row.month,
            ReceptionDay.day < month_after(row.month),
        )
        if session.scalar(planned.limit(1)) is None:
            raise NothingToApproveError
        row.status = "submitted"
        now = clock.now()
        payload = {"schedule_id": row.id, "month": row.month.isoformat(), "opened_at": now.isoformat()}
        post(session, by.office_id, ASKED, case_id=None, payload=payload, now=now)
        event = Event("approval_asked", None, {"schedule": row.id, "month": row.month.isoformat()})
        record(session, [event], at=now, office_id=by.office_id, by=by.id)


def plan_report_meeting(day: date | None, *, by: Actor) -> None:
    """The akim's office tells the day of a report meeting (KRG-6). Raises `NoMeetingDayError`."""
    by.demand("day.plan")
    with transaction() as session:
        now = clock.now()
        if day is None or day <= office_calendar(session, by.office_id).local(now).date():
            raise NoMeetingDayError
        post(session, by.office_id, REPORT_MEETING, case_id=None, payload={"meeting_on": day.isoformat()}, now=now)
        event = Event("report_meeting_planned", None, {"meeting": day.isoformat()})
        record(session, [event], at=now, office_id=by.office_id, by=by.id)


def assign_out_of_schedule(deputy_id: int | None, day: date | None, assignment: str, *, by: Actor) -> None:
    """The akim assigns a deputy a reception outside the schedule (KRG-9). Raises `AssignmentRefusedError`."""
    by.demand("day.assign")
    with transaction() as session:
        now = clock.now()
        today = office_calendar(session, by.office_id).local(now).date()
        office = session.get_one(Office, by.office_id)
        if deputy_id is None or day is None or day < today or not assignment.strip():
            raise AssignmentRefusedError
        if deputy_id not in {each.id for each in officials_on(session, office, day, roles=DEPUTY)}:
            raise AssignmentRefusedError
        payload = {"deputy_id": str(deputy_id), "assigned_on": day.isoformat(), "assignment": assignment.strip()}
        post(session, by.office_id, ASSIGNMENT, case_id=None, payload=payload, now=now)
        event = Event("reception_assigned", None, {"deputy": deputy_id, "date": day.isoformat()})
        record(session, [event], at=now, office_id=by.office_id, by=by.id)


def announce_change(session: Session, day: ReceptionDay, untold: Iterable[int] = ()) -> bool:
    """A published day has changed: its schedule is published anew and hung up, the cases `untold` are told (SC-07).

    In the caller's transaction. False when the day is not public or the office's diagrams do not listen.
    """
    note_change(day, clock.now())
    if day.published_at is None or not starts_with(session, day.office_id, "message", CHANGED):
        return False
    row: SchedulePeriod = period_of(session, day.office_id, month_of(day.day))
    now = clock.now()
    payload = {"schedule_id": row.id, "day_id": day.id, "cases": list(untold), "opened_at": now.isoformat()}
    post(session, day.office_id, CHANGED, case_id=None, payload=payload, now=now)
    return True


def announce_closing(session: Session, office_id: str, first: date, last: date) -> None:
    """The whole office has closed or opened a period: the published months that it touches are published anew."""
    if not starts_with(session, office_id, "message", CHANGED):
        return
    now = clock.now()
    this_month = month_of(office_calendar(session, office_id).local(now).date())
    published = session.scalars(
        select(SchedulePeriod.id)
        .where(
            SchedulePeriod.office_id == office_id,
            SchedulePeriod.edition > 0,
            SchedulePeriod.month.between(max(month_of(first), this_month), last),
        )
        .order_by(SchedulePeriod.month)
    )
    for schedule_id in published:
        payload = {"schedule_id": schedule_id, "cases": [], "opened_at": now.isoformat()}
        post(session, office_id, CHANGED, case_id=None, payload=payload, now=now)
