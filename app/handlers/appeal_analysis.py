"""Service tasks of the analysis of appeals of a period (AN-01 … AN-08)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.domain.texts import Text
from app.handlers.records import holders
from app.handlers.registry import Step, Variables, service_task
from app.models import AppealLine, AppealProblem, Office, Report
from app.reports.appeal_analysis import analyse, moments_of
from app.reports.appeal_report import change_of, note_rows, problems_of, split_of
from app.reports.catalogue import KINDS
from app.reports.rows import Period, as_figures

AT_A_TIME: Final = 40
"""Appeals that are looked through in one go."""
SYSTEMIC: Final = 20
"""Problems that the note begins with, the most frequent first."""
TASKS: Final = {"legislation_review": "3.4", "explanatory_work": "4.2"}
"""The task of the Department that a measure is proposed as (KST-DYN-3; the second assumed)."""
Rows = Sequence[Mapping[str, Any]]


@service_task(
    "analysis.build_linear_report",
    kind="record",
    label=Text("Желілік есепті жасау", "Составить линейный отчёт", "Build the linear report"),
)
def build_linear_report(step: Step, *, report_id: int) -> Variables:
    """Keep the figures of the period, all dimensions, on the page of reports (AN-01, KST-ANL-8)."""
    row = step.own(Report, report_id)
    row.figures = as_figures(KINDS[row.kind].build(step.session, row.office_id, _period(step, row)))
    return {}


@service_task(
    "analysis.rank",
    kind="record",
    label=Text("Саралап, өсуді табу", "Ранжировать и найти рост", "Rank, and find what grows"),
    sample={"growth": [], "causes": [], "measures": []},
)
def rank(step: Step, *, report_id: int) -> Variables:
    """Rank the appeals of the period by every dimension (AN-02).

    `growth` is what grew by more than the office's threshold, `causes` the same as rows for the causes: the nature of
    question, the region, how it changed there and how the regions share it (KST-DYN-1).
    """
    period = _period(step, step.own(Report, report_id))
    found = analyse(step.session, step.office_id, period.first, period.last)
    grown = [
        {
            "nature": each.nature or "other",
            "region": each.place.ru if each.region else "",
            "change": change_of(each),
            "split": split_of(found, each.nature),
        }
        for each in found.growth
    ]
    return {"growth": grown, "causes": [{**each, "cause": ""} for each in grown], "measures": []}


@service_task(
    "analysis.list_appeals",
    kind="record",
    label=Text("Қаралмаған өтініштер", "Непросмотренные обращения", "Appeals not looked through"),
    sample={"looked": []},
)
def list_appeals(step: Step, *, report_id: int) -> Variables:
    """The next appeals of the period that nobody has looked through yet, a row each (AN-03, KST-ANL-3)."""
    period = _period(step, step.own(Report, report_id))
    since, until = moments_of(step.session, step.office_id, period.first, period.last)
    query = (
        select(AppealLine.case_id)
        .outerjoin(AppealProblem, AppealProblem.case_id == AppealLine.case_id)
        .where(AppealLine.office_id == step.office_id)
        .where(AppealLine.received_at >= since, AppealLine.received_at < until)
        .where((AppealProblem.case_id.is_(None)) | (AppealProblem.problem == ""))
        .order_by(AppealLine.received_at, AppealLine.case_id)
        .limit(AT_A_TIME)
    )
    cases = list(step.session.scalars(query))
    if cases:
        rows = [{"case_id": each, "office_id": step.office_id} for each in cases]
        step.session.execute(insert(AppealProblem).values(rows).on_conflict_do_nothing())
    return {"looked": [{"appeal": str(each), "problem": ""} for each in cases]}


@service_task(
    "analysis.keep_problems",
    kind="record",
    label=Text("Проблемаларды сақтау", "Сохранить проблемы обращений", "Keep the problems of the appeals"),
)
def keep_problems(step: Step, *, looked: Rows) -> Variables:
    """Mark each appeal as looked through with its concrete problem (KST-ANL-3)."""
    for each in looked:
        row = step.session.get(AppealProblem, int(each["appeal"]))
        if row is not None and row.office_id == step.office_id:
            row.problem, row.looked_at, row.looked_by = str(each["problem"]).strip(), step.now, step.by
    step.session.flush()  # what is left is listed next
    return {}


@service_task(
    "analysis.propose_tasks",
    kind="record",
    label=Text("Бөлім міндеттерін ұсыну", "Предложить задачи Отдела", "Propose tasks of the Department"),
    sample={"proposed_tasks": []},
)
def propose_tasks(step: Step, *, measures: Rows) -> Variables:
    """The tasks of the Department that follow from measures, to be sent one by one (AN-06, KST-DYN-3)."""
    del step
    return {
        "proposed_tasks": [
            {"type": TASKS[each["kind"]], "text": "; ".join(filter(None, (each["text"], each.get("parties"))))}
            for each in measures
            if each["kind"] in TASKS
        ]
    }


@service_task(
    "analysis.collect_problems",
    kind="record",
    label=Text("Жүйелі мәселелерді жинау", "Собрать системные вопросы", "Collect the systemic questions"),
    sample={"systemic": []},
)
def collect_problems(step: Step, *, report_id: int) -> Variables:
    """The problems of the period with the numbers of their appeals, most first: the note begins so (KST-TASK-3.1)."""
    period = _period(step, step.own(Report, report_id))
    raised: dict[str, list[str]] = {}
    for problem, _, number in problems_of(step.session, step.office_id, period):
        raised.setdefault(problem.capitalize(), []).append(number)
    most = sorted(raised.items(), key=lambda each: -len(each[1]))[:SYSTEMIC]
    return {
        "systemic": [
            {"question": name, "appeals": f"{len(numbers)}: {', '.join(numbers)}"[:1000]} for name, numbers in most
        ]
    }


@service_task(
    "analysis.keep_note",
    kind="record",
    label=Text("Талдамалық жазбаны сақтау", "Сохранить аналитическую записку", "Keep the analytical note"),
)
def keep_note(
    step: Step, *, report_id: int, causes: Rows, measures: Rows, systemic: Rows, proposals: str, conclusions: str
) -> Variables:
    """Put the note with the map of problems into the report: its page and files show it (KST-TASK-3.1, KST-TASK-3.2).

    The figures are counted anew, as the problems are known now.
    """
    row = step.own(Report, report_id)
    settings = step.session.get_one(Office, step.office_id).settings
    note = {"causes": causes, "measures": measures, "systemic": systemic, "proposals": proposals}
    counted = KINDS[row.kind].build(step.session, row.office_id, _period(step, row))
    row.figures = as_figures([*counted, *note_rows(note, settings)])
    row.comment = conclusions
    return {}


@service_task(
    "analysis.mark_considered",
    kind="record",
    label=Text("Қаралды деп белгілеу", "Отметить рассмотрение", "Mark it as considered"),
)
def mark_considered(step: Step, *, report_id: int, role: str, resolution: str | None = None) -> Variables:
    """The report has been considered by `role`: its figures stay from now on (AN-08, KST-TASK-3.6)."""
    row = step.own(Report, report_id)
    row.sent_at, row.sent_by = step.now, step.by
    row.sent_to = [each.full_name for each in holders(step, role)]
    row.comment = "\n".join(filter(None, (row.comment, resolution)))
    return {}


def _period(step: Step, row: Report) -> Period:
    return Period(row.period_from, row.period_to, ZoneInfo(step.session.get_one(Office, step.office_id).zone))
