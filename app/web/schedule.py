"""The public schedule of receptions: a page for everybody, the sheet of the notice board, documents."""

from datetime import date
from functools import partial
from typing import cast

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.texts import Language
from app.page import dates
from app.page.request import public
from app.page.texts import say
from app.page.written import month_of
from app.queries.portal import front
from app.queries.public_schedule import PublicSchedule, offices_with_schedule, public_schedule
from app.queries.schedule_sheet import month_words, schedule_sheet
from app.usecases.demo_clock import follow
from app.web.files import answer_with

pages = Blueprint("schedule", __name__, url_prefix="/schedule")


@pages.get("")
@public
def index() -> AnyResponse | str:
    """The offices; the only one at once."""
    offices = offices_with_schedule()
    if len(offices) == 1:
        return redirect(url_for(".show", office_id=offices[0][0]), 303)
    return render_template("schedule_offices.html", offices=offices)


@pages.get("/<office_id>")
@public
def show(office_id: str) -> str:
    """Who receives when, and where to turn to; it needs no script."""
    shown = _shown(office_id)
    return render_template("schedule_public.html", shown=shown, front=front(office_id), month_words=month_words)


@pages.get("/<office_id>/sheet")
@public
def sheet(office_id: str) -> str:
    """The bilingual sheet for the notice board, A4."""
    shown = _shown(office_id)
    words = {f"in_{speech}": partial(_say, speech) for speech in ("kk", "ru")}
    days = {f"day_{speech}": partial(_day, speech) for speech in ("kk", "ru")}
    return render_template("schedule_sheet.html", shown=shown, month_words=month_words, **words, **days)


@pages.get("/<office_id>/<month>.<any(kk, ru):speech>.<any(pdf, docx):form>")
@public
def document(office_id: str, month: str, speech: str, form: str) -> Response:
    """The sheet as a document in one language."""
    follow()
    made = schedule_sheet(office_id, month_of(month) or abort(404), language=cast(Language, speech), form=form)
    return answer_with(made or abort(404))


def _shown(office_id: str) -> PublicSchedule:
    follow()  # a demo has a clock of its own, also for those who have not signed in
    wanted = request.args.get("month")
    month = (month_of(wanted) or abort(404)) if wanted else None
    return public_schedule(office_id, month) or abort(404)


def _say(speech: str, key: str, **values: str) -> str:
    return say(speech, f"public.{key}", **values)


def _day(speech: str, day: date) -> str:
    return dates.long_day(day, speech)
