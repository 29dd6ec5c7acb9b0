"""Following what was filed: by number and secret of the talon, which no address ever holds."""

from collections.abc import Callable
from typing import Final

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.page.request import caller, language, public
from app.page.texts import say
from app.page.written import number_of
from app.usecases import portal_follow as use
from app.usecases import portal_lost as lost_talon
from app.usecases.demo_clock import follow
from app.web.portal import front_of

pages = Blueprint("portal_follow", __name__, url_prefix="/portal/<office_id>")
COOKIE: Final = "talon"


@pages.before_request
def follow_the_clock() -> None:
    """In a demo citizens live in the office's virtual time too."""
    follow()


@pages.get("/follow")
@public
def find(office_id: str) -> str:
    return _door(office_id)


@pages.post("/follow")
@public
def enter(office_id: str) -> AnyResponse | tuple[str, int]:
    """Open the page of a talon: the secret goes from the form into a cookie of that page alone."""
    number = request.form.get("number", "")
    try:
        key = use.enter(office_id, number, request.form.get("secret", ""), address=caller())
    except use.TalonUnknownError as unknown:
        return _door(office_id, number, unknown.text), unknown.status
    place = url_for(".show", office_id=office_id, number=key.number)
    answer = redirect(place, 303)
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    answer.set_cookie(COOKIE, key.secret, httponly=True, samesite="Lax", secure=secure, path=place)
    return answer


@pages.get("/follow/<number>")
@public
def show(office_id: str, number: str) -> str | tuple[str, int]:
    """The page of a talon; a browser without its secret is asked for it, whether or not there is such a number."""
    try:
        return _page(_key(office_id, number))
    except use.TalonUnknownError:
        return _door(office_id, number)


@pages.post("/follow/<number>/write")
@public
def write(office_id: str, number: str) -> AnyResponse | tuple[str, int]:
    given = request.files.get("file")
    name = given.filename or "" if given else ""
    content = given.read() if given and name else b""

    def act(key: use.Key) -> None:
        use.write(key, request.form.get("text", ""), file_name=name, content=content)

    return _act(office_id, number, act, "written")


@pages.get("/follow/<number>/withdraw")
@public
def withdraw_form(office_id: str, number: str) -> str | AnyResponse:
    """Ask whether she is sure."""
    found = use.look(_key(office_id, number))
    if not found.may_withdraw:
        return _back(office_id, number)
    return render_template("portal_withdraw.html", front=found.front, filing=found)


@pages.post("/follow/<number>/withdraw")
@public
def withdraw(office_id: str, number: str) -> AnyResponse | tuple[str, int]:
    return _act(office_id, number, lambda key: use.withdraw(key, request.form.get("reason", "")), "withdrawn")


@pages.post("/follow/<number>/rate")
@public
def rate(office_id: str, number: str) -> AnyResponse | tuple[str, int]:
    mark = number_of(request.form.get("mark"))
    return _act(office_id, number, lambda key: use.rate(key, mark, request.form.get("words", "")), "rated")


@pages.post("/follow/<number>/remind")
@public
def remind(office_id: str, number: str) -> AnyResponse | tuple[str, int]:
    def act(key: use.Key) -> None:
        use.remind(key)

    return _act(office_id, number, act, "reminder_set")


@pages.post("/follow/<number>/close")
@public
def close(office_id: str, number: str) -> AnyResponse:
    """Let this browser forget the secret."""
    answer = redirect(url_for("portal.show", office_id=office_id), 303)
    answer.delete_cookie(COOKIE, path=url_for(".show", office_id=office_id, number=number))
    return answer


@pages.get("/lost")
@public
def lost_form(office_id: str) -> str:
    return render_template("portal_lost.html", front=front_of(office_id))


@pages.post("/lost")
@public
def lost(office_id: str) -> AnyResponse:
    """Whatever was typed, the answer is the same."""
    front_of(office_id)
    lost_talon.lost(office_id, request.form.get("contact", ""), address=caller())
    flash(say(language(), "portal.lost_sent"))
    return redirect(url_for(".find", office_id=office_id), 303)


def _key(office_id: str, number: str) -> use.Key:
    return use.Key(office_id, number, request.cookies.get(COOKIE, ""))


def _act(office_id: str, number: str, act: Callable[[use.Key], None], done: str) -> AnyResponse | tuple[str, int]:
    key = _key(office_id, number)
    try:
        act(key)
    except use.TalonUnknownError:
        return _back(office_id, number)
    except AutomationError as refused:
        if refused.status not in (409, 413, 415, 422):
            raise
        return _page(key, error=refused), refused.status
    flash(say(language(), f"portal.{done}"))
    return _back(office_id, number)


def _back(office_id: str, number: str) -> AnyResponse:
    return redirect(url_for(".show", office_id=office_id, number=number), 303)


def _door(office_id: str, number: str = "", error: Text | None = None) -> str:
    return render_template("portal_enter.html", front=front_of(office_id), number=number[:40], error=error)


def _page(key: use.Key, error: AutomationError | None = None) -> str:
    found = use.look(key)
    return render_template("portal_follow.html", front=found.front, filing=found, error=error.text if error else None)
