"""The portal for citizens: what one can do, filing step by step, the talon; without an account or JavaScript."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import segno
from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.page.request import caller, language, public
from app.page.texts import say
from app.queries.portal import Front, front, portals
from app.queries.portal_figures import portal_figures
from app.queries.schedule_sheet import month_words
from app.records.visit_links import LinkMaker
from app.usecases import portal as use
from app.usecases import portal_drafts as drafts
from app.usecases.demo_clock import follow
from app.usecases.tasks import InvalidAnswersError, Submitted
from app.web.files import answer_with

pages = Blueprint("portal", __name__, url_prefix="/portal")
BROWSER: Final = "portal-draft"
SIZE: Final = "portal-size"
YEAR: Final = timedelta(days=365)
_BUTTONS: Final = ("_add:", "_remove:", "_upload:")


@pages.before_request
def follow_the_clock() -> None:
    """In a demo citizens live in the office's virtual time too."""
    follow()


@pages.get("")
@public
def index() -> AnyResponse | str:
    """The offices that have a portal; the only one at once."""
    found = portals()
    if len(found) == 1:
        return redirect(url_for(".show", office_id=found[0].office_id), 303)
    return render_template("portal_offices.html", offices=found)


@pages.get("/<office_id>")
@public
def show(office_id: str) -> str:
    return render_template("portal.html", front=front_of(office_id))


@pages.get("/<office_id>/disagree")
@public
def disagree(office_id: str) -> str:
    """How and where to complain about the answer, or about there being none."""
    return render_template("portal_disagree.html", front=front_of(office_id))


@pages.get("/<office_id>/figures")
@public
def figures(office_id: str) -> str:
    """What the office publishes of its appeals."""
    found = portal_figures(office_id, clock.now()) or abort(404)
    return render_template("portal_figures.html", front=front_of(office_id), figures=found, month_words=month_words)


@pages.get("/<office_id>/size/<any(large, usual):size>")
@public
def size(office_id: str, size: str) -> AnyResponse:
    """The same pages in large print, or as usual."""
    answer = redirect(url_for(".show", office_id=office_id), 303)
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    answer.set_cookie(SIZE, size, max_age=YEAR, httponly=True, samesite="Lax", secure=secure, path="/portal")
    return answer


@pages.get("/<office_id>/file/<code>")
@public
def write(office_id: str, code: str) -> str:
    return _form(use.open_form(office_id, code, _browser(), language()))


@pages.post("/<office_id>/file/<code>")
@public
def keep(office_id: str, code: str) -> AnyResponse | tuple[AnyResponse | str, int]:
    """Keep what was typed; then show the form again with what is wrong, or lead on to the check."""
    submitted, speech = request.form.to_dict(flat=False), language()
    sent, refused, browser = _uploads(office_id, code, submitted)
    if refused:
        return _again(office_id, code, browser, sent, errors=refused), 422
    if any(name.startswith(_BUTTONS) for name in submitted):
        return _again(office_id, code, browser, sent, rearranged=True), 200
    browser = drafts.keep(office_id, code, browser, sent, language=speech, address=caller())
    if "_save" in submitted:
        flash(say(speech, "portal.draft_saved", days=drafts.DRAFT_DAYS))
        return _kept(redirect(url_for(".write", office_id=office_id, code=code), 303), office_id, code, browser)
    try:
        use.check(office_id, code, browser, speech)
    except InvalidAnswersError as invalid:
        return _again(office_id, code, browser, sent, errors=invalid.errors), 422
    return _kept(redirect(url_for(".check", office_id=office_id, code=code), 303), office_id, code, browser)


@pages.get("/<office_id>/file/<code>/check")
@public
def check(office_id: str, code: str) -> str | AnyResponse:
    """Everything once more before it is sent."""
    try:
        found = use.check(office_id, code, _browser(), language())
    except (use.DraftLostError, InvalidAnswersError):
        return redirect(url_for(".write", office_id=office_id, code=code), 303)
    return render_template("portal_check.html", front=front_of(office_id), checking=found)


@pages.post("/<office_id>/file/<code>/send")
@public
def send(office_id: str, code: str) -> AnyResponse:
    try:
        use.send(office_id, code, _browser(), request.form.get("key", ""), maker=maker(), address=caller())
    except use.DraftChangedError as changed:
        flash(changed.text.in_(language()))
        return redirect(url_for(".check", office_id=office_id, code=code), 303)
    return redirect(url_for(".talon", office_id=office_id, code=code), 303)


