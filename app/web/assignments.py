"""The register of assignments under control and the page of one assignment."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.texts import Text
from app.page.request import actor, language, needs, person
from app.page.texts import say
from app.page.written import day_of, number_of
from app.queries.assignment_page import AssignmentPage, assignment_page
from app.queries.assignments import VIEWS, AssignmentFilter, Register, bodies_of, register
from app.usecases import assignments as use
from app.usecases.assignments import HIGHER, FieldsRefusedError, HigherAssignment
from app.web.tables import table_file

pages = Blueprint("assignments", __name__, url_prefix="/assignments")


@pages.get("")
@needs("assignment.see")
def index() -> str:
    chosen = _filter()
    printing = request.args.get("print") == "1"
    return render_template(
        "assignments.html",
        chosen=chosen,
        list=_found(chosen, all_rows=printing),
        printing=printing,
        views=VIEWS,
        origins=("reception", *HIGHER),
        bodies=bodies_of(person().office_id),
        address=lambda **changes: _address(chosen, **changes),
        csv=url_for(".as_csv", **_arguments(chosen)),
    )


@pages.get("/list.csv")
@needs("assignment.see")
def as_csv() -> Response:
    """The whole register as chosen: what RPT-KST-K asks for."""
    speech = language()
    heads = ("number", "case", "protocol", "origin", "text", "executors", "due", "state", "executed", "late_days")
    lines = [[say(speech, f"assignments.{head}") for head in (*heads, "quality", "off_control_by")]]
    for row in _found(_filter(), all_rows=True).rows:
        cells = (
            *(row.number, row.case_number, row.protocol, row.origin_name.in_(speech), row.text, row.executors),
            *(row.due_on, row.state_name.in_(speech), row.executed_on, row.late_days),
            *(say(speech, f"assignments.quality_{row.quality}") if row.quality else "", row.off_control_by),
        )
        lines.append(["" if value is None else str(value) for value in cells])
    return table_file("csv", "assignments", lines)


@pages.get("/new")
@needs("assignment.control")
def new() -> str:
    return _new_page({})


@pages.post("")
@needs("assignment.control")
def receive() -> AnyResponse | tuple[str, int]:
    """An assignment of a higher body (KST-TASK-4.4, KST-TASK-5.1)."""
    typed = request.form
    given = HigherAssignment(
        origin=typed.get("origin", ""),
        document=typed.get("document", "")[:300],
        text=typed.get("text", "")[:4000],
        body_id=number_of(typed.get("body_id")),
        due_on=day_of(typed.get("due_on")),
        appeal_number=typed.get("appeal_number", "")[:100],
        case_number=typed.get("case_number", "")[:100],
    )
    try:
        assignment_id = use.receive(given, by=actor())
    except FieldsRefusedError as refused:
        return _new_page(refused.errors), refused.status
    flash(say(language(), "assignments.received"))
    return redirect(url_for(".show", assignment_id=assignment_id), 303)


@pages.get("/<int:assignment_id>")
@needs("assignment.see")
def show(assignment_id: int) -> str:
    return _page(assignment_id, {})


@pages.post("/<int:assignment_id>/extension")
@needs("assignment.see")
def extension(assignment_id: int) -> AnyResponse | tuple[str, int]:
    new_due, reason = day_of(request.form.get("new_due")), request.form.get("reason", "")[:2000]
    try:
        use.ask_extension(assignment_id, new_due=new_due, reason=reason, by=actor())
    except FieldsRefusedError as refused:
        return _page(assignment_id, refused.errors), refused.status
    return _done(assignment_id, "extension_asked")


@pages.post("/<int:assignment_id>/check")
@needs("assignment.control")
def check(assignment_id: int) -> AnyResponse:
    use.start_check(assignment_id, by=actor())
    return _done(assignment_id, "check_begun")


@pages.post("/<int:assignment_id>/measure")
@needs("assignment.control")
def measure(assignment_id: int) -> AnyResponse:
    use.start_measure(assignment_id, by=actor())
    return _done(assignment_id, "measure_begun")


@pages.post("/<int:assignment_id>/measures/<int:measure_id>")
@needs("assignment.control")
def decide(assignment_id: int, measure_id: int) -> AnyResponse | tuple[str, int]:
    decided_on = day_of(request.form.get("decided_on"))
    try:
        use.decide_measure(
            measure_id, decision=request.form.get("decision", "")[:2000], decided_on=decided_on, by=actor()
        )
    except FieldsRefusedError as refused:
        return _page(assignment_id, refused.errors), refused.status
    return _done(assignment_id, "decided")


@pages.post("/<int:assignment_id>/earlier")
@needs("assignment.control")
def earlier(assignment_id: int) -> AnyResponse | tuple[str, int]:
    """Who decided the matter earlier (KRG-37)."""
    typed = request.form
    try:
        use.record_earlier_decision(
            assignment_id,
            name=typed.get("name", "")[:200],
            person_id=number_of(typed.get("person_id")),
            decided_on=day_of(typed.get("earlier_on")),
            ground=typed.get("ground", "")[:500],
            by=actor(),
        )
    except FieldsRefusedError as refused:
        renamed = {"earlier_on" if name == "decided_on" else name: said for name, said in refused.errors.items()}
        return _page(assignment_id, renamed), refused.status
    return _done(assignment_id, "earlier_recorded")


def _done(assignment_id: int, said: str) -> AnyResponse:
    flash(say(language(), f"assignments.{said}"))
    return redirect(url_for(".show", assignment_id=assignment_id), 303)


def _page(assignment_id: int, errors: Mapping[str, Text]) -> str:
    return render_template("assignment.html", row=_one(assignment_id), typed=request.form, errors=errors)


def _one(assignment_id: int) -> AssignmentPage:
    who = person()
    found = assignment_page(
        assignment_id,
        office_id=who.office_id,
        person_id=who.id,
        language=language(),
        only_own=_only_own(),
    )
    if found is None:
        abort(404)
    return found


def _new_page(errors: Mapping[str, Text]) -> str:
    return render_template(
        "assignment_new.html",
        origins=HIGHER,
        bodies=bodies_of(person().office_id),
        typed=request.form,
        errors=errors,
    )


def _only_own() -> bool:
    """Whoever only carries assignments out sees hers."""
    return not actor().may("case.see")


def _found(chosen: AssignmentFilter, *, all_rows: bool) -> Register:
    return register(person().office_id, chosen, limit=None) if all_rows else register(person().office_id, chosen)


def _filter() -> AssignmentFilter:
    asked = request.args
    state = asked.get("state", "open")
    return AssignmentFilter(
        state=state if state in VIEWS else "open",
        origin=asked.get("origin", "") if asked.get("origin") in ("reception", *HIGHER) else "",
        find=asked.get("find", "").strip()[:200],
        body=number_of(asked.get("body")),
        page=min(number_of(asked.get("page")) or 0, 10_000),
        person_id=person().id if _only_own() or asked.get("mine") == "1" else None,
    )


def _arguments(chosen: AssignmentFilter) -> dict[str, Any]:
    values = {
        "state": chosen.state,
        "origin": chosen.origin,
        "find": chosen.find,
        "body": chosen.body,
        "page": chosen.page,
        "mine": "1" if request.args.get("mine") == "1" else "",
    }
    return {key: value for key, value in values.items() if value}


def _address(chosen: AssignmentFilter, **changes: Any) -> str:
    printing = changes.pop("print", None)
    more = {"print": printing} if printing else {}
    return url_for(".index", **_arguments(replace(chosen, **changes)), **more)
