"""Control of the terms of replies: what is overdue or at risk, with whom, and who was told."""

import csv
import io

from flask import Blueprint, Response, render_template, request

from app.page.request import actor, language, needs, person
from app.page.texts import say
from app.page.written import number_of
from app.queries.control import SHOWN, VIEWS, Control, control_of

pages = Blueprint("control", __name__, url_prefix="/control")
ALL = 20_000
HEADS = ("number", "applicant", "executor", "registered", "due", "state", "why", "told")


@pages.get("")
@needs("control.see")
def index() -> str:
    """The risk list, five working days before the term and later; `print` shows all of it."""
    printing = request.args.get("print") == "1"
    return render_template(
        "control.html",
        control=_found(ALL if printing else SHOWN),
        view=_view(),
        views=VIEWS,
        executor=number_of(request.args.get("executor")),
        printing=printing,
    )


@pages.get("/list.csv")
@needs("control.see")
def as_csv() -> Response:
    """The same as a file."""
    out, speech = io.StringIO(), language()
    writer = csv.writer(out)
    writer.writerow([say(speech, f"control.{head}") for head in HEADS])
    for row in _found(ALL).rows:
        state = say(speech, f"control.{'deemed_refusal' if row.overdue else 'at_risk'}")
        registered = f"{row.registered_at:%Y-%m-%d}" if row.registered_at else ""
        told = f"{row.told_at:%Y-%m-%d}: {', '.join(row.told)}" if row.told_at else ""
        cells = (row.number, row.applicant, row.executor.in_(speech), registered, f"{row.due_at:%Y-%m-%d}", state)
        writer.writerow([_cell(value) for value in (*cells, row.explanation.in_(speech), told)])
    return Response(
        "\ufeff" + out.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": "attachment; filename=control.csv"},
    )


def _cell(text: str) -> str:
    """As text: a cell that begins like a formula gets an apostrophe."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


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
