"""The list of cases and the page of one case."""

from collections.abc import Callable, Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from app.domain.diagram import Drawing, Mark
from app.domain.errors import AutomationError
from app.page.dates import hour, short_day
from app.page.diagram import draw
from app.page.request import actor, language, needs, person, zone
from app.page.texts import say
from app.page.written import row_id
from app.queries.appeals import sources_of
from app.queries.case_links import linked_cases
from app.queries.case_page import CasePage, case_page
from app.queries.cases import case_list
from app.queries.operating import instance_of_case
from app.queries.portal_desk import portal_of_case
from app.usecases import case_acts as use
from app.usecases.appeals import begin_appeal
from app.usecases.cases import open_case
from app.usecases.contacts import Contacts, change_contacts
from app.usecases.task_forms import next_task_of_case
from app.usecases.withdrawals import Ground, withdraw
from app.web.files import papers

pages = Blueprint("cases", __name__, url_prefix="/cases")
AROUND = 3


@pages.get("")
@needs("case.see")
def index() -> str:
    find = request.args.get("find", "").strip()[:200]
    status = request.args.get("status", "")
    found = case_list(person().office_id, find=find, status=status, after=request.args.get("after", type=row_id))
    sources = sources_of(person().office_id, person().roles, person().id) if actor().may("appeal.open") else ()
    return render_template("cases.html", list=found, find=find, status=status, sources=sources)


@pages.post("/new")
@needs("request.record")
def open_new() -> AnyResponse:
    case_id = open_case(
        process_key="personal_reception", kind="personal_reception", language=_case_language(), by=actor()
    )
    first = next_task_of_case(case_id, by=actor())
    return redirect(url_for("tasks.show", task_id=first) if first else url_for("cases.show", case_id=case_id), 303)


@pages.post("/new-appeal")
@needs("appeal.open")
def open_appeal() -> AnyResponse:
    case_id = begin_appeal(request.form.get("source", ""), language=_case_language(), by=actor())
    first = next_task_of_case(case_id, by=actor())
    return redirect(url_for("tasks.show", task_id=first) if first else url_for("cases.show", case_id=case_id), 303)


def _case_language() -> str:
    return language() if language() in ("kk", "ru") else "ru"


@pages.get("/<int:case_id>")
@needs("case.see")
def show(case_id: int) -> str:
    return _page(case_id)


@pages.get("/<int:case_id>/diagram")
@needs("case.see")
def diagram(case_id: int) -> str:
    case = _case(case_id)
    return render_template("case_diagram.html", case=case, pictures=_whole_pictures(case))


@pages.get("/<int:case_id>/operate")
@needs("instance.operate")
def operate(case_id: int) -> AnyResponse:
    instance_id = instance_of_case(person().office_id, case_id)
    if instance_id is None:
        abort(404)
    return redirect(url_for("operating.show", instance_id=instance_id), 303)


@pages.post("/<int:case_id>/notes")
@needs("case.note")
def note(case_id: int) -> AnyResponse | tuple[str, int]:
    return _act(case_id, lambda: use.add_note(case_id, request.form.get("text", ""), by=actor()), "note_added")


@pages.post("/<int:case_id>/files")
@needs("case.attach")
def attach(case_id: int) -> AnyResponse | tuple[str, int]:
    name, content = _given_file()
    return _act(case_id, lambda: use.add_document(case_id, name, content, by=actor()), "file_added")


def _given_file() -> tuple[str, bytes]:
    given = request.files.get("file")
    return (given.filename or "", given.read()) if given else ("", b"")


@pages.post("/<int:case_id>/contacts")
@needs("case.attach")
def contacts(case_id: int) -> AnyResponse | tuple[str, int]:
    given = Contacts(*(request.form.get(name, "")[:300] for name in ("address", "phone", "email")))
    return _act(case_id, lambda: change_contacts(case_id, given, by=actor()), "contacts_changed")


@pages.post("/<int:case_id>/withdraw")
@needs("withdrawal.enter")
def take_back(case_id: int) -> AnyResponse | tuple[str, int]:
    name, content = _given_file()
    ground = Ground(request.form.get("reason", ""), request.form.get("confirmed") == "yes", name, content)
    return _act(case_id, lambda: withdraw(case_id, ground, by=actor()), "withdrawn")


@pages.post("/<int:case_id>/information")
@needs("message.send")
def information(case_id: int) -> AnyResponse | tuple[str, int]:
    return _act(case_id, lambda: use.information_received(case_id, by=actor()), "information_noted")


@pages.post("/<int:case_id>/feedback")
@needs("message.send")
def feedback(case_id: int) -> AnyResponse | tuple[str, int]:
    return _act(case_id, lambda: use.feedback_needed(case_id, by=actor()), "feedback_asked")


def _act(case_id: int, act: Callable[[], None], done: str) -> AnyResponse | tuple[str, int]:
    try:
        act()
    except AutomationError as refused:
        if refused.status == 404:
            raise
        return _page(case_id, error=refused), refused.status
    flash(say(language(), f"cases.{done}"))
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _case(case_id: int) -> CasePage:
    case = case_page(case_id, office_id=person().office_id, language=language())
    if case is None:
        abort(404)
    return case


def _page(case_id: int, error: AutomationError | None = None) -> str:
    case = _case(case_id)
    roles = person().roles
    mine = next((task for task in case.tasks if task.role in roles), None)
    return render_template(
        "case.html",
        case=case,
        mine=mine,
        papers=papers(case.documents),
        portal=portal_of_case(case.id, person().office_id),
        links=linked_cases(person().office_id, case.id),
        picture=_picture_of_now(case),
        late=[task for task in case.tasks if task.remaining and task.remaining.kind == "late"],
        error=error.text if error else None,
    )


def _picture_of_now(case: CasePage) -> Markup | None:
    """The part of a diagram around what waits now, with live tokens; None where nothing that is drawn waits."""
    for drawing in case.drawings:
        drawn = {node.id for node in drawing.nodes}
        waiting = [row.element for row in case.tasks if row.element in drawn]
        if waiting:
            return _picture(case, drawing, around=waiting)
    return None


def _whole_pictures(case: CasePage) -> list[Markup]:
    """Every diagram that the case has gone into, with live tokens."""
    reached = case.passed | {row.element for row in case.tasks}
    return [
        _picture(case, drawing, picture_id=f"diagram-{number}")
        for number, drawing in enumerate(case.drawings)
        if not reached.isdisjoint(node.id for node in drawing.nodes)
    ]


def _picture(case: CasePage, drawing: Drawing, *, around: Sequence[str] = (), picture_id: str = "diagram") -> Markup:
    marks = {element: Mark("done") for element in case.passed}
    for task in case.tasks:
        late = task.remaining is not None and task.remaining.kind == "late"
        due = short_day(task.due_at.astimezone(zone()).date(), language()) if task.due_at else ""
        marks[task.element] = Mark(
            "late" if late else "now",
            performer=task.assignee or "",
            due=due and f"{due}, {hour(task.due_at, zone())}" if task.due_at else "",
            href=url_for("tasks.show", task_id=task.id),
        )
    title = say(language(), "cases.diagram_title", number=case.number or "")
    return draw(drawing, marks, language(), title=title, around=around, picture_id=picture_id)
