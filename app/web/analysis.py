"""Analysis of appeals: the ranking of a period, growth with the cases behind it, the map of problems; files."""

from datetime import date, timedelta

from flask import Blueprint, Response, abort, render_template, request

from app.domain import clock
from app.page.dates import local
from app.page.request import language, needs, person, zone
from app.page.texts import say
from app.page.written import day_of
from app.reports.appeal_analysis import DIMENSIONS, Analysis, Ranked, appeal_analysis
from app.reports.files import CSV, XLSX, table_csv, workbook

pages = Blueprint("analysis", __name__, url_prefix="/analysis")
FEW = 12
"""Values of a dimension that the page shows; the files have all."""


@pages.get("")
@needs("report.see")
def index() -> str:
    """The appeals of a month, or of the days asked for."""
    return render_template(
        "analysis.html", analysis=_found(), dimensions=DIMENSIONS, word=_word, few=FEW, region=str.capitalize
    )


@pages.get("/list.<form>")
@needs("report.see")
def download(form: str) -> Response:
    """The same rows as CSV or XLSX."""
    found, speech = _found(), language()
    lines = [(say(speech, "analysis.dimension"), say(speech, "analysis.value"), say(speech, "analysis.number"))]
    lines += [
        (say(speech, f"analysis.by_{each}"), _word(each, row), str(row.number))
        for each in DIMENSIONS
        for row in found.dimensions[each]
    ]
    if form not in ("csv", "xlsx"):
        abort(404)
    content = table_csv(lines) if form == "csv" else workbook(lines, widths=(30, 50, 12))
    name = f"appeals-{found.first}-{found.last}.{form}"
    kind = CSV if form == "csv" else XLSX
    return Response(content, mimetype=kind, headers={"Content-Disposition": f"attachment; filename={name}"})


def _found() -> Analysis:
    today = local(clock.now(), zone()).date()
    first = day_of(request.args.get("first")) or today.replace(day=1)
    last = day_of(request.args.get("last")) or _end_of_month(first)
    if not date(1990, 1, 1) < first <= last < date(2200, 1, 1):
        abort(404)
    return appeal_analysis(person().office_id, first, last)


def _end_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


_CODED = frozenset({"age", "category", "multiplicity", "repetition", "outcome", "timeliness", "quality"})


def _word(dimension: str, row: Ranked) -> str:
    if row.name is not None:
        return row.name.in_(language())
    if not row.code:
        return say(language(), "analysis.not_told")
    if dimension in _CODED:
        return say(language(), f"analysis.{dimension}_{row.code}")
    return row.code.capitalize()
