"""What the reception pages read of cases, in a fixed number of statements however many cases there are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.domain.texts import Text

MISSED: Final = "missed_reception"
_HEADS: Final = text(
    """
    SELECT case_file.id AS case_id, case_file.number, case_file.subject, case_file.status, case_file.opened_at,
           applicant.full_name, applicant.phone, applicant.represented_person,
           coalesce(applicant.language, case_file.language) AS language,
           reception_request.registered_at, reception_request.nature, reception_request.substance,
           booking.id AS booking_id, booking.status AS booking_status, booking.priority_category, booking.booked_at,
           booking.slot_id, booking.starts_at, coming.starts_at AS coming_at,
           instance.status AS instance_status, instance.version_id
    FROM case_file
    LEFT JOIN applicant ON applicant.id = case_file.applicant_id
    LEFT JOIN reception_request ON reception_request.case_id = case_file.id
    LEFT JOIN LATERAL (
        SELECT booking.*, slot.starts_at FROM booking JOIN slot ON slot.id = booking.slot_id
        WHERE booking.case_id = case_file.id AND booking.status NOT IN ('missed', 'moved', 'withdrawn')
    ) AS coming ON true
    LEFT JOIN LATERAL (
        SELECT booking.*, slot.starts_at FROM booking JOIN slot ON slot.id = booking.slot_id
        WHERE booking.case_id = case_file.id AND booking.status NOT IN ('moved', 'withdrawn')
          AND (slot.day_id = :day OR (CAST(:day AS bigint) IS NULL AND booking.id = coming.id))
        ORDER BY booking.id DESC LIMIT 1
    ) AS booking ON true
    LEFT JOIN LATERAL (
        SELECT status, version_id FROM process_instance
        WHERE process_instance.case_id = case_file.id ORDER BY id DESC LIMIT 1
    ) AS instance ON true
    WHERE case_file.office_id = :office AND case_file.id = ANY(:cases)
    ORDER BY booking.starts_at, booking.seat, case_file.id
    """
)
_TASKS: Final = text(
    """
    SELECT user_task.case_id, user_task.id, user_task.element, user_task.step, user_task.status, user_task.role,
           user_task.item, user_task.created_at, user_task.due_at, user_task.ended_at,
           user_task.term ->> 'clause' AS clause, user_task.assignee_id, assignee.full_name AS assignee
    FROM user_task LEFT JOIN person AS assignee ON assignee.id = user_task.assignee_id
    WHERE user_task.office_id = :office AND user_task.case_id = ANY(:cases) AND user_task.status <> 'cancelled'
    ORDER BY user_task.id
    """
)
_TIMERS: Final = text(
    """
    SELECT case_id, element, due_at FROM job
    WHERE office_id = :office AND case_id = ANY(:cases) AND kind = 'timer' AND status IN ('waiting', 'leased')
    ORDER BY due_at, id
    """
)
_POSITIONS: Final = text(
    """
    SELECT DISTINCT ON (body_position.case_id, body_position.body_id) body_position.case_id, body_position.id,
           body_position.due_at, body_position.submitted_at, state_body.name_kk, state_body.name_ru, state_body.name_en
    FROM body_position JOIN state_body ON state_body.id = body_position.body_id
    WHERE body_position.office_id = :office AND body_position.case_id = ANY(:cases)
    ORDER BY body_position.case_id, body_position.body_id, body_position.round DESC
    """
)
_CALLS: Final = text(
    """
    SELECT reminder_call.case_id, reminder_call.booking_id, reminder_call.called_at, reminder_call.outcome,
           reminder_call.remarks, person.full_name
    FROM reminder_call LEFT JOIN person ON person.id = reminder_call.called_by
    WHERE reminder_call.office_id = :office AND reminder_call.case_id = ANY(:cases)
    ORDER BY reminder_call.called_at, reminder_call.id
    """
)
_INCIDENTS: Final = text(
    """
    SELECT case_id, count(*) AS n FROM incident
    WHERE office_id = :office AND case_id = ANY(:cases) AND resolved_at IS NULL GROUP BY case_id
    """
)


@dataclass(frozen=True, slots=True)
class Task:
    """A user task of the case that waits or was done."""

    id: int
    element: str
    step: int | None
    open: bool
    role: str | None
    item: Mapping[str, Any]
    created_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    clause: str
    assignee_id: int | None
    assignee: str | None


@dataclass(frozen=True, slots=True)
class Timer:
    """A moment that the case waits for."""

    element: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Position:
    """What a body has been asked for in the running round."""

    id: int
    body: Text
    due_at: datetime
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was made; `outcome` is confirmed, not_reached, rebook or withdrawn."""

    at: datetime
    by: str
    outcome: str
    remarks: str
    booking_id: int | None


