"""Service tasks of the satisfaction survey (KRG-38)."""

from datetime import UTC, datetime

from sqlalchemy import select

from app.domain.texts import Text
from app.handlers.letters import zone_of
from app.handlers.registry import Step, Variables, service_task
from app.models import ReceptionRequest, SurveyCandidate
from app.records import survey
from app.records.numbers import enter


@service_task(
    "survey.note_candidate",
    kind="record",
    label=Text("Сауалға енгізу", "Внести в мониторинг", "Note a candidate of the survey"),
    sample={"noted_at": "2026-11-16T10:00:00+00:00", "phone_survey": "yes", "candidate_id": 1},
)
def note_candidate(step: Step, *, group: str) -> Variables:
    """Put the applicant of this case into the monitoring: consulted and declined are called, received only counted."""
    row = survey.note(step.session, step.office_id, step.case_id or 0, group, step.now)
    return {
        "noted_at": row.noted_at.astimezone(UTC).isoformat(),
        "phone_survey": "yes" if row.status == "waiting" else "no",
        "candidate_id": row.id,
    }


@service_task(
    "survey.open_round",
    kind="record",
    label=Text("Сауал кезеңін ашу", "Начать опрос", "Open a round of the survey"),
    sample={"round_at": "2026-11-30T05:00:00+00:00", "listed": 1, "phone_listed": 1},
)
def open_round(step: Step) -> Variables:
    """Take everybody noted since the last round into that of this day: monitoring list and phone list (SS-01)."""
    rows = survey.take_in(step.session, step.office_id, step.now.astimezone(zone_of(step)).date())
    return {
        "round_at": step.now.astimezone(UTC).isoformat(),
        "listed": len(rows),
        "phone_listed": sum(row.group in survey.BY_PHONE for row in rows),
    }


@service_task(
    "survey.record_call",
    kind="record",
    label=Text("Қоңыраудың нәтижесін жазу", "Записать итог звонка", "Record the call"),
    sample={"survey_over": "yes", "called_at": "2026-11-30T06:00:00+00:00"},
)
def record_call(step: Step, *, candidate: int, reached: str) -> Variables:
    """Record outcome, level and remarks of a call (SS-03); whoever was interviewed gets a number in R-SURVEY.

    `survey_over` is "yes" when nobody calls again: reached, or not reached at the third attempt (assumed).
    """
    row = step.session.scalars(
        select(SurveyCandidate).where(SurveyCandidate.id == candidate, SurveyCandidate.office_id == step.office_id)
    ).one()
    request = step.session.get(ReceptionRequest, row.case_id)
    answers = request.answers if request else {}
    level = answers.get("survey_level")
    over = survey.record_call(
        row,
        reached=reached == "yes",
        level=int(level) if level else None,
        remarks=str(answers.get("survey_remarks") or ""),
        by=step.by,
        now=step.now,
    )
    if row.status == "interviewed":
        enter(
            step.session,
            office_id=step.office_id,
            register="R-SURVEY",
            now=step.now,
            case_id=step.case_id,
            facts={"group": row.group, "level": row.level},
            by=step.by,
        )
    return {"survey_over": "yes" if over else "no", "called_at": _iso(step.now)}


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
