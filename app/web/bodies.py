"""The door of state bodies: one page for one link, without an account and without JavaScript."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain import clock
from app.domain.clock import ShiftedClock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.page.request import caller, language, public
from app.page.texts import say
from app.queries.body_desk import clock_shift
from app.usecases import body_answers as use
from app.usecases import body_codes as codes
from app.usecases import body_forms
from app.usecases.tasks import InvalidAnswersError, Submitted
from app.web.files import answer_with

pages = Blueprint("bodies", __name__, url_prefix="/b")
COOKIE: Final = "body-link-{}"
KNOWN: Final = "body-known-{}"
"""The secret of a browser in which the code was typed; it stays when the letter's link is opened again."""
_SECRET: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_BUTTONS: Final = ("_add:", "_remove:", "_upload:")


@pages.before_request
def follow_the_clock() -> None:
    """In a demo the body lives in the office's virtual time too."""
    clock.set_clock(ShiftedClock(timedelta(seconds=clock_shift())))


@pages.get("/<secret>")
@public
def enter(secret: str) -> AnyResponse:
    """Take the secret out of the address; whoever looks (a mail scanner, say) changes nothing."""
    if not _SECRET.fullmatch(secret):
        raise use.LinkUnknownError
    link_id = use.enter(secret, address=caller())
    place = url_for("bodies.show", link_id=link_id)
    answer = redirect(place, 303)
    _keep(answer, COOKIE, link_id, secret)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@pages.errorhandler(use.CodeNeededError)
def ask_for_the_code(_needed: use.CodeNeededError) -> AnyResponse | str:
    """The door before the page; what was sent too early comes back to it."""
    link_id = int((request.view_args or {})["link_id"])
    return _door(link_id) if request.method == "GET" else redirect(url_for("bodies.show", link_id=link_id), 303)


@pages.post("/link/<int:link_id>/code")
@public
def send_code(link_id: int) -> AnyResponse:
    """Send the code; only a button does it, so that mail scanners may open the link."""
    codes.ask_for_code(link_id, _secret(link_id), address=caller())
    flash(say(language(), "bodies.code_sent"))
    return redirect(url_for("bodies.show", link_id=link_id, asked=1), 303)


@pages.post("/link/<int:link_id>/confirm")
@public
def confirm(link_id: int) -> AnyResponse | tuple[str, int]:
    typed = request.form.get("code", "")
    try:
        known = codes.confirm(link_id, _secret(link_id), typed, address=caller())
    except (codes.WrongCodeError, codes.CodeOverError) as refused:
        return _door(link_id, refused.text), refused.status
    answer = redirect(url_for("bodies.show", link_id=link_id), 303)
    _keep(answer, KNOWN, link_id, known.secret, known.lasts)
    return answer


@pages.get("/link/<int:link_id>")
@public
def show(link_id: int) -> str:
    return _page(link_id, body_forms.open_link(link_id, _secret(link_id), language()))


@pages.post("/link/<int:link_id>")
@public
def send(link_id: int) -> AnyResponse | tuple[str, int]:
    secret, speech = _secret(link_id), language()
    submitted = request.form.to_dict(flat=False)
    sent, refused = _uploads(link_id, secret, submitted)
    if refused:
        found = body_forms.open_link(link_id, secret, speech, submitted=sent, errors=refused)
        return _page(link_id, found), 422
    if any(name.startswith(_BUTTONS) for name in submitted):
        found = body_forms.open_link(link_id, secret, speech, submitted=sent, rearranged=True)
        return _page(link_id, found), 200
    here = redirect(url_for("bodies.show", link_id=link_id), 303)
    if "_save" in submitted:
        use.save_draft(link_id, secret, submitted=sent)
        flash(say(speech, "bodies.draft_saved"))
        return here
    try:
        done = use.send(link_id, secret, submitted=sent)
    except InvalidAnswersError as invalid:
        found = body_forms.open_link(link_id, secret, speech, submitted=sent, errors=invalid.errors)
        return _page(link_id, found), 422
    flash(say(speech, f"bodies.{done.outcome}"))
    return here


@pages.get("/link/<int:link_id>/files/<int:file_id>")
@public
def send_file(link_id: int, file_id: int) -> Response:
    return answer_with(body_forms.file_by_link(link_id, _secret(link_id), file_id))


def _secret(link_id: int) -> str:
    known = request.cookies.get(KNOWN.format(link_id))
    if known and use.opens(link_id, known):
        return known
    return request.cookies.get(COOKIE.format(link_id)) or abort(404)


def _keep(answer: AnyResponse, cookie: str, link_id: int, secret: str, lasts: timedelta | None = None) -> None:
    answer.set_cookie(
        cookie.format(link_id),
        secret,
        max_age=lasts,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        path=url_for("bodies.show", link_id=link_id),
    )


def _door(link_id: int, error: Text | None = None) -> str:
    found = codes.door(link_id, _secret(link_id))
    asked = "asked" in request.args or error is not None
    return render_template("body_code.html", link_id=link_id, door=found, asked=asked, error=error)


def _page(link_id: int, found: body_forms.Answering) -> str:
    return render_template(
        "body_link.html",
        link_id=link_id,
        state=found.state,
        desk=found.desk,
        form=found.form,
        file_address=lambda file_id: url_for("bodies.send_file", link_id=link_id, file_id=file_id),
    )


def _uploads(link_id: int, secret: str, submitted: Mapping[str, list[str]]) -> tuple[Submitted, dict[str, Text]]:
    """Keep the files that came along, their ids where the form expects them; a sentence for each field refused."""
    sent = {key: list(values) for key, values in submitted.items()}
    refused: dict[str, Text] = {}
    for name, files in request.files.lists():
        for given in files:
            if not given.filename:
                continue
            try:
                file_id = use.upload(link_id, secret, given.filename, given.stream, field=name)
            except AutomationError as problem:
                if problem.status not in (413, 415, 422):
                    raise
                refused[name] = problem.text
            else:
                sent.setdefault(name, []).append(str(file_id))
    return sent, refused
