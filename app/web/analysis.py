"""Analysis of appeals: the ranking of a period, growth with the cases behind it, the map of problems; files."""

from datetime import date, timedelta

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain import clock
from app.page.dates import local
from app.page.request import actor, language, needs, person, zone
from app.page.texts import say
from app.page.written import day_of
from app.reports.analyses import analyses
from app.reports.appeal_analysis import Analysis, appeal_analysis
from app.reports.appeal_words import DIMENSIONS
from app.reports.files import CSV, XLSX, table_csv, workbook
from app.usecases.analysis import begin_analysis, begin_task
from app.usecases.task_forms import next_task_of_case

pages = Blueprint("analysis", __name__, url_prefix="/analysis")
FEW = 12
"""Values of a dimension that the page shows; the files have all."""


@pages.get("")
@needs("report.see")
def index() -> str:
    """The appeals of a month, or of the days asked for."""
    found = _found()
    known = analyses(person().office_id, found.first, found.last)
    return render_template(
        "analysis.html",
        analysis=found,
        begun=known.begun,
        may_task=known.made and actor().may("department.task"),
        may_begin=known.may_begin and actor().may("analysis.begin"),
        dimensions=DIMENSIONS,
        few=FEW,
    )


@pages.post("")
@needs("analysis.begin")
def begin() -> AnyResponse:
    """Begin the analysis of the days: its first task waits for the Department."""
    first, last = _days()
    kind = begin_analysis(first, last, by=actor())
    flash(say(language(), "analysis.has_begun"))
    return redirect(url_for("reports.show", kind=kind, first=first.isoformat()), 303)


@pages.post("/tasks")
@needs("department.task")
def begin_own_task() -> AnyResponse:
    """Begin a task of the Department; its card comes next."""
    case_id = begin_task(language="kk" if language() == "kk" else "ru", by=actor())
    first = next_task_of_case(case_id, by=actor())
    return redirect(url_for("tasks.show", task_id=first) if first else url_for("cases.show", case_id=case_id), 303)


@pages.get("/list.<form>")
@needs("report.see")
def download(form: str) -> Response:
    """The same rows as CSV or XLSX."""
    found, speech = _found(), language()
    lines = [(say(speech, "analysis.dimension"), say(speech, "analysis.value"), say(speech, "analysis.number"))]
    lines += [
        (title.in_(speech), row.name.in_(speech), str(row.number))
        for each, title in DIMENSIONS.items()
        for row in found.dimensions[each]
    ]
    if form not in ("csv", "xlsx"):
        abort(404)
    content = table_csv(lines) if form == "csv" else workbook(lines, widths=(30, 50, 12))
    name = f"appeals-{found.first}-{found.last}.{form}"
    kind = CSV if form == "csv" else XLSX
    return Response(content, mimetype=kind, headers={"Content-Disposition": f"attachment; filename={name}"})


def _found() -> Analysis:
    return appeal_analysis(person().office_id, *_days())


def _days() -> tuple[date, date]:
    today = local(clock.now(), zone()).date()
    first = day_of(request.values.get("first")) or today.replace(day=1)
    last = day_of(request.values.get("last")) or _end_of_month(first)
    if not date(1990, 1, 1) < first <= last < date(2200, 1, 1):
        abort(404)
    return first, last


def _end_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
