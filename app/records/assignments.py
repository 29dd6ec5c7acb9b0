"""What people answer about one assignment, written into its rows (`assignment.`, `contribution.`, `extension.`,
`measure.` and `review.` paths of form fields)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.domain.hours import OfficeCalendar
from app.domain.texts import Text
from app.models import Assignment, AssignmentExecutor, AssignmentExtension, AssignmentMeasure
from app.records.answers import Answers
from app.records.terms import office_calendar

FUTURE: Final = Text(
    kk="Бұл күн болашақта бола алмайды.",
    ru="Этот день не может быть в будущем.",
    en="This day cannot lie in the future.",
)
TWICE: Final = Text(
    kk="Жауапты орындаушы бірлесіп орындаушы бола алмайды.",
    ru="Ответственный исполнитель не может быть и соисполнителем.",
    en="The responsible executor cannot be a co-executor too.",
)
NO_REASON: Final = Text(
    kk="Мерзімді неге ұзартпайтыныңызды жазыңыз.",
    ru="Напишите, почему срок не продлён.",
    en="Write why the term is not extended.",
)
_PROPOSALS: Final = frozenset({"discipline", "violations", "liability"})


def save_assignment(answers: Answers) -> None:
    """Write the answers of a task that is about one assignment."""
    files = answers.of("assignment").get("files") or answers.of("contribution").get("files")
    answers.attach(files, "assignment_report")
    if "assignment_id" not in answers.item:
        return
    row = answers.session.get_one(Assignment, answers.item["assignment_id"])
    given = answers.of("assignment")
    if "responsible" in given:
        _save_executors(answers, row, given)
    if "executed_on" in given:
        _save_execution(answers, row, given)
    if answers.variables.get("quality"):
        row.quality, row.remarks = answers.variables["quality"], given.get("remarks") or ""
    _save_contribution(answers)
    _save_extension(answers)
    _save_measure(answers, row)
    _save_review(answers, row)


def _save_executors(answers: Answers, row: Assignment, given: Mapping[str, Any]) -> None:
    """The first is responsible; "p12" is a person, "b3" a state body with the official named."""
    responsible = str(given["responsible"])
    others = [str(each) for each in given.get("co_executors") or ()]
    if responsible in others:
        answers.refuse("assignment.co_executors", TWICE)
    answers.session.execute(delete(AssignmentExecutor).where(AssignmentExecutor.assignment_id == row.id))
    for place, value in enumerate([responsible, *dict.fromkeys(others)], 1):
        answers.session.add(
            AssignmentExecutor(
                office_id=answers.office_id,
                assignment_id=row.id,
                place=place,
                person_id=int(value[1:]) if value.startswith("p") else None,
                body_id=int(value[1:]) if value.startswith("b") else None,
                official=(given.get("official") or "").strip() if place == 1 and value.startswith("b") else "",
            )
        )
    answers.session.flush()


def _save_execution(answers: Answers, row: Assignment, given: Mapping[str, Any]) -> None:
    """The report, the day of execution and the reply; lateness is counted in working days (KST-S12)."""
    calendar = office_calendar(answers.session, answers.office_id)
    today = calendar.local(answers.now).date()
    executed, reply_on = _day(given["executed_on"]), _day(given.get("reply_on"))
    for path, day in (("executed_on", executed), ("reply_on", reply_on)):
        if day is not None and day > today:
            answers.refuse(f"assignment.{path}", FUTURE)
    row.report = given.get("report") or ""
    row.reply_kind, row.reply_number = answers.variables.get("reply_kind") or None, given.get("reply_number") or ""
    row.reply_on, row.executed_on = reply_on, executed
    row.executed_by = answers.by if answers.item.get("person_id") else None
    mark_timeliness(row, calendar)
    row.state = "executed"


def mark_timeliness(row: Assignment, calendar: OfficeCalendar) -> None:
    """Whether it was executed by the date that holds, and how many working days late."""
    row.late_days, row.timeliness = None, None
    if row.executed_on is not None:
        row.late_days = working_days_after(row.due_on, row.executed_on, calendar)
        row.timeliness = "late" if row.executed_on > row.due_on else "in_time"


def working_days_after(due: date, day: date, calendar: OfficeCalendar) -> int:
    """Working days after the due day up to a day; 0 when in time or when only days off lie between."""
    days = (due + timedelta(days=n) for n in range(1, (day - due).days + 1))
    return sum(calendar.days.is_working(each) for each in days)


def _save_contribution(answers: Answers) -> None:
    given = answers.of("contribution")
    if "text" not in given or "executor_id" not in answers.item:
        return
    executor = answers.session.get_one(AssignmentExecutor, answers.item["executor_id"])
    calendar = office_calendar(answers.session, answers.office_id)
    executor.contribution, executor.contributed_on = given["text"] or "", calendar.local(answers.now).date()


def _save_extension(answers: Answers) -> None:
    given = answers.of("extension")
    decision = answers.variables.get("extension_decision")
    if decision is None or "extension_id" not in answers.item:
        return
    row = answers.session.get_one(AssignmentExtension, answers.item["extension_id"])
    reason = (given.get("decision_reason") or "").strip()
    if decision == "refused" and not reason:
        answers.refuse("extension.decision_reason", NO_REASON)
    row.decision, row.decision_reason = decision, reason
    row.decided_at, row.decided_by = answers.now, answers.by


def _save_measure(answers: Answers, row: Assignment) -> None:
    given, kind = answers.of("measure"), answers.variables.get("measure_kind")
    if kind is None:
        return
    today = office_calendar(answers.session, answers.office_id).local(answers.now).date()
    done = _day(given.get("done_on")) or today
    if done > today:
        answers.refuse("measure.done_on", FUTURE)
    _add_measure(answers, row, kind=kind, done_on=done, given=given)


def _save_review(answers: Answers, row: Assignment) -> None:
    """The review of the reply: how it was checked and what came out; remarks go back with the assignment."""
    given = answers.of("review")
    if "results" not in given:
        return
    day = office_calendar(answers.session, answers.office_id).local(answers.now).date()
    methods = given.get("methods") or []
    participants = ", ".join(methods) if isinstance(methods, list) else str(methods)
    _add_measure(
        answers, row, kind="quality_review", done_on=day, given={"text": given["results"], "participants": participants}
    )
    if given.get("remarks"):
        row.remarks = given["remarks"]


def _add_measure(answers: Answers, row: Assignment, *, kind: str, done_on: date, given: Mapping[str, Any]) -> None:
    answers.session.add(
        AssignmentMeasure(
            office_id=answers.office_id,
            assignment_id=row.id,
            kind=kind,
            done_on=done_on,
            place=given.get("place") or "",
            participants=given.get("participants") or "",
            text=given.get("text") or "",
            state="proposed" if kind in _PROPOSALS else "recorded",
            recorded_at=answers.now,
            recorded_by=answers.by,
        )
    )


def executors_of(session: Session, assignment_id: int) -> list[AssignmentExecutor]:
    """The executors of an assignment, the responsible one first."""
    return list(
        session.scalars(
            select(AssignmentExecutor)
            .where(AssignmentExecutor.assignment_id == assignment_id)
            .order_by(AssignmentExecutor.place)
        )
    )


def _day(value: Any) -> date | None:
    return date.fromisoformat(str(value)[:10]) if value else None
