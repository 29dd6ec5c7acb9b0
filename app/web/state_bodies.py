"""The directory of state bodies in the settings."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.page.request import actor, language, needs, person
from app.page.texts import say
from app.queries.state_bodies import bodies_of, body_card
from app.usecases import state_bodies as use
from app.web.tables import table_file

pages = Blueprint("state_bodies", __name__, url_prefix="/settings/bodies")
Page = str | tuple[str, int] | AnyResponse


@pages.get("")
@needs("bodies.edit")
def directory() -> str:
    find, everybody = request.args.get("find", "")[:100], "all" in request.args
    found = bodies_of(person().office_id, find=find, with_inactive=everybody)
    return render_template("state_bodies.html", bodies=found, find=find, everybody=everybody)


@pages.route("/new", methods=["GET", "POST"])
@needs("bodies.edit")
def new() -> Page:
    return _card(None)


@pages.route("/<int:body_id>", methods=["GET", "POST"])
@needs("bodies.edit")
def edit(body_id: int) -> Page:
    return _card(body_id)


def _card(body_id: int | None) -> Page:
    body = None
    if body_id is not None:
        body = body_card(person().office_id, body_id) or abort(404)
    errors: dict[str, Text] = {}
    typed: Any = request.form if request.method == "POST" else body
    if request.method == "POST":
        try:
            use.save_body(body_id, {**request.form, "active": request.form.get("active") or "no"}, by=actor())
        except use.BodyInvalidError as invalid:
            errors = invalid.errors
        else:
            flash(say(language(), "settings.saved"))
            return redirect(url_for("state_bodies.directory"), 303)
    page = render_template(
        "state_body.html", body=body, typed=typed or {}, errors=errors, kinds=use.KINDS, written_in=use.WRITTEN_IN
    )
    return page, 422 if errors else 200


@pages.route("/import", methods=["GET", "POST"])
@needs("bodies.edit")
def import_file() -> Page:
    error: AutomationError | None = None
    if request.method == "POST":
        file = request.files.get("file")
        try:
            done = use.import_bodies(file.stream.read(use.MOST_BYTES + 1) if file else b"", by=actor())
        except (use.BodiesFileError, use.BodiesRowsError) as refused:
            error = refused
        else:
            flash(say(language(), "state_bodies.imported", added=done.added, changed=done.changed, same=done.same))
            return redirect(url_for("state_bodies.directory"), 303)
    rows = error.rows if isinstance(error, use.BodiesRowsError) else {}
    page = render_template(
        "state_bodies_import.html", error=error.text if error else None, rows=rows, columns=use.COLUMNS
    )
    return page, error.status if error else 200


@pages.get("/list.csv")
@needs("bodies.edit")
def as_csv() -> Response:
    """The directory as the import takes it."""
    bodies = bodies_of(person().office_id, with_inactive=True)
    return table_file(
        "csv", "state-bodies", [use.COLUMNS, *([_cell(getattr(body, name)) for name in use.COLUMNS] for body in bodies)]
    )


def _cell(value: object) -> str:
    """Yes or no in words of the import."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
