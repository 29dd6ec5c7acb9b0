"""The list of appeals: search, filters, the same as a file."""

from dataclasses import asdict, replace
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from app.page.request import actor, language, needs, person
from app.page.texts import say
from app.page.written import day_of, number_of
from app.queries.appeal_choices import CATEGORIES, appeal_choices
from app.queries.appeal_search import FILED, PAGE, VIEWS, AppealFilter, AppealList, appeal_list
from app.web.tables import day_cell, table_file

pages = Blueprint("appeals", __name__, url_prefix="/appeals")
HEADS = (
    *("number", "received", "applicant", "told", "source", "nature", "district", "category", "control", "executor"),
    *("registrar", "state", "due"),
)


@pages.get("")
@needs("appeal.see")
def index() -> str:
    """Appeals by any word, number, name or telephone, newest first."""
    chosen = _filter()
    found = _found(chosen, limit=PAGE)
    return render_template(
        "appeals.html",
        chosen=chosen,
        list=found,
        views=VIEWS,
        choices=appeal_choices(person().office_id),
        categories=CATEGORIES,
        narrowed=any(value for name, value in asdict(chosen).items() if name not in ("state", "after")),
        address=lambda **changes: _address("appeals.index", replace(chosen, **changes)),
        csv=_address("appeals.as_csv", replace(chosen, after="")),
    )


@pages.get("/list.csv")
@needs("appeal.see")
def as_csv() -> Response:
    """What was found as a file, up to 20,000 lines."""
    speech = language()
    lines = [[say(speech, f"appeals.{head}") for head in HEADS]]
    for row in _found(replace(_filter(), after=""), limit=FILED).rows:
        category = row.category and say(speech, f"appeals.category_{row.category}")
        cells = (
            *(row.number, day_cell(row.received_at), row.applicant, row.told, row.source.in_(speech)),
            *(row.nature.in_(speech), row.district.in_(speech), category),
            *(say(speech, f"appeals.control_{'yes' if row.control else 'no'}"), row.executor.in_(speech)),
            *(row.registrar, say(speech, f"cases.status_{row.state}"), day_cell(row.due_at)),
        )
        lines.append(list(cells))
    return table_file("csv", "appeals", lines)


def _found(chosen: AppealFilter, *, limit: int) -> AppealList:
    return appeal_list(person().office_id, chosen, personal=actor().may("personal_data.see"), limit=limit)


def _filter() -> AppealFilter:
    asked = request.args
    state, control = asked.get("state", ""), asked.get("control", "")
    return AppealFilter(
        find=asked.get("find", "").strip()[:200],
        state=state if state in VIEWS else "",
        source=asked.get("source", ""),
        nature=asked.get("nature", ""),
        district=asked.get("district", "").strip()[:100],
        category=asked.get("category", ""),
        control=control if control in ("yes", "no") else "",
        registrar=number_of(asked.get("registrar")),
        executor=number_of(asked.get("executor")),
        since=day_of(asked.get("since")),
        until=day_of(asked.get("until")),
        after=asked.get("after", ""),
    )


def _address(page: str, chosen: AppealFilter) -> str:
    values: dict[str, Any] = {name: value for name, value in asdict(chosen).items() if value}
    return url_for(page, **values)
