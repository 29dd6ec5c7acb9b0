"""The register of complaints and appeals: selected and sorted, as a page, CSV, XLSX or for print."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, Response, render_template, request, url_for

from app.page.request import language, needs, person
from app.page.texts import say
from app.page.written import day_of, number_of
from app.queries.appeal_search import FILED
from app.queries.grievances import SORTS, GrievanceFilter, GrievanceList, GrievanceRow, register
from app.web.tables import table_file

pages = Blueprint("grievances", __name__, url_prefix="/grievances")
CHOSEN: Final = ("category", "nature", "source", "state", "channel")
HEADS: Final = (
    *("number", "registered", "applicant", "address", "substance", "category", "nature", "source", "state", "states"),
    *("due", "outgoing", "outcome", "channel", "barcode", "sent"),
)


@pages.get("")
@needs("grievance.see")
def index() -> str:
    """KTEK-3.1.1, KTEK-3.1.2"""
    chosen = _filter()
    printing = request.args.get("print") == "1"
    found = _all(chosen) if printing else register(person().office_id, chosen)
    return render_template(
        "grievances.html",
        chosen=chosen,
        list=found,
        printing=printing,
        fields=CHOSEN,
        sorts=tuple(SORTS),
        address=lambda **changes: url_for(".index", **_arguments(replace(chosen, **changes))),
        print_address=url_for(".index", **_arguments(replace(chosen, page=0)), print="1"),
        files={form: url_for(".as_file", form=form, **_arguments(replace(chosen, page=0))) for form in ("csv", "xlsx")},
    )


@pages.get("/list.<form>")
@needs("grievance.see")
def as_file(form: str) -> Response:
    """The whole selection: RPT-KTEK-S."""
    found: GrievanceList = _all(_filter())
    heads = [say(language(), f"grievances.{head}") for head in HEADS]
    return table_file(form, "grievances", [heads, *(_cells(row) for row in found.rows)])


def _cells(row: GrievanceRow) -> Sequence[str]:
    speech = language()
    passed = "; ".join(f"{each.state.in_(speech)} {_moment(each.at)} {each.document}".strip() for each in row.passed)
    return (
        *(row.number, _moment(row.registered_at), row.applicant, row.address, row.substance),
        *(each.in_(speech) for each in (row.category, row.nature, row.source, row.state)),
        *(passed, _moment(row.due_at), row.outgoing_number, row.outcome.in_(speech), row.channel.in_(speech)),
        *(row.barcode, _moment(row.sent_at)),
    )


def _all(chosen: GrievanceFilter) -> GrievanceList:
    return register(person().office_id, replace(chosen, page=0), limit=FILED)


def _moment(value: datetime | None) -> str:
    return f"{value:%d.%m.%Y %H:%M}" if value else ""


def _filter() -> GrievanceFilter:
    asked = request.args
    return GrievanceFilter(
        first=day_of(asked.get("first")),
        last=day_of(asked.get("last")),
        **{name: asked.get(name, "")[:50] for name in CHOSEN},
        find=asked.get("find", "").strip()[:200],
        sort=asked.get("sort", "") if asked.get("sort") in SORTS else "newest",
        page=min(number_of(asked.get("page")) or 0, 10_000),
    )


def _arguments(chosen: GrievanceFilter) -> dict[str, Any]:
    return {name: value for name, value in asdict(chosen).items() if value}
