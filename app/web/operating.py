"""Operating a running process: what waits, and what may be done about it, each act with its consequences first."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.diagram import Mark
from app.domain.errors import AutomationError
from app.page.diagram import draw
from app.page.request import actor, language, needs, person
from app.page.texts import say
from app.page.written import row_id
from app.queries.instances import STATUSES, Place, instance_list, one_instance, place_of
from app.queries.operating import drawing_of
from app.usecases import instances as acts
from app.usecases import operating as use
from app.usecases.tasks import InvalidAnswersError

pages = Blueprint("operating", __name__, url_prefix="/instances")


@pages.get("")
@needs("instance.operate")
def index() -> str:
    status = request.args.get("status", "running")
    process = request.args.get("process", "").strip()[:200]
    found = instance_list(
        person().office_id,
        process=process or None,
        status=status if status in STATUSES else None,
        after=request.args.get("after", type=row_id),
    )
    return render_template("instances.html", list=found, status=status, process=process, statuses=STATUSES)


@pages.get("/<int:instance_id>")
@needs("instance.operate")
def show(instance_id: int) -> str:
    return _page(instance_id)


def _page(instance_id: int, error: AutomationError | None = None) -> str:
    office = person().office_id
    instance, place = one_instance(office, instance_id), place_of(office, instance_id)
    if instance is None or place is None:
        abort(404)
    drawing = drawing_of(office, instance_id)
    title = say(language(), "operating.picture", name=instance.name.in_(language()))
    situation = use.situation(instance_id, by=actor())
    around = [step.element for step in situation.steps if not step.beside] or place.active
    return render_template(
        "instance.html",
        instance=instance,
        situation=situation,
        variables=acts.variables_of(instance_id, by=actor()),
        picture=draw(drawing, _marks(place), language(), title=title, around=around) if drawing else None,
        error=error.text if error else None,
    )


def _marks(place: Place) -> dict[str, Mark]:
    marks = {element: Mark("done") for element in place.passed}
    return marks | {element: Mark("late" if element in place.overdue else "now") for element in place.active}


@pages.post("/<int:instance_id>/suspend")
@needs("instance.operate")
def suspend(instance_id: int) -> AnyResponse | tuple[str, int]:
    return _act(instance_id, lambda: acts.suspend(instance_id, reason=_reason(), by=actor()), "suspended")


@pages.post("/<int:instance_id>/resume")
@needs("instance.operate")
def resume(instance_id: int) -> AnyResponse | tuple[str, int]:
    return _act(instance_id, lambda: acts.resume(instance_id, reason=_reason(), by=actor()), "resumed")


@pages.post("/<int:instance_id>/cancel")
@needs("instance.operate")
def cancel(instance_id: int) -> AnyResponse | tuple[str, int]:
    return _act(instance_id, lambda: acts.cancel(instance_id, reason=_reason(), by=actor()), "cancelled")


@pages.post("/<int:instance_id>/correct")
@needs("instance.operate")
def correct(instance_id: int) -> AnyResponse | tuple[str, int]:
    name, value = request.form.get("name", ""), request.form.get("value", "")
    return _act(
        instance_id, lambda: acts.correct_one(instance_id, name, value, reason=_reason(), by=actor()), "corrected"
    )


def _reason() -> str:
    return request.form.get("reason", "")


def _act(instance_id: int, act: Callable[[], None], done: str) -> AnyResponse | tuple[str, int]:
    try:
        act()
    except AutomationError as refused:
        if refused.status == 404:
            raise
        return _page(instance_id, refused), refused.status
    flash(say(language(), f"operating.{done}"))
    return redirect(url_for("operating.show", instance_id=instance_id), 303)


@pages.get("/<int:instance_id>/rewind/<element>")
@needs("instance.operate")
def rewind_form(instance_id: int, element: str) -> str:
    return _rewind_page(instance_id, element)


@pages.post("/<int:instance_id>/rewind/<element>")
@needs("instance.operate")
def rewind(instance_id: int, element: str) -> AnyResponse | tuple[str, int]:
    try:
        use.rewind(instance_id, element, reason=_reason(), by=actor())
    except AutomationError as refused:
        return _refused(instance_id, refused, lambda error: _rewind_page(instance_id, element, error))
    flash(say(language(), "operating.rewound"))
    return redirect(url_for("operating.show", instance_id=instance_id), 303)


def _rewind_page(instance_id: int, element: str, error: AutomationError | None = None) -> str:
    consequences = use.preview_rewind(instance_id, element, by=actor())
    back = next(each for each in use.situation(instance_id, by=actor()).back if each.element == element)
    return render_template(
        "operating_act.html",
        act="rewind",
        instance_id=instance_id,
        name=back.name,
        consequences=consequences,
        questions=None,
        reason=_reason(),
        error=error.text if error else None,
    )


@pages.get("/<int:instance_id>/skip/<uuid:task_id>/<element>")
@needs("instance.operate")
def skip_form(instance_id: int, task_id: UUID, element: str) -> str:
    asked = use.questions(instance_id, task_id, element, by=actor())
    if asked.are_there:
        return _skip_page(instance_id, asked, None)
    try:
        return _skip_page(instance_id, asked, use.preview_skip(instance_id, task_id, element, by=actor()))
    except AutomationError as missing:
        return _skip_page(instance_id, asked, None, missing)


@pages.post("/<int:instance_id>/skip/<uuid:task_id>/<element>")
@needs("instance.operate")
def skip(instance_id: int, task_id: UUID, element: str) -> AnyResponse | tuple[str, int] | str:
    typed: dict[str, Any] = request.form.to_dict(flat=False)
    by = actor()
    try:
        if "_preview" in request.form:
            seen = use.preview_skip(instance_id, task_id, element, submitted=typed, by=by)
            asked = use.questions(instance_id, task_id, element, submitted=typed, by=by)
            return _skip_page(instance_id, asked, seen)
        use.skip(instance_id, task_id, element, submitted=typed, reason=_reason(), by=by)
    except InvalidAnswersError as invalid:
        asked = use.questions(instance_id, task_id, element, submitted=typed, errors=invalid.errors, by=by)
        return _skip_page(instance_id, asked, None), invalid.status
    except AutomationError as refused:

        def again(error: AutomationError) -> str:
            asked = use.questions(instance_id, task_id, element, submitted=typed, by=by)
            return _skip_page(instance_id, asked, None, error)

        return _refused(instance_id, refused, again)
    flash(say(language(), "operating.skipped"))
    return redirect(url_for("operating.show", instance_id=instance_id), 303)


def _skip_page(
    instance_id: int, asked: use.Questions, seen: use.Consequences | None, error: AutomationError | None = None
) -> str:
    return render_template(
        "operating_act.html",
        act="skip",
        instance_id=instance_id,
        name=asked.step.name,
        consequences=seen,
        questions=asked,
        reason=_reason(),
        error=error.text if error else None,
    )


def _refused(instance_id: int, refused: AutomationError, page: Callable[[AutomationError], str]) -> tuple[str, int]:
    """What is missing is asked for on the same page; what has become impossible is told on the page of the process."""
    if refused.status == 404:
        raise refused
    return (_page(instance_id, refused) if refused.status == 409 else page(refused)), refused.status
