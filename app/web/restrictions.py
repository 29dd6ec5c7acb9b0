"""Restriction periods: declared and lifted by the coordinator."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.page.request import actor, language, needs, person
from app.page.texts import say
from app.page.written import day_of
from app.queries.restrictions import being_declared, restrictions_of
from app.records.restrictions import CAUSES, RestrictionRefusedError
from app.records.second_thoughts import TooLateError
from app.usecases.restrictions import Restriction, declare, lift, take_lifting_back, would_lift

pages = Blueprint("restrictions", __name__, url_prefix="/reception/restrictions")


@pages.get("")
@needs("board.see")
def show() -> str:
    """The periods that force videoconference, and the form of a new one."""
    return _page({})


@pages.post("")
@needs("restriction.declare")
def enter() -> AnyResponse | tuple[str, int]:
    typed = request.form
    restriction = Restriction(
        first_day=day_of(typed.get("first_day")),
        last_day=day_of(typed.get("last_day")),
        cause=typed.get("cause", ""),
        basis=typed.get("basis", "")[:500],
    )
    try:
        declare(restriction, by=actor())
    except RestrictionRefusedError as refused:
        return _page(refused.errors), refused.status
    flash(say(language(), "restrictions.declared"))
    return redirect(url_for(".show"), 303)


@pages.post("/<int:restriction_id>/lift")
@needs("restriction.declare")
def end(restriction_id: int) -> AnyResponse | str | tuple[str, int]:
    """First what lifting would do; with `sure` it is done."""
    last_day = day_of(request.form.get("last_day"))
    try:
        if not request.form.get("sure"):
            return render_template("restriction_lift.html", lifting=would_lift(restriction_id, last_day, by=actor()))
        lift(restriction_id, last_day, by=actor())
    except RestrictionRefusedError as refused:
        return _page({f"lift{restriction_id}": next(iter(refused.errors.values()))}), refused.status
    except AutomationError as refused:
        return _page({}, refused.text), refused.status
    flash(say(language(), "restrictions.lifted"))
    return redirect(url_for(".show"), 303)


@pages.post("/<int:restriction_id>/take-back")
@needs("restriction.declare")
def take_back(restriction_id: int) -> AnyResponse:
    """Within the minute the restrictions hold as before."""
    try:
        take_lifting_back(restriction_id, by=actor())
    except TooLateError as late:
        flash(late.text.in_(language()))
    else:
        flash(say(language(), "restrictions.kept"))
    return redirect(url_for(".show"), 303)


def _page(errors: Mapping[str, Text], problem: Text | None = None) -> str:
    office_id = person().office_id
    return render_template(
        "restrictions.html",
        rows=restrictions_of(office_id),
        waiting=being_declared(office_id),
        causes=CAUSES,
        typed=request.form,
        errors=errors,
        problem_text=problem,
    )
