"""One's own account: data, reading, mail, password, sessions, tokens."""

from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import AutomationError
from app.domain.texts import LANGUAGES
from app.page.request import COOKIE, LANGUAGE_COOKIE, actor, language, person, staff_only
from app.page.texts import say
from app.page.written import last_day_of
from app.queries.absences import absences_of
from app.queries.people import session_key
from app.queries.staff import person_of, sessions_of
from app.queries.unavailability import days_to_give_up
from app.usecases import account as use
from app.usecases import sign_in, tokens
from app.usecases.access import SECOND_FACTOR_ROLES

pages = Blueprint("account", __name__, url_prefix="/account")
_BROWSERS: Final = (
    ("YaBrowser", "Yandex"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
"""Marks in the order of looking: most browsers also claim to be Chrome, and Chrome to be Safari."""
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
Page = str | tuple[str, int] | AnyResponse


@pages.get("")
@staff_only
def show() -> str:
    return _show()


@pages.post("/preferences")
@staff_only
def preferences() -> Page:
    typed = request.form
    chosen = typed.get("language", "")
    try:
        use.save_preferences(
            language=chosen,
            theme=typed.get("theme", ""),
            digest=typed.get("digest", "daily"),
            quiet_from=typed.get("quiet_from", ""),
            quiet_to=typed.get("quiet_to", ""),
            by=actor(),
        )
    except AutomationError as refused:
        return _show(preferences_error=refused.text), refused.status
    flash(say(chosen if chosen in LANGUAGES else language(), "settings.saved"))
    answer = redirect(url_for("account.show"), 303)
    answer.delete_cookie(LANGUAGE_COOKIE)
    return answer


@pages.post("/password")
@staff_only
def password() -> Page:
    typed = request.form
    keep = request.cookies.get(COOKIE, "")
    try:
        sign_in.change_password(typed.get("old", ""), typed.get("new", ""), keep=keep, by=actor())
    except AutomationError as refused:
        return _show(password_error=refused.text), refused.status
    return _done("password_changed")


@pages.post("/sessions/end")
@staff_only
def end_sessions() -> AnyResponse:
    ended = use.end_other_sessions(session_key(request.cookies.get(COOKIE, "")), by=actor())
    return _done("sessions_ended", n=ended)


@pages.post("/tokens")
@staff_only
def new_token() -> Page:
    try:
        token = tokens.create_token(
            request.form.get("name", ""), last_day=last_day_of(request.form.get("last_day")), by=actor()
        )
    except AutomationError as refused:
        return _show(token_error=refused.text), refused.status
    return _show(secret=token.secret)


@pages.post("/tokens/<int:token_id>/revoke")
@staff_only
def revoke_token(token_id: int) -> AnyResponse:
    tokens.revoke_token(token_id, by=actor())
    return _done("token_revoked")


def _show(**more: Any) -> str:
    who = person()
    return render_template(
        "account.html",
        who=person_of(who.office_id, who.id),
        sessions=sessions_of(who.id, session_key(request.cookies.get(COOKIE, ""))),
        browser=browser_of,
        own_days=days_to_give_up(who.id, who.office_id) if actor().may("board.see") else [],
        absences=absences_of(who.office_id, person_id=who.id, with_past=False),
        demands_factor=bool(who.roles & SECOND_FACTOR_ROLES),
        **more,
    )


def browser_of(agent: str) -> str:
    """«Chrome, Windows» of a User-Agent header; empty when it names neither."""
    names = (
        next((name for mark, name in _BROWSERS if mark in agent), ""),
        next((name for mark, name in _SYSTEMS if mark in agent), ""),
    )
    return ", ".join(name for name in names if name)


def _done(words: str, **values: Any) -> AnyResponse:
    flash(say(language(), f"account.{words}", **values))
    return redirect(url_for("account.show"), 303)
