"""The assignments of a protocol, as forms write them: drafted, then marked as carried out (KST-S11, KST-S12)."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from app.domain.texts import Text
from app.models import Assignment
from app.records.answers import Answers
from app.records.assignments import working_days_after
from app.records.terms import office_calendar

NOT_EXECUTED: Final = Text(
    kk="№ {n} тапсырманың орындалған күнін көрсетіңіз немесе барлығы орындалған жоқ деп жауап беріңіз.",
    ru="Укажите, когда исполнено поручение № {n}, или ответьте, что исполнены не все.",
    en="Enter when assignment no. {n} was executed, or answer that not all are executed.",
)
NO_MARK: Final = Text(
    kk="№ {n} тапсырманың орындалу сапасын белгілеңіз.",
    ru="Отметьте качество исполнения поручения № {n}.",
    en="Mark the quality of execution of assignment no. {n}.",
)
EXECUTED_IN_FUTURE: Final = Text(
    kk="№ {n} тапсырма болашақ күні орындала алмайды.",
    ru="Поручение № {n} не могло быть исполнено в будущем.",
    en="Assignment no. {n} cannot have been executed in the future.",
)


def save_protocol(answers: Answers) -> None:
    """Steps 10 and 11 write the assignments, step 12 marks them (KST-S11, KST-S12)."""
    if "protocol.assignments" not in answers.records:
        if answers.variables.get("has_assignments") == "no":
            _replace_assignments(answers, [])
        return
    given = answers.records["protocol.assignments"] or []
    known = list(
        answers.session.scalars(
            select(Assignment).where(Assignment.case_id == answers.case.id).order_by(Assignment.number)
        )
    )
    if known and known[0].protocol is not None:
        _mark_assignments(answers, known, given)
    else:
        _replace_assignments(answers, given)


def _replace_assignments(answers: Answers, given: list[Mapping[str, Any]]) -> None:
    for earlier in answers.session.scalars(
        select(Assignment).where(Assignment.case_id == answers.case.id, Assignment.protocol.is_(None))
    ):
        answers.session.delete(earlier)
    answers.session.flush()
    for number, row in enumerate(given, 1):
        answers.session.add(
            Assignment(
                office_id=answers.office_id,
                case_id=answers.case.id,
                number=number,
                text=row["text"],
                body_id=int(row["executor"]),
                due_on=date.fromisoformat(str(row["due"])[:10]),
                given_at=answers.now,
            )
        )


def _mark_assignments(answers: Answers, known: list[Assignment], given: list[Mapping[str, Any]]) -> None:
    """Step 12: when each assignment was carried out, how well and whether in time (KST-S12)."""
    calendar = office_calendar(answers.session, answers.office_id)
    today = calendar.local(answers.now).date()
    all_executed = answers.variables.get("all_executed") == "yes"
    for assignment, row in zip(known, given, strict=False):
        executed = row.get("executed_on")
        assignment.executed_on = date.fromisoformat(str(executed)[:10]) if executed else None
        assignment.quality = row.get("quality") or None
        assignment.remarks = row.get("remarks") or ""
        assignment.late_days = None
        assignment.timeliness = None
        assignment.state = "executed" if assignment.executed_on else "under_control"
        if assignment.executed_on is not None:
            assignment.late_days = working_days_after(assignment.due_on, assignment.executed_on, calendar)
            assignment.timeliness = "late" if assignment.executed_on > assignment.due_on else "in_time"
    wrong = next((said for each in known if (said := _fault(each, today, all_executed=all_executed))), None)
    if wrong is not None:
        answers.refuse("protocol.assignments", wrong)


def _fault(assignment: Assignment, today: date, *, all_executed: bool) -> Text | None:
    if assignment.executed_on is None:
        return NOT_EXECUTED.with_values(n=assignment.number) if all_executed else None
    if assignment.executed_on > today:
        return EXECUTED_IN_FUTURE.with_values(n=assignment.number)
    return None if assignment.quality else NO_MARK.with_values(n=assignment.number)
