"""Incidents: what gave up and waits for a person."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import AutomationError
from app.page.request import actor, language, needs, person
from app.page.texts import say
from app.queries.incidents import incidents
from app.usecases import incidents as use

pages = Blueprint("incidents", __name__, url_prefix="/incidents")


@pages.get("")
@needs("incident.see")
def index() -> str:
    return _page()


def _page(error: AutomationError | None = None) -> str:
    resolved = request.args.get("resolved") == "1"
    found = incidents(person().office_id, resolved=resolved)
    return render_template("incidents.html", rows=found, resolved=resolved, error=error.text if error else None)


@pages.post("/<int:incident_id>/retry")
@needs("incident.resolve")
def retry(incident_id: int) -> AnyResponse | tuple[str, int]:
    return _act(lambda: use.retry(incident_id, by=actor()), "retried")


@pages.post("/<int:incident_id>/correct")
@needs("incident.resolve")
def correct(incident_id: int) -> AnyResponse | tuple[str, int]:
    changes = {"address": request.form.get("address", "")}
    reason = request.form.get("reason", "")
    return _act(lambda: use.correct(incident_id, changes, reason=reason, by=actor()), "corrected")


@pages.post("/<int:incident_id>/skip")
@needs("incident.resolve")
def skip(incident_id: int) -> AnyResponse | tuple[str, int]:
    return _act(lambda: use.skip(incident_id, reason=request.form.get("reason", ""), by=actor()), "skipped")


def _act(act: Callable[[], None], done: str) -> AnyResponse | tuple[str, int]:
    try:
        act()
    except AutomationError as refused:
        if refused.status == 404:
            raise
        return _page(refused), refused.status
    flash(say(language(), f"incidents.{done}"))
    return redirect(url_for("incidents.index"), 303)
