"""The applicant's own page: her appointment behind a personal link. Looking changes nothing; only forms act."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import AutomationError
from app.domain.texts import LANGUAGES, Text
from app.page.dates import hour, long_day
from app.page.request import LANGUAGE_COOKIE, actor, caller, needs, public
from app.page.texts import say
from app.page.written import number_of
from app.queries.visits import Visit
from app.queries.waiting import offer_seen
from app.usecases import visits as use
from app.usecases.demo_clock import follow

pages = Blueprint("visit", __name__)


@pages.get("/visit/<secret>")
@public
def show(secret: str) -> str | AnyResponse:
    """The appointment; for somebody who waits for one, or for an earlier one, what is offered to her."""
    if g.person is None:
        follow()
    if offer_seen(secret) is not None:
        return redirect(url_for("waiting.offer", secret=secret), 303)
    return _page("visit.html", secret, _open(secret))


@pages.post("/visit/<secret>/keep")
@public
def keep(secret: str) -> AnyResponse | tuple[str, int]:
    """Keep the time she chose and ask whether she is sure."""
    visit = _open(secret)
    slot_id = number_of(request.form.get("slot"))
    if slot_id is None:
        return _page("visit.html", secret, visit, error=_sentence("choose")), 422
    try:
        use.keep_time(secret, slot_id)
    except use.LinkEndedError:
        raise
    except AutomationError as refused:
        return _page("visit.html", secret, _open(secret), error=refused.text), refused.status
    return redirect(url_for(".confirm", secret=secret), 303)


@pages.get("/visit/<secret>/confirm")
@public
def confirm(secret: str) -> str | AnyResponse:
    visit = _open(secret)
    if visit.kept is None:
        return redirect(url_for(".show", secret=secret), 303)
    return _page("visit_confirm.html", secret, visit)


@pages.post("/visit/<secret>/move")
@public
def move(secret: str) -> AnyResponse | tuple[str, int]:
    visit = _open(secret)
    slot_id = number_of(request.form.get("slot"))
    try:
        use.move_visit(secret, slot_id or 0)
    except use.LinkEndedError:
        raise
    except AutomationError as refused:
        return _page("visit.html", secret, _open(secret), error=refused.text), refused.status
    flash(say(_speech(visit), "visit.moved"))
    return redirect(url_for(".show", secret=secret), 303)


@pages.get("/visit/<secret>/cancel")
@public
def cancel_form(secret: str) -> str:
    return _page("visit_cancel.html", secret, _open(secret))


@pages.post("/visit/<secret>/cancel")
@public
def cancel(secret: str) -> str | tuple[str, int]:
    visit = _open(secret)
    try:
        use.cancel_visit(secret)
    except use.LinkEndedError:
        raise
    except AutomationError as refused:
        return _page("visit.html", secret, visit, error=refused.text), refused.status
    return _page("visit_ended.html", secret, visit)


@pages.get("/visit/<secret>/reception.ics")
@public
def calendar(secret: str) -> Response:
    _open(secret)
    file = use.visit_calendar(secret)
    return Response(
        file.content,
        mimetype=file.media_type,
        headers={"Content-Disposition": f"attachment; filename={file.name}"},
    )


@pages.post("/reception/booking/<int:case_id>/link/revoke")
@needs("booking.move")
def revoke(case_id: int) -> AnyResponse:
    """The office takes the link back."""
    use.revoke_visit_link(case_id, by=actor())
    flash(say(_reader(), "visit.revoked"))
    return redirect(url_for("reception.move_form", case_id=case_id), 303)


@pages.post("/reception/booking/<int:case_id>/link/renew")
@needs("booking.move")
def renew(case_id: int) -> AnyResponse:
    """The office sends another link."""
    use.send_new_link(case_id, by=actor())
    flash(say(_reader(), "visit.renewed"))
    return redirect(url_for("reception.move_form", case_id=case_id), 303)


def _open(secret: str) -> Visit:
    if g.person is None:
        follow()  # the demo's clock, which otherwise comes with whoever is signed in
    return use.open_visit(secret, address=caller())


def _speech(visit: Visit) -> str:
    """The language she chose on the page, else the one she asked for the reception in."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    return chosen if chosen in LANGUAGES else visit.language


def _reader() -> str:
    return actor().language


def _sentence(key: str) -> Text:
    return Text(*(say(speech, f"visit.{key}") for speech in LANGUAGES))


def _page(template: str, secret: str, visit: Visit, *, error: Text | None = None) -> str:
    speech = _speech(visit)
    words: dict[str, Any] = {
        "lang": speech,
        "t": partial(say, speech),
        "tell": lambda said: said.in_(speech) if isinstance(said, Text) else said or "",
        "day_of": lambda at: long_day(at.astimezone(visit.zone).date(), speech),
        "hour_of": lambda at: hour(at, visit.zone),
    }
    return render_template(template, visit=visit, secret=secret, error=error, **words)
