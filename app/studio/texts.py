"""The studio's pages for the letters and documents of a process."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import AutomationError
from app.page.request import actor, language, needs, person
from app.page.texts import say
from app.page.written import row_id
from app.queries.studio import recent_cases
from app.usecases import process_texts as use
from app.usecases.lint_texts import PARTS, Part

texts = Blueprint("texts", __name__, url_prefix="/studio/<process>/texts")
Page = str | tuple[str, int] | AnyResponse
PERMISSION: Final = "process.deploy"


def _of_a_part(route: Callable[..., Any]) -> Callable[..., Any]:
    """Addresses name "letters" or "documents"; others lead nowhere."""

    @wraps(route)
    def guarded(*, part: str, **values: object) -> Any:
        return route(part=part, **values) if part in PARTS else abort(404)

    return guarded


@texts.get("")
@needs(PERMISSION)
def index(process: str) -> str:
    """Every letter and document of the process."""
    return _index(process)


@texts.post("/<part>/new")
@needs(PERMISSION)
@_of_a_part
def new(process: str, part: Part) -> Page:
    kind = request.form.get("kind", "").strip()
    try:
        name = use.add_text(process, part, kind, sms="sms" in request.form, by=actor())
    except use.TextNameError as refused:
        return _index(process, part=part, typed=kind, error=refused), refused.status
    return redirect(url_for("texts.edit", process=process, part=part, name=name), 303)


@texts.route("/<part>/<name>", methods=["GET", "POST"])
@needs(PERMISSION)
@_of_a_part
def edit(process: str, part: Part, name: str) -> Page:
    """One text beside what it makes; "try" shows it with the facts of a case, "save" keeps it in the draft."""
    if request.method == "GET":
        return _shown(process, part, name, use.open_text(process, part, name, by=actor()).source)
    source, opened_as = request.form.get("source", ""), request.form.get("opened_as", "")
    if "save" not in request.form:
        return _shown(process, part, name, source, opened_as=opened_as)
    try:
        kept = use.save_text(process, part, name, source, opened_as=opened_as, by=actor())
    except (use.TextConflictError, use.TextTooLongError) as refused:
        return _shown(process, part, name, source, opened_as=opened_as, error=refused), refused.status
    flash(say(language(), "studio.text_saved_with_faults" if kept.faults else "studio.text_saved"))
    return redirect(url_for("texts.edit", process=process, part=part, name=name), 303)


@texts.post("/<part>/<name>/pdf")
@needs(PERMISSION)
@_of_a_part
def as_pdf(process: str, part: Part, name: str) -> Page:
    """The document as it is being written."""
    trial = use.try_text(process, part, name, request.form.get("source", ""), case_id=_case(), by=actor())
    if not trial.pdf:
        return _shown(process, part, name, trial.text.source, opened_as=request.form.get("opened_as", "")), 422
    return Response(
        trial.pdf, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}.pdf"'}
    )


@texts.post("/<part>/<name>/take-back")
@needs(PERMISSION)
@_of_a_part
def take_back(process: str, part: Part, name: str) -> AnyResponse:
    there = use.take_back(process, part, name, by=actor())
    flash(say(language(), "studio.text_taken_back"))
    if not there:
        return redirect(url_for("texts.index", process=process), 303)
    return redirect(url_for("texts.edit", process=process, part=part, name=name), 303)


def _index(process: str, **given: object) -> str:
    rows = use.texts_of(process, by=actor())
    grouped = {part: [row for row in rows if row.part == part] for part in PARTS}
    return render_template("studio/texts.html", process=process, parts=grouped, **given)


def _shown(
    process: str,
    part: Part,
    name: str,
    source: str,
    *,
    opened_as: str | None = None,
    error: AutomationError | None = None,
) -> str:
    trial = None
    if not isinstance(error, use.TextTooLongError):
        trial = use.try_text(process, part, name, source, case_id=_case(), by=actor())
    return render_template(
        "studio/text.html",
        process=process,
        source=source,
        opened_as=opened_as if opened_as is not None else source,
        text=trial.text if trial else use.open_text(process, part, name, by=actor()),
        trial=trial,
        letter=Markup(trial.html) if trial else "",  # noqa: S704 - sanitised where it was made
        error=error,
        theirs=getattr(error, "theirs", ""),
        cases=recent_cases(person().office_id, process),
        chosen=_case(),
        siblings=next(row.names for row in use.texts_of(process, by=actor()) if row.part == part and name in row.names),
    )


def _case() -> int | None:
    return request.values.get("case", type=row_id)
