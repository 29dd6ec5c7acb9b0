"""What the reception pages read of cases, in a fixed number of statements however many cases there are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.records.party import names_with, other_questions, people_of

MISSED: Final = "missed_reception"
_HEADS: Final = text(
    """
    SELECT case_file.id AS case_id, case_file.number, case_file.subject, case_file.status, case_file.opened_at,
           applicant.full_name, applicant.phone, applicant.represented_person,
           coalesce(applicant.language, case_file.language) AS language,
           reception_request.registered_at, reception_request.nature, reception_request.substance,
           reception_request.answers -> 'people' AS people, reception_request.answers -> 'people_count' AS people_count,
           reception_request.answers -> 'other_questions' AS other_questions,
           booking.id AS booking_id, booking.status AS booking_status, booking.priority_category, booking.booked_at,
           booking.slot_id, booking.starts_at, coming.starts_at AS coming_at,
           booking.came_at, booking.began_at, booking.finished_at,
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
        SELECT process_instance.status, process_instance.version_id
        FROM process_instance JOIN process_version ON process_version.id = process_instance.version_id
        WHERE process_instance.case_id = case_file.id
        ORDER BY process_version.process_key = case_file.kind DESC, process_instance.id DESC LIMIT 1
    ) AS instance ON true
    WHERE case_file.office_id = :office AND case_file.id = ANY(:cases)
    ORDER BY booking.starts_at, booking.seat, case_file.id
    """
)
_PARTS: Final = text(
    """
    SELECT 'task' AS part, user_task.case_id, user_task.id, user_task.element, user_task.step, user_task.status = 'open'
           AS open, user_task.role, user_task.item AS facts, user_task.created_at AS began, user_task.due_at AS due,
           user_task.ended_at AS ended, user_task.term ->> 'clause' AS words, user_task.assignee_id AS other,
           assignee.full_name AS person, process_instance.version_id AS version
    FROM user_task LEFT JOIN person AS assignee ON assignee.id = user_task.assignee_id
    JOIN process_instance ON process_instance.id = user_task.instance_id
    WHERE user_task.office_id = :office AND user_task.case_id = ANY(:cases)
      AND (user_task.status = 'open' OR (:whole AND user_task.status <> 'cancelled'))
    UNION ALL
    SELECT 'timer', job.case_id, job.id, job.element, NULL, NULL, NULL, NULL, NULL, job.due_at, NULL, NULL, NULL, NULL,
           process_instance.version_id
    FROM job JOIN process_instance ON process_instance.id = job.instance_id
    WHERE job.office_id = :office AND job.case_id = ANY(:cases) AND job.kind = 'timer'
      AND job.status IN ('waiting', 'leased')
    UNION ALL
    (SELECT DISTINCT ON (body_position.case_id, body_position.body_id) 'position', body_position.case_id,
           body_position.id, '', NULL, NULL, NULL,
           jsonb_build_object('kk', state_body.name_kk, 'ru', state_body.name_ru, 'en', state_body.name_en), NULL,
           body_position.due_at, body_position.submitted_at, NULL, body_position.body_id, NULL, NULL
    FROM body_position JOIN state_body ON state_body.id = body_position.body_id
    WHERE :whole AND body_position.office_id = :office AND body_position.case_id = ANY(:cases)
    ORDER BY body_position.case_id, body_position.body_id, body_position.round DESC)
    UNION ALL
    SELECT 'call', reminder_call.case_id, reminder_call.id, reminder_call.outcome, NULL, NULL, NULL, NULL,
           reminder_call.called_at, NULL, NULL, reminder_call.remarks, reminder_call.booking_id, person.full_name, NULL
    FROM reminder_call LEFT JOIN person ON person.id = reminder_call.called_by
    WHERE reminder_call.office_id = :office AND reminder_call.case_id = ANY(:cases)
    UNION ALL
    SELECT 'incident', case_id, id, '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM incident WHERE office_id = :office AND case_id = ANY(:cases) AND resolved_at IS NULL
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
    version_id: int | None = None


@dataclass(frozen=True, slots=True)
class Timer:
    """A moment that the case waits for."""

    element: str
    due_at: datetime
    version_id: int | None = None


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

    `people` come, the applicant included, `names` are those named besides her.
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
    came_at: datetime | None = None
    began_at: datetime | None = None
    finished_at: datetime | None = None
    people: int = 1
    names: Sequence[str] = ()
    other_questions: Sequence[str] = ()

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
class Parts:
    """What belongs to cases, by case."""

    tasks: dict[int, list[Task]] = field(default_factory=dict)
    timers: dict[int, list[Timer]] = field(default_factory=dict)
    positions: dict[int, list[Position]] = field(default_factory=dict)
    calls: dict[int, list[Call]] = field(default_factory=dict)
    incidents: dict[int, int] = field(default_factory=dict)


def case_rows(
    session: Session, office_id: str, case_ids: Iterable[int], *, day_id: int | None = None
) -> list[CaseRows]:
    """The cases of the office by time of the appointment, then by number; two statements.

    With a day: each with its appointment on that day, even if it was missed and another has followed.
    """
    wanted = list(case_ids)
    if not wanted:
        return []
    parts = parts_of(session, office_id, wanted)
    found = [
        _case(row, parts)
        for row in session.execute(_HEADS, {"office": office_id, "cases": wanted, "day": day_id}).mappings()
    ]
    return [_as_it_was(case) if case.gone_on else case for case in found]


def _as_it_was(case: CaseRows) -> CaseRows:
    """A case on the list of the day that it missed: what it waits for now is no matter of that day."""
    return replace(case, tasks=[task for task in case.tasks if not task.open], timers=(), incidents=0)


def parts_of(session: Session, office_id: str, case_ids: Iterable[int], *, whole: bool = True) -> Parts:
    """Tasks, timers, positions, calls and incidents of the cases, in one statement.

    Without `whole` only what says how urgent a case is: no finished tasks and no positions.
    """
    parts = Parts()
    values = {"office": office_id, "cases": list(case_ids), "whole": whole}
    rows: Iterable[Any] = session.execute(_PARTS, values)
    for part, case_id, key, element, step, is_open, role, facts, began, due, ended, words, other, person, version in (
        sorted(rows, key=_order) if whole else rows
    ):
        match part:
            case "task":
                task = Task(
                    *(key, element, step, is_open, role, facts or {}, began, due, ended, words or "", other, person),
                    version_id=version,
                )
                parts.tasks.setdefault(case_id, []).append(task)
            case "timer":
                parts.timers.setdefault(case_id, []).append(Timer(element, due, version))
            case "position":
                parts.positions.setdefault(case_id, []).append(Position(key, Text(**facts), due, ended))
            case "call":
                parts.calls.setdefault(case_id, []).append(Call(began, person or "", element, words, other))
            case _:
                parts.incidents[case_id] = parts.incidents.get(case_id, 0) + 1
    return parts


def _order(row: Any) -> tuple[float, int]:
    """Timers by their moment, calls by when they were made, positions by their body, the others as they came."""
    if row.part == "timer":
        return row.due.timestamp(), row.id
    if row.part == "call":
        return row.began.timestamp(), row.id
    return (row.other if row.part == "position" else 0), row.id


def _case(row: Mapping[Any, Any], parts: Parts) -> CaseRows:
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
        people=people_of(row),
        names=names_with(row),
        other_questions=other_questions(row),
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
        came_at=row["came_at"],
        began_at=row["began_at"],
        finished_at=row["finished_at"],
    )
