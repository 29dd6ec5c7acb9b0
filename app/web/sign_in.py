"""Signing in and out, the second factor, a forgotten password."""

import segno
from flask import Blueprint, current_app, flash, g, redirect, render_template, request, session, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.domain.errors import AutomationError
from app.page.request import COOKIE, actor, caller, language, own_address, public
from app.page.texts import say
from app.queries.offices import letters_of_office
from app.usecases import sign_in as use
from app.usecases.access import SECOND_FACTOR_ROLES

pages = Blueprint("sign_in", __name__)


@pages.get("/")
@public
def start() -> Response:
    return redirect(_home() if g.person else url_for("sign_in.form"), 303)


@pages.get("/sign-in")
@public
def form() -> str | Response:
    return redirect(_next(), 303) if g.person else render_template("sign_in.html", login="", error=None)


@pages.post("/sign-in")
@public
def enter() -> Response | tuple[str, int]:
    login = request.form.get("login", "")
    try:
        secret = use.sign_in(
            login,
            request.form.get("password", ""),
            address=caller(),
            agent=request.user_agent.string,
        )
    except AutomationError as refused:
        return render_template("sign_in.html", login=login, error=refused.text), refused.status
    session.clear()  # the form tokens known before she signed in end here
    if COOKIE in request.cookies:  # whoever worked in this browser before her has left
        use.sign_out(request.cookies[COOKIE])
    return _with_session(redirect(_next(), 303), secret)


@pages.post("/sign-out")
@public
def leave() -> Response:
    use.sign_out(request.cookies.get(COOKIE, ""))
    session.clear()
    answer = redirect(url_for("sign_in.form"), 303)
    answer.delete_cookie(COOKIE)
    return answer


@pages.get("/sign-in/second-factor")
@public
def second_factor() -> str | Response:
    if g.person is None:
        return redirect(url_for("sign_in.form"), 303)
    return _second_factor_page(None)


@pages.post("/sign-in/second-factor")
@public
def confirm() -> Response | tuple[str, int]:
    if g.person is None:
        return redirect(url_for("sign_in.form"), 303)
    try:
        use.second_factor(request.cookies.get(COOKIE, ""), request.form.get("code", ""), by=actor())
    except AutomationError as refused:
        return _second_factor_page(refused), refused.status
    return redirect(_next(), 303)


def _second_factor_page(error: AutomationError | None) -> str:
    secret = uri = code = None
    if not g.person.totp_confirmed:
        secret, uri = use.totp_setup(by=actor())
        code = Markup(segno.make(uri).svg_inline(scale=4, svgclass="qr", lineclass=None, omitsize=True))  # noqa: S704 - segno draws it
    return render_template("second_factor.html", secret=secret, qr=code, error=error.text if error else None)


@pages.get("/sign-in/forgotten")
@public
def forgotten() -> str:
    return render_template("forgotten.html", sent=False)


@pages.post("/sign-in/forgotten")
@public
def send_link() -> str:
    use.ask_for_reset(
        request.form.get("login", ""),
        address=caller(),
        link=current_app.config["QABYLDAU"].base_url + "/sign-in/new-password/{token}",
        letters=letters_of_office,
    )
    return render_template("forgotten.html", sent=True)


@pages.get("/sign-in/new-password/<token>")
@public
def new_password(token: str) -> str:  # noqa: ARG001 - part of the address
    return render_template("new_password.html", error=None)


@pages.post("/sign-in/new-password/<token>")
@public
def set_password(token: str) -> Response | tuple[str, int]:
    try:
        use.reset_password(token, request.form.get("password", ""))
    except AutomationError as refused:
        return render_template("new_password.html", error=refused.text), refused.status
    flash(say(language(), "sign_in.password_set"))
    return redirect(url_for("sign_in.form"), 303)


def _with_session(answer: Response, secret: str) -> Response:
    answer.set_cookie(
        COOKIE, secret, httponly=True, samesite="Lax", secure=current_app.config["SESSION_COOKIE_SECURE"], path="/"
    )
    return answer


def _next() -> str:
    """Where she wanted to go: a page of this site, else the task list."""
    return own_address(request.values.get("next", ""))


def _home() -> str:
    roles = g.person.roles
    if roles & SECOND_FACTOR_ROLES and "operator" in roles:
        return "/incidents"
    if actor().may("work"):
        return "/tasks"
    return "/settings"
