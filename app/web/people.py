"""People, their roles and access; units of the office."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.page.request import actor, language, needs, person
from app.page.texts import say
from app.page.written import day_of, last_day_of, number_of
from app.queries.appeals import registrar_requirements
from app.queries.offices import letters_of_office
from app.queries.staff import people_of, person_of, roles_of, units_of
from app.usecases import accounts, roles, tokens
from app.usecases import people as use
from app.usecases.units import save_unit

pages = Blueprint("people", __name__, url_prefix="/settings")
Page = str | tuple[str, int] | AnyResponse


@pages.get("/people")
@needs("people.edit")
def list_people() -> str:
    find, everybody = request.args.get("find", "")[:100], "all" in request.args
    found = people_of(person().office_id, find=find, with_inactive=everybody)
    return render_template("people.html", people=found, find=find, everybody=everybody)


@pages.route("/people/new", methods=["GET", "POST"])
@needs("people.edit")
def new() -> Page:
    errors: dict[str, Text] = {}
    if request.method == "POST":
        try:
            created = use.create_person(_data(), by=actor())
        except use.PersonInvalidError as invalid:
            errors = invalid.errors
        else:
            flash(say(language(), "people.created"))
            return redirect(url_for("people.show", person_id=created), 303)
    return render_template("person_edit.html", who=None, typed=request.form, errors=errors), 422 if errors else 200


@pages.get("/people/<int:person_id>")
@needs("people.edit")
def show(person_id: int) -> str:
    return _show(person_id)


@pages.route("/people/<int:person_id>/edit", methods=["GET", "POST"])
@needs("people.edit")
def edit(person_id: int) -> Page:
    who = person_of(person().office_id, person_id) or abort(404)
    errors: dict[str, Text] = {}
    typed: Any = request.form if request.method == "POST" else who
    if request.method == "POST":
        try:
            use.change_person(person_id, _data(), by=actor())
        except use.PersonInvalidError as invalid:
            errors = invalid.errors
        else:
            flash(say(language(), "settings.saved"))
            return redirect(url_for("people.show", person_id=person_id), 303)
    return render_template("person_edit.html", who=who, typed=typed, errors=errors), 422 if errors else 200


@pages.post("/people/<int:person_id>/roles")
@needs("people.edit")
def grant(person_id: int) -> Page:
    typed = request.form
    try:
        roles.grant_role(
            person_id,
            typed.get("role", ""),
            unit_id=number_of(typed.get("unit")),
            first_day=day_of(typed.get("first_day")),
            last_day=last_day_of(typed.get("last_day")),
            confirmed=typed.getlist("confirmed"),
            by=actor(),
        )
    except AutomationError as refused:
        return _show(person_id, error=refused.text), refused.status
    _warn_of_unconfirmed(typed.get("role", ""), typed.getlist("confirmed"))
    return _done(person_id, "role_granted")


def _warn_of_unconfirmed(role: str, confirmed: Sequence[str]) -> None:
    """Name each requirement to a registrar that nobody has confirmed (AC-06); the role is hers all the same."""
    if role == roles.REGISTRAR:
        for code, name in registrar_requirements(person().office_id):
            if code not in confirmed:
                flash(say(language(), "people.not_confirmed", what=name.in_(language())))


@pages.post("/people/<int:person_id>/roles/<int:grant_id>/end")
@needs("people.edit")
def end_role(person_id: int, grant_id: int) -> Page:
    try:
        roles.end_role(grant_id, by=actor())
    except AutomationError as refused:
        return _show(person_id, error=refused.text), refused.status
    return _done(person_id, "role_ended")


@pages.post("/people/<int:person_id>/access/<act>")
@needs("people.edit")
def access(person_id: int, act: str) -> Page:
    """Invite, deactivate, activate, forget the second factor."""
    try:
        match act:
            case "invite":
                link = current_app.config["QABYLDAU"].base_url + "/sign-in/new-password/{token}"
                accounts.invite(person_id, link=link, letters=letters_of_office(person().office_id), by=actor())
            case "deactivate":
                returned = accounts.deactivate(person_id, by=actor())
                return _done(person_id, "deactivated", n=returned)
            case "activate":
                accounts.activate(person_id, by=actor())
            case "second-factor":
                accounts.reset_second_factor(person_id, by=actor())
            case _:
                abort(404)
    except AutomationError as refused:
        return _show(person_id, error=refused.text), refused.status
    return _done(person_id, f"done_{act.replace('-', '_')}")


@pages.post("/people/<int:person_id>/tokens")
@needs("people.edit")
def new_token(person_id: int) -> Page:
    last = last_day_of(request.form.get("last_day"))
    try:
        token = tokens.create_token(request.form.get("name", ""), last_day=last, by=actor(), person_id=person_id)
    except AutomationError as refused:
        return _show(person_id, error=refused.text), refused.status
    return _show(person_id, secret=token.secret)


@pages.post("/people/<int:person_id>/tokens/<int:token_id>/revoke")
@needs("people.edit")
def revoke_token(person_id: int, token_id: int) -> AnyResponse:
    tokens.revoke_token(token_id, by=actor())
    return _done(person_id, "token_revoked")


@pages.route("/units", methods=["GET", "POST"])
@needs("people.edit")
def units() -> Page:
    """The tree; `unit` chooses the one to change, none adds one."""
    chosen, error = number_of(request.values.get("unit")), None
    if request.method == "POST":
        name = Text(*(request.form.get(f"name_{each}", "") for each in ("kk", "ru", "en")))
        try:
            save_unit(
                chosen,
                code=request.form.get("code", ""),
                name=name,
                parent_id=number_of(request.form.get("parent")),
                by=actor(),
            )
        except AutomationError as refused:
            error = refused.text
        else:
            flash(say(language(), "settings.saved"))
            return redirect(url_for("people.units"), 303)
    rows = units_of(person().office_id)
    unit = next((row for row in rows if row.id == chosen), None)
    page = render_template("units.html", units=rows, unit=unit, error=error, typed=request.form)
    return page, 422 if error else 200


def _data() -> use.PersonData:
    typed = request.form
    return use.PersonData(
        login=typed.get("login", ""),
        full_name=typed.get("full_name", ""),
        position=typed.get("position", ""),
        position_kk=typed.get("position_kk", ""),
        position_en=typed.get("position_en", ""),
        email=typed.get("email", ""),
        phone=typed.get("phone", ""),
        language=typed.get("language", "ru"),
    )


def _show(person_id: int, **more: Any) -> str:
    office_id = person().office_id
    who = person_of(office_id, person_id) or abort(404)
    return render_template(
        "person.html",
        who=who,
        roles=roles_of(office_id),
        units=units_of(office_id),
        requirements=registrar_requirements(office_id),
        **more,
    )


def _done(person_id: int, words: str, **values: Any) -> AnyResponse:
    flash(say(language(), f"people.{words}", **values))
    return redirect(url_for("people.show", person_id=person_id), 303)
