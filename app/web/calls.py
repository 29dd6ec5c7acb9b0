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
from app.queries.reception import DayHead
from app.queries.reception_room import CallRow, call_list
from app.usecases.calls import OUTCOMES, record_call

pages = Blueprint("calls", __name__, url_prefix="/reception")


@pages.get("/calls")
@needs("board.see")
def everyone() -> str:
    """Everybody who is to be called now."""
    return render_template("reception_calls_all.html", list=calls(person().office_id), script=script, outcomes=OUTCOMES)


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