@pages.get("/<office_id>/file/<code>/talon")
@public
def talon(office_id: str, code: str) -> str | AnyResponse:
    """Number and secret, to be printed or copied; this browser shows it for half an hour."""
    try:
        found = use.talon(office_id, code, _browser(), maker=maker())
    except use.DraftLostError:
        return redirect(url_for(".show", office_id=office_id), 303)
    place = url_for("portal_follow.show", office_id=office_id, number=found.number, _external=True)
    front_page = front_of(office_id)
    return render_template("portal_talon.html", front=front_page, talon=found, place=place, code_of=square(place))


@pages.post("/<office_id>/file/<code>/close")
@public
def close(office_id: str, code: str) -> AnyResponse:
    """Let this browser forget the talon: the next one at the same screen must not see it."""
    answer = redirect(url_for(".show", office_id=office_id), 303)
    answer.delete_cookie(BROWSER, path=_place(office_id, code))
    return answer


@pages.get("/<office_id>/file/<code>/files/<int:file_id>")
@public
def send_file(office_id: str, code: str, file_id: int) -> Response:
    """A file that was added to the form, to look at it again."""
    return answer_with(drafts.kept_file(office_id, code, _browser(), file_id))


def front_of(office_id: str) -> Front:
    """The office's portal, or 404."""
    return front(office_id) or abort(404)


def maker() -> LinkMaker:
    """What makes secrets and addresses in this installation."""
    chosen = current_app.config["QABYLDAU"]
    return LinkMaker(chosen.base_url, chosen.secret_key)


def square(words: str) -> Markup:
    """A QR code as SVG without a style of its own."""
    drawn = segno.make(words, error="m").svg_inline(border=2, svgclass=None, lineclass=None, omitsize=True)
    return Markup(drawn)  # noqa: S704 - drawn by us from an address of ours


def print_size() -> str:
    """`large` where the reader has chosen large print."""
    return "large" if request.cookies.get(SIZE) == "large" else ""


def _browser() -> str:
    return request.cookies.get(BROWSER, "")


def _place(office_id: str, code: str) -> str:
    return url_for("portal.write", office_id=office_id, code=code)


def _kept(answer: AnyResponse, office_id: str, code: str, browser: str) -> AnyResponse:
    """The answer, and in it the secret by which this browser finds what it has kept."""
    answer.set_cookie(
        BROWSER,
        browser,
        max_age=timedelta(days=drafts.DRAFT_DAYS),
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        path=_place(office_id, code),
    )
    return answer


def _form(writing: use.Writing) -> str:
    office_id, code = writing.office_id, writing.kind.code
    return render_template(
        "portal_form.html",
        front=front_of(office_id),
        writing=writing,
        file_address=lambda file_id: url_for(".send_file", office_id=office_id, code=code, file_id=file_id),
    )


def _again(
    office_id: str,
    code: str,
    browser: str,
    sent: Submitted,
    *,
    errors: Mapping[str, Text] | None = None,
    rearranged: bool = False,
) -> AnyResponse:
    """The form as it was sent; whatever happens to her connection, it is kept."""
    browser = drafts.keep(office_id, code, browser, sent, language=language(), address=caller())
    found = use.open_form(office_id, code, browser, language(), submitted=sent, errors=errors, rearranged=rearranged)
    return _kept(current_app.make_response(_form(found)), office_id, code, browser)


def _uploads(office_id: str, code: str, submitted: Mapping[str, list[str]]) -> tuple[Submitted, dict[str, Text], str]:
    """Keep the files that came along, their ids where the form expects them; a sentence for each field refused."""
    sent = {key: list(values) for key, values in submitted.items()}
    refused: dict[str, Text] = {}
    browser = _browser()
    for name, files in request.files.lists():
        for given in files:
            if not given.filename:
                continue
            try:
                file_id, browser = drafts.upload(
                    office_id,
                    code,
                    browser,
                    given.filename,
                    given.stream,
                    field=name,
                    language=language(),
                    address=caller(),
                )
            except AutomationError as problem:
                if problem.status not in (413, 415, 422):
                    raise
                refused[name] = problem.text
            else:
                sent.setdefault(name, []).append(str(file_id))
    return sent, refused, browser
