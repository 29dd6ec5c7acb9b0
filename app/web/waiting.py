"""The waiting list: the coordinator's page, and the applicant's answer to an offer by her link."""

from functools import partial

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import AutomationError
from app.domain.texts import LANGUAGES, Text
from app.page.dates import hour, long_day
from app.page.request import LANGUAGE_COOKIE, actor, language, needs, person, public, zone
from app.page.texts import say
from app.page.written import day_of, number_of
from app.queries.waiting import case_by_number, offer_seen, waiting_page
from app.usecases import waiting as use
from app.usecases.demo_clock import follow
from app.usecases.visits import LinkEndedError

pages = Blueprint("waiting", __name__)


@pages.get("/reception/waiting")
@needs("board.see")
def index() -> str:
    return _page()


@pages.post("/reception/waiting")
@needs("booking.move")
def enter() -> AnyResponse | tuple[str, int]:
    """Put a case on the list by its number."""
    typed = request.form
    case_id = case_by_number(person().office_id, typed.get("case_number", ""))
    if case_id is None:
        return _page({"case_number": _sentence("no_such_case")}), 422
    wish = use.Wish(number_of(typed.get("official_id")), day_of(typed.get("from_day")), day_of(typed.get("to_day")))
    try:
        use.wait_for_place(case_id, wish, by=actor())
    except use.WrongPeriodError as refused:
        return _page({"to_day": refused.text}), refused.status
    except AutomationError as refused:
        return _page({"case_number": refused.text}), refused.status
    flash(say(language(), "waiting.entered"))
    return redirect(url_for(".index"), 303)


@pages.post("/reception/waiting/<int:entry_id>/answer")
@needs("booking.move")
def answer(entry_id: int) -> AnyResponse:
    """What she said on the telephone."""
    accept = request.form.get("answer") == "accept"
    use.answer_offer(entry_id, accept=accept, by=actor())
    flash(say(language(), "waiting.accepted" if accept else "waiting.declined"))
    return redirect(url_for(".index"), 303)


@pages.post("/reception/waiting/<int:entry_id>/remove")
@needs("booking.move")
def remove(entry_id: int) -> AnyResponse:
    use.stop_waiting(entry_id, by=actor())
    flash(say(language(), "waiting.removed"))
    return redirect(url_for(".index"), 303)


@pages.get("/visit/<secret>/offer")
@public
def offer(secret: str) -> str:
    """What is offered; looking answers nothing."""
    return _offer_page(secret)


@pages.post("/visit/<secret>/offer")
@public
def answer_offer(secret: str) -> AnyResponse | str | tuple[str, int]:
    if g.person is None:
        follow()
    accept = request.form.get("answer") == "accept"
    try:
        use.answer_by_link(secret, accept=accept)
    except LinkEndedError:
        raise
    except AutomationError as refused:
        return _offer_page(secret, error=refused.text), refused.status
    return _offer_page(secret, answered="accepted" if accept else "declined")


def _page(errors: dict[str, Text] | None = None) -> str:
    found = waiting_page(person().office_id)
    return render_template("waiting.html", page=found, typed=request.form, errors=errors or {}, here=zone())


def _sentence(key: str) -> Text:
    return Text(*(say(speech, f"waiting.{key}") for speech in LANGUAGES))


def _offer_page(secret: str, *, error: Text | None = None, answered: str = "") -> str:
    if g.person is None:
        follow()
    found = offer_seen(secret)
    if found is None and not answered and error is None:
        raise use.OfferEndedError
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    speech = chosen if chosen in LANGUAGES else found.language if found else language()
    return render_template(
        "visit_offer.html",
        offer=found,
        secret=secret,
        error=error,
        answered=answered,
        lang=speech,
        t=partial(say, speech),
        tell=lambda said: said.in_(speech) if isinstance(said, Text) else said or "",
        day_of=lambda at: long_day(at.astimezone(zone()).date(), speech),
        hour_of=lambda at: hour(at, zone()),
    )
