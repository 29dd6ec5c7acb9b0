"""Periodic reports: the list, one report with its rows, and the same rows as files."""

from datetime import date
from urllib.parse import quote

from flask import Blueprint, Response, abort, render_template

from app.page.request import language, needs, person
from app.page.written import day_of
from app.reports.overview import FORMATS, ReportPage, report_file, report_list, report_page

pages = Blueprint("reports", __name__, url_prefix="/reports")


@pages.get("")
@needs("report.see")
def index() -> str:
    """Every report of the office by period: sent, due, overdue."""
    return render_template("reports.html", lines=report_list(person().office_id))


@pages.get("/<kind>/<first>")
@needs("report.see")
def show(kind: str, first: str) -> str:
    """One report: its figures, its term, to whom it went."""
    return render_template("report.html", report=_page(kind, first), forms=FORMATS)


@pages.get("/<kind>/<first>/<form>")
@needs("report.see")
def download(kind: str, first: str, form: str) -> Response:
    """The same rows as CSV, XLSX, PDF or DOCX."""
    if form not in FORMATS:
        abort(404)
    report = _page(kind, first)
    content = report_file(person().office_id, report, form, language(), person().full_name)
    name = f"{report.line.title.in_(language())} {report.line.period}.{form}"
    return Response(
        content,
        mimetype=FORMATS[form],
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


def _page(kind: str, first: str) -> ReportPage:
    day = day_of(first)
    report = report_page(person().office_id, kind, day) if isinstance(day, date) and date.min < day < date.max else None
    if report is None:
        abort(404)
    return report
