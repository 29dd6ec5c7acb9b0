"""Control of the terms of replies: what is overdue or at risk, with whom, and who was told."""

from flask import Blueprint, Response, render_template, request

from app.page.request import actor, language, needs, person
from app.page.texts import say
from app.page.written import number_of
from app.queries.appeal_search import FILED
from app.queries.control import SHOWN, VIEWS, Control, control_of
from app.web.tables import day_cell, table_file

pages = Blueprint("control", __name__, url_prefix="/control")
HEADS = ("number", "applicant", "executor", "registered", "due", "state", "why", "told")


@pages.get("")
@needs("control.see")
def index() -> str:
    """The risk list, five working days before the term and later; `print` shows all of it."""
    printing = request.args.get("print") == "1"
    return render_template(
        "control.html",
        control=_found(FILED if printing else SHOWN),
        view=_view(),
        views=VIEWS,
        executor=number_of(request.args.get("executor")),
        printing=printing,
    )


@pages.get("/list.csv")
@needs("control.see")
def as_csv() -> Response:
    """The same as a file."""
    speech = language()
    lines = [[say(speech, f"control.{head}") for head in HEADS]]
    for row in _found(FILED).rows:
        state = say(speech, f"control.{'deemed_refusal' if row.overdue else 'at_risk'}")
        told = f"{day_cell(row.told_at)}: {', '.join(row.told)}" if row.told_at else ""
        days = (day_cell(row.registered_at), day_cell(row.due_at))
        cells = (row.number, row.applicant, row.executor.in_(speech), *days, state)
        lines.append([*cells, row.explanation.in_(speech), told])
    return table_file("csv", "control", lines)


def _found(limit: int) -> Control:
    return control_of(
        person().office_id,
        view=_view(),
        executor=number_of(request.args.get("executor")),
        personal=actor().may("personal_data.see"),
        limit=limit,
    )


def _view() -> str:
    view = request.args.get("view", "all")
    return view if view in VIEWS else "all"
