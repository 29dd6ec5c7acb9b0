"""The plan of work with stakeholders: its sections and measures, their events, the report of what is done."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.page.request import actor, language, needs, person
from app.page.texts import say
from app.page.written import day_of
from app.queries.plan import STATES, PlanPage, plan_page
from app.usecases import utility as use
from app.usecases.task_forms import next_task_of_case
from app.web.tables import table_file

pages = Blueprint("plan", __name__, url_prefix="/plan")
HEADS = ("measure", "number", "responsible", "place", "planned_on", "held_on", "state", "reference", "result")


@pages.get("")
@needs("plan.see")
def index() -> str:
    """KTEK-0.1, KTEK-0.2, KTEK-1, KTEK-2, KTEK-3"""
    return render_template("plan.html", page=_page())


@pages.get("/report")
@needs("plan.see")
def report() -> str:
    """RPT-KTEK-P: what is done, planned, overdue."""
    chosen = _chosen()
    files = {form: url_for(".report_file", form=form, **chosen) for form in ("csv", "xlsx")}
    return render_template("plan_report.html", page=_chosen_page(), chosen=chosen, states=STATES, files=files)


@pages.get("/report.<form>")
@needs("plan.see")
def report_file(form: str) -> Response:
    """The rows of the report as a file; of measures without events what was counted."""
    heads = [say(language(), f"plan.{head}") for head in HEADS]
    return table_file(form, "plan", [heads, *_lines(_chosen_page())])


@pages.post("/events")
@needs("plan.carry_out")
def begin() -> AnyResponse:
    measure = request.form.get("measure", "")
    case_id = use.begin_event(measure, language=_case_language(), by=actor())
    return _to_task(case_id)


@pages.post("/needs")
@needs("plan.carry_out")
def need() -> AnyResponse:
    use.raise_need(request.form.get("measure", ""), language=_case_language(), by=actor())
    flash(say(language(), "plan.need_told"))
    return redirect(url_for(".index"), 303)


@pages.post("/bookings")
@needs("director.book")
def book() -> AnyResponse:
    return _to_task(use.begin_booking(language=_case_language(), by=actor()))


def _lines(page: PlanPage) -> Sequence[Sequence[str]]:
    speech = language()
    lines: list[Sequence[str]] = []
    for measure in page.plan.measures:
        if measure.counts:
            held = say(speech, "plan.counted", n=page.counts[measure.counts])
            lines.append((measure.code, "", measure.cells["responsible"].in_(speech), "", "", "", held, "", ""))
        for row in page.events.get(measure.code, ()):
            days = [f"{day:%d.%m.%Y}" if day else "" for day in (row.planned_on, row.held_on)]
            state = say(speech, f"plan.state_{row.state}")
            lines.append(
                (measure.code, row.number, row.responsible, row.place, *days, state, row.reference, row.result)
            )
    return lines


def _page() -> PlanPage:
    found = plan_page(person().office_id)
    return found if found is not None else abort(404)


def _chosen_page() -> PlanPage:
    chosen = _chosen()
    found = plan_page(
        person().office_id,
        first=day_of(chosen.get("first")),
        last=day_of(chosen.get("last")),
        state=chosen.get("state", ""),
    )
    return found if found is not None else abort(404)


def _chosen() -> dict[str, Any]:
    asked = {name: request.args.get(name, "")[:10] for name in ("first", "last", "state")}
    if asked["state"] not in STATES:
        asked["state"] = ""
    return {name: value for name, value in asked.items() if value}


def _to_task(case_id: int) -> AnyResponse:
    first = next_task_of_case(case_id, by=actor())
    return redirect(url_for("tasks.show", task_id=first) if first else url_for("cases.show", case_id=case_id), 303)


def _case_language() -> str:
    return language() if language() in ("kk", "ru") else "ru"
