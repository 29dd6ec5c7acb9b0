"""Service tasks of the schedule of receptions: period, frequency, approval, publication, report meetings."""

from datetime import date, datetime
from typing import cast

from app.domain.deadlines import compute
from app.domain.terms import Roll
from app.domain.texts import Text
from app.handlers.registry import Step, Variables, service_task
from app.models import Office, SchedulePeriod
from app.records import schedule_acts
from app.records.schedule import month_after, month_of, period_of, short_officials
from app.records.terms import office_calendar, rule_on


@service_task(
    "schedule.open_period",
    kind="record",
    label=Text("Келесі айдың кестесін бастау", "Начать график следующего месяца", "Begin the next month's schedule"),
    sample={"schedule_id": 1, "month": "2026-12-01", "opened_at": "2026-11-15T09:00:00+05:00"},
)
def open_period(step: Step) -> Variables:
    """Begin the schedule of the month after this one as a draft, or go on with the one there is (KST-SCH-0).

    Its days can be booked once it is approved.
    """
    today = office_calendar(step.session, step.office_id).local(step.now).date()
    row = period_of(step.session, step.office_id, month_after(month_of(today)))
    return {"schedule_id": row.id, "month": row.month.isoformat(), "opened_at": step.now.isoformat()}


@service_task(
    "schedule.check_frequency",
    kind="record",
    label=Text("Қабылдау жиілігін тексеру", "Проверить частоту приёмов", "Check how often officials receive"),
    sample={"often_enough": "yes", "short_officials": []},
)
def check_frequency(step: Step, *, schedule_id: int) -> Variables:
    """Whether everybody whom the setting `reception.frequency` names receives often enough in the month.

    Answers `often_enough` yes or no and the ids of `short_officials`; KRG-6: at least once a month.
    """
    row = step.own(SchedulePeriod, schedule_id)
    short = short_officials(step.session, step.session.get_one(Office, step.office_id), row.month)
    return {"often_enough": "no" if short else "yes", "short_officials": [each.official_id for each in short]}


@service_task(
    "schedule.submit_for_approval",
    kind="record",
    label=Text("Кестені бекітуге беру", "Передать график на утверждение", "Submit the schedule for approval"),
    sample={"submitted_at": "2026-11-16T09:00:00+05:00"},
)
def submit_for_approval(step: Step, *, schedule_id: int) -> Variables:
    """The schedule waits for approval (KRG-6)."""
    schedule_acts.submit(step.session, schedule_id)
    return {"submitted_at": step.now.isoformat()}


@service_task(
    "schedule.approve",
    kind="record",
    label=Text("Кестенің бекітілгенін жазу", "Записать утверждение графика", "Record the approval of the schedule"),
)
def approve(step: Step, *, schedule_id: int) -> Variables:
    """Write down who approved the schedule and when (KRG-6)."""
    schedule_acts.approve(step.session, schedule_id, by=step.by, now=step.now)
    return {}


@service_task(
    "schedule.return_to_draft",
    kind="record",
    label=Text("Кестені қайта жасауға қайтару", "Вернуть график на доработку", "Return the schedule for correction"),
    sample={"opened_at": "2026-11-17T09:00:00+05:00"},
)
def return_to_draft(step: Step, *, schedule_id: int) -> Variables:
    """The schedule was not approved: it is a draft again (KRG-6)."""
    schedule_acts.return_to_draft(step.session, schedule_id)
    return {"opened_at": step.now.isoformat()}


@service_task(
    "schedule.publish",
    kind="record",
    label=Text("Кестені жариялау", "Опубликовать график", "Publish the schedule"),
    sample={"published_at": "2026-11-18T09:00:00+05:00"},
)
def publish(step: Step, *, schedule_id: int) -> Variables:
    """Show the month on the public page and on the board sheet, in Kazakh and Russian, entered in R-SCHEDULE.

    KST-SCH-1, KRG-7: surname, name and patronymic of the official, and the days of reception.
    """
    schedule_acts.publish(step.session, schedule_id, by=step.by, now=step.now)
    return {"published_at": step.now.isoformat()}


@service_task(
    "schedule.note_posting",
    kind="record",
    label=Text("Тақтаға ілінгенін белгілеу", "Отметить вывешивание на доске", "Note that it hangs on the board"),
)
def note_posting(step: Step, *, schedule_id: int, posted_on: str) -> Variables:
    """Since when the sheet hangs in the reception office, and who hung it there (KST-SCH-1, KRG-7)."""
    schedule_acts.note_posting(step.session, schedule_id, date.fromisoformat(posted_on[:10]), by=step.by)
    return {}


@service_task(
    "schedule.propose_report_days",
    kind="record",
    label=Text("Есеп беру кездесуінің күндерін ұсыну", "Предложить дни у отчётной встречи", "Propose report days"),
    sample={"schedule_id": 1, "before_on": "2026-02-19", "after_on": "2026-02-23", "before_at": "2026-02-19T09:00"},
)
def propose_report_days(step: Step, *, meeting_on: str) -> Variables:
    """The day before the report meeting and the first working day after it, as the office's rules count them.

    `report_meeting.before`, `report_meeting.after` (KRG-6, T-KRG-06B).
    """
    calendar = office_calendar(step.session, step.office_id)
    meeting = calendar.opening(date.fromisoformat(meeting_on[:10]))
    days: dict[str, datetime] = {}
    for side in ("before", "after"):
        rule = rule_on(step.session, step.office_id, f"report_meeting.{side}", meeting)
        days[side] = compute(rule.expression, meeting, calendar, roll=cast(Roll, rule.roll)).opens
    row = period_of(step.session, step.office_id, month_of(meeting.date()))
    return {
        "schedule_id": row.id,
        "before_on": days["before"].date().isoformat(),
        "after_on": days["after"].date().isoformat(),
        "before_at": days["before"].isoformat(),
    }
