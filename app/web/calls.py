"""The call list: whom to call, what to say, what came of it."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import AutomationError
from app.page.dates import hour, long_day
from app.page.request import actor, language, needs, own_address, person, zone
from app.page.texts import say
from app.queries.calls import calls
from app.queries.notices import Notice, to_call
from app.queries.reception import DayHead
from app.queries.reception_room import CallRow, call_list
from app.usecases import notices
from app.usecases.calls import OUTCOMES, record_call

pages = Blueprint("calls", __name__, url_prefix="/reception")


@pages.get("/calls")
@needs("board.see")
def everyone() -> str:
    """Everybody who is to be called now, those who asked to be told by telephone first."""
    office = person().office_id
    return render_template(
        "reception_calls_all.html",
        list=calls(office),
        script=script,
        outcomes=OUTCOMES,
        notices=to_call(office),
        told=told,
        notice_outcomes=notices.OUTCOMES,
    )


@pages.get("/<int:day_id>/calls")
@needs("board.see")
def of_day(day_id: int) -> str:
    """Who is to be called before one day, with the words to say."""
    found = call_list(person().office_id, day_id) or abort(404)
    return render_template("reception_calls.html", list=found, script=script, outcomes=OUTCOMES)


@pages.post("/calls/<int:case_id>")
@needs("booking.move")
def record(case_id: int) -> AnyResponse:
    """Record what came of a call made just now."""
    back = own_address(request.form.get("back", ""))
    outcome = request.form.get("outcome", "")
    try:
        record_call(case_id, outcome, remarks=request.form.get("remarks", ""), by=actor())
        flash(say(language(), f"calls.noted_{outcome}"))
    except AutomationError as refused:
        if refused.status in {403, 404}:
            raise
        flash(refused.text.in_(language()))
    return redirect(back if back.startswith("/reception/") else url_for(".everyone"), 303)


@pages.post("/calls/notices/<int:letter_id>")
@needs("booking.move")
def record_notice(letter_id: int) -> AnyResponse:
    """Record what came of a call by which an applicant was told."""
    outcome = request.form.get("outcome", "")
    try:
        notices.note_call(letter_id, outcome, remarks=request.form.get("remarks", ""), by=actor())
        flash(say(language(), f"notices.noted_{outcome}"))
    except notices.NoticeSentError as refused:
        flash(refused.text.in_(language()))
    return redirect(url_for(".everyone"), 303)


def told(notice: Notice) -> str:
    """What to say to somebody who is told by telephone, in her language."""
    speech = notice.language
    office = person().office_name.get(speech) or person().office_name["ru"]
    words = notice.script or f"{notice.subject}."
    return say(speech, "notices.script", name=notice.recipient, office=office, words=words)


def script(row: CallRow, head: DayHead) -> Mapping[str, Any]:
    """What to say on the telephone, in the applicant's language."""
    speech = row.language if row.language in ("kk", "ru") else "ru"
    day = long_day(head.day, speech)
    facts = {
        "name": row.applicant,
        "office": person().office_name.get(speech) or person().office_name["ru"],
        "day": day[:1].lower() + day[1:],
        "hour": hour(row.starts_at, zone()) if row.starts_at else "",
        "place": head.place.in_(speech).rstrip("."),
    }
    return {"language": speech, "words": say(speech, "reception.script", **facts)}
