"""Absences of staff: the list, entering one, ending one."""

from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.texts import Text
from app.page.request import actor, language, needs, person
from app.page.texts import say
from app.page.written import day_of, number_of
from app.queries.absences import absences_of, ending, groups_left_alone, members_of
from app.records.second_thoughts import TooLateError
from app.usecases.substitutions import (
    REASONS,
    Absence,
    AbsenceRefusedError,
    end_absence,
    enter_absence,
    entered_by_whom,
    take_end_back,
)

pages = Blueprint("absences", __name__, url_prefix="/settings/absences")


@pages.get("")
@needs("absence.see")
def show() -> str:
    """Who is away now, later, and was; whoever may enter nobody else enters her own."""
    return _page({})


@pages.post("")
@needs("absence.see")
def enter() -> AnyResponse | tuple[str, int]:
    typed = request.form
    absence = Absence(
        person_id=number_of(typed.get("person")),
        substitute_id=number_of(typed.get("substitute")),
        first_day=day_of(typed.get("first_day")),
        last_day=day_of(typed.get("last_day")),
        reason=typed.get("reason", ""),
        note=typed.get("note", "")[:1000],
    )
    try:
        absence_id = enter_absence(absence, by=actor())
    except AbsenceRefusedError as refused:
        return _page(refused.errors), refused.status
    flash(say(language(), "absences.entered"))
    alone = groups_left_alone(person().office_id, absence_id)
    if alone:
        flash(say(language(), "absences.alone", roles=", ".join(each.in_(language()) for each in alone)))
    return redirect(url_for(".show"), 303)


@pages.get("/<int:absence_id>/end")
@needs("absence.see")
def end_form(absence_id: int) -> str:
    """What ending the absence would do."""
    found = ending(person().office_id, absence_id) or abort(404)
    if found.row.person_id not in entered_by_whom([found.row.person_id], by=actor()):
        abort(403)
    return render_template("absence_end.html", ending=found)


@pages.post("/<int:absence_id>/end")
@needs("absence.see")
def end(absence_id: int) -> AnyResponse:
    end_absence(absence_id, by=actor())
    flash(say(language(), "absences.is_ended"))
    return redirect(url_for(".show"), 303)


@pages.post("/<int:absence_id>/take-back")
@needs("absence.see")
def take_back(absence_id: int) -> AnyResponse:
    """Within the minute the absence goes on."""
    try:
        take_end_back(absence_id, by=actor())
    except TooLateError as late:
        flash(late.text.in_(language()))
    else:
        flash(say(language(), "absences.is_resumed"))
    return redirect(url_for(".show"), 303)


def _page(errors: Mapping[str, Text]) -> str:
    who = person()
    members = members_of(who.office_id)
    may_enter = entered_by_whom([each.id for each in members], by=actor())
    return render_template(
        "absences.html",
        rows=absences_of(who.office_id),
        members=members,
        may_enter=may_enter,
        reasons=REASONS,
        typed=request.form,
        errors=errors,
    )
