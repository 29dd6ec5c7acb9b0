"""The production calendar: a year, a change with its preview, revocation, approval."""

from typing import Any

from babel.dates import get_month_names
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.calendar import FIRST_YEAR, LAST_YEAR
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.page.dates import WEEKDAYS
from app.page.request import actor, language, needs, person
from app.page.texts import say
from app.page.written import day_of, number_of
from app.queries.calendar import one_decision, year_page
from app.queries.open_terms import terms_reaching
from app.usecases import calendar as use
from app.usecases import calendar_import as imports

pages = Blueprint("calendar", __name__, url_prefix="/settings/calendar")
Page = str | tuple[str, int] | AnyResponse


@pages.get("")
@needs("calendar.see")
def year() -> str:
    shown = year_page(person().office_id, number_of(request.args.get("year")))
    return render_template("calendar.html", page=shown, **_names())


@pages.get("/terms")
@needs("calendar.see")
def terms() -> str:
    year = _year(request.args.get("year"))
    return render_template("calendar_terms.html", year=year, terms=terms_reaching(person().office_id, year))


@pages.route("/change", methods=["GET", "POST"])
@needs("calendar.edit")
def change() -> Page:
    """The form; sent once it shows what would happen, sent with `confirm` it is written."""
    typed = request.form if request.method == "POST" else request.args
    kind = "single" if typed.get("kind") == "single" else "pair"
    if request.method == "GET" or "back" in typed:
        return render_template("calendar_change.html", typed=typed, kind=kind, error=None)
    wanted = _change(typed, kind)
    if wanted is None:
        return _change_again(typed, kind, Text(*(say(each, "calendar.bad_date") for each in ("kk", "ru", "en"))))
    try:
        if "confirm" in typed:
            use.decide(wanted, moving=use.as_moving(typed.get("moving", "")), by=actor())
            flash(say(language(), "calendar.decided"))
            return redirect(url_for("calendar.year", year=wanted.day.year), 303)
        shown = use.preview(wanted, by=actor())
    except AutomationError as refused:
        return _change_again(typed, kind, refused.text)
    return render_template("calendar_preview.html", typed=typed, kind=kind, change=wanted, preview=shown, **_names())


@pages.route("/import", methods=["GET", "POST"])
@needs("calendar.edit")
def import_file() -> Page:
    """A file of transfers: sent once it shows what would happen or what is wrong where, confirmed it is written."""
    if request.method == "GET":
        return render_template("calendar_import.html", preview=None, error=None)
    given = request.files.get("file")
    content = given.read() if given is not None else request.form.get("content", "").encode()
    try:
        if "confirm" in request.form:
            done = imports.import_transfers(content, moving=use.as_moving(request.form.get("moving", "")), by=actor())
            flash(say(language(), "calendar.imported", n=done))
            return redirect(url_for("calendar.year"), 303)
    except imports.TransfersRefusedError as refused:
        return render_template("calendar_import.html", preview=None, error=refused.text), refused.status
    shown = imports.preview_import(content, by=actor())
    page = render_template(
        "calendar_import.html", preview=shown, content=content.decode("utf-8", "replace"), error=None, **_names()
    )
    return page, 422 if shown.problems else 200


@pages.route("/decisions/<int:decision_id>/revoke", methods=["GET", "POST"])
@needs("calendar.edit")
def revoke(decision_id: int) -> Page:
    decision = one_decision(person().office_id, decision_id)
    if decision is None:
        abort(404)
    error = None
    if request.method == "POST":
        moving = use.as_moving(request.form.get("moving", ""))
        try:
            use.revoke(decision_id, reason=request.form.get("reason", ""), moving=moving, by=actor())
        except AutomationError as refused:
            error = refused.text
        else:
            flash(say(language(), "calendar.revoked"))
            return redirect(url_for("calendar.year", year=decision.day.year), 303)
    shown = use.preview_revocation(decision_id, by=actor())
    page = render_template("calendar_revoke.html", decision=decision, preview=shown, error=error, **_names())
    return page, 422 if error else 200


@pages.route("/<int:year>/approve", methods=["GET", "POST"])
@needs("calendar.edit")
def approve(year: int) -> Page:
    balance = [request.form.get(f"m{month}", "") for month in range(1, 13)]
    error, differing = None, {}
    if request.method == "POST":
        try:
            use.approve_year(year, [number_of(each) for each in balance], by=actor())
        except use.BalanceDiffersError as differs:
            error, differing = differs.text, {month: ours for month, ours, _ in differs.months}
        except AutomationError as refused:
            error = refused.text
        else:
            flash(say(language(), "calendar.approved_now", year=year))
            return redirect(url_for("calendar.year", year=year), 303)
    shown = year_page(person().office_id, year)
    page = render_template(
        "calendar_approve.html", page=shown, balance=balance, error=error, differing=differing, **_names()
    )
    return page, 422 if error else 200


def _change(typed: Any, kind: str) -> use.Change | None:
    """What was written; None when a date cannot be read."""
    day = day_of(typed.get("day" if kind == "pair" else "single_day"))
    moved_to = day_of(typed.get("moved_to"))
    if day is None or (kind == "pair" and moved_to is None):
        return None
    reason = Text(*(typed.get(f"reason_{each}", "").strip() for each in ("kk", "ru", "en")))
    return use.Change(
        day=day,
        moved_to=moved_to if kind == "pair" else None,
        working=typed.get("working") == "yes",
        reason=reason,
        layer="local" if typed.get("layer") == "local" else "official",
        document=typed.get("document", ""),
        document_date=day_of(typed.get("document_date")),
    )


def _change_again(typed: Any, kind: str, error: Text) -> tuple[str, int]:
    return render_template("calendar_change.html", typed=typed, kind=kind, error=error), 422


def _year(written: str | None) -> int:
    year = number_of(written) or 0
    if not FIRST_YEAR <= year <= LAST_YEAR:
        abort(404)
    return year


def _names() -> dict[str, Any]:
    speech = language()
    names = get_month_names("wide", "stand-alone", locale=speech)
    return {
        "month_names": {number: str(name)[:1].upper() + str(name)[1:] for number, name in names.items()},
        "weekdays": [day[:1].upper() + day[1:] for day in WEEKDAYS[speech]],
    }