@dataclass(frozen=True, slots=True)
class CaseRows:
    """Everything that one case has to say on the reception pages; without an appointment `starts_at` is None.

    On the list of a day that it missed, `coming_at` is its new appointment; then what waits belongs to that day.
    """

    case_id: int
    number: str | None
    subject: str
    substance: str
    status: str
    opened_at: datetime
    registered_at: datetime | None
    applicant: str
    phone: str | None
    represented: str | None
    language: str
    booking_id: int | None
    booking_status: str
    booked_at: datetime | None
    priority_category: str | None
    slot_id: int | None
    starts_at: datetime | None
    coming_at: datetime | None
    running: bool
    version_id: int | None
    tasks: Sequence[Task] = ()
    timers: Sequence[Timer] = ()
    positions: Sequence[Position] = ()
    calls: Sequence[Call] = ()
    incidents: int = 0

    @property
    def gone_on(self) -> bool:
        """Whether the appointment was missed and the office has decided what follows."""
        return self.booking_status == "missed" and self.open_task(MISSED) is None

    @property
    def open_tasks(self) -> list[Task]:
        """What waits for people."""
        return [task for task in self.tasks if task.open]

    def open_task(self, *elements: str) -> Task | None:
        """The open task of one of these elements."""
        return next((task for task in self.tasks if task.open and task.element in elements), None)


@dataclass(slots=True)
class _Parts:
    """Rows of all cases by case."""

    tasks: dict[int, list[Task]] = field(default_factory=dict)
    timers: dict[int, list[Timer]] = field(default_factory=dict)
    positions: dict[int, list[Position]] = field(default_factory=dict)
    calls: dict[int, list[Call]] = field(default_factory=dict)
    incidents: dict[int, int] = field(default_factory=dict)


def case_rows(
    session: Session, office_id: str, case_ids: Iterable[int], *, day_id: int | None = None
) -> list[CaseRows]:
    """The cases of the office by time of the appointment, then by number; six statements.

    With a day: each with its appointment on that day, even if it was missed and another has followed.
    """
    values = {"office": office_id, "cases": list(case_ids)}
    if not values["cases"]:
        return []
    parts = _parts(session, values)
    found = [_case(row, parts) for row in session.execute(_HEADS, {**values, "day": day_id}).mappings()]
    return [_as_it_was(case) if case.gone_on else case for case in found]


def _as_it_was(case: CaseRows) -> CaseRows:
    """A case on the list of the day that it missed: what it waits for now is no matter of that day."""
    return replace(case, tasks=[task for task in case.tasks if not task.open], timers=(), incidents=0)


def _parts(session: Session, values: Mapping[str, Any]) -> _Parts:
    parts = _Parts()
    for row in session.execute(_TASKS, values):
        parts.tasks.setdefault(row.case_id, []).append(_task(row))
    for row in session.execute(_TIMERS, values):
        parts.timers.setdefault(row.case_id, []).append(Timer(row.element, row.due_at))
    for row in session.execute(_POSITIONS, values):
        body = Text(row.name_kk, row.name_ru, row.name_en)
        parts.positions.setdefault(row.case_id, []).append(Position(row.id, body, row.due_at, row.submitted_at))
    for row in session.execute(_CALLS, values):
        call = Call(row.called_at, row.full_name or "", row.outcome, row.remarks, row.booking_id)
        parts.calls.setdefault(row.case_id, []).append(call)
    for row in session.execute(_INCIDENTS, values):
        parts.incidents[row.case_id] = row.n
    return parts


def _task(row: Any) -> Task:
    return Task(
        id=row.id,
        element=row.element,
        step=row.step,
        open=row.status == "open",
        role=row.role,
        item=row.item or {},
        created_at=row.created_at,
        due_at=row.due_at,
        ended_at=row.ended_at,
        clause=row.clause or "",
        assignee_id=row.assignee_id,
        assignee=row.assignee,
    )


def _case(row: Mapping[Any, Any], parts: _Parts) -> CaseRows:
    case_id = row["case_id"]
    return CaseRows(
        case_id=case_id,
        number=row["number"],
        subject=row["subject"] or row["nature"] or "",
        substance=row["substance"] or "",
        status=row["status"],
        opened_at=row["opened_at"],
        registered_at=row["registered_at"],
        applicant=row["full_name"] or "",
        phone=row["phone"],
        represented=row["represented_person"],
        language=row["language"],
        booking_id=row["booking_id"],
        booking_status=row["booking_status"] or "",
        booked_at=row["booked_at"],
        priority_category=row["priority_category"],
        slot_id=row["slot_id"],
        starts_at=row["starts_at"],
        coming_at=row["coming_at"],
        running=row["instance_status"] == "running",
        version_id=row["version_id"],
        tasks=parts.tasks.get(case_id, ()),
        timers=parts.timers.get(case_id, ()),
        positions=parts.positions.get(case_id, ()),
        calls=parts.calls.get(case_id, ()),
        incidents=parts.incidents.get(case_id, 0),
    )
