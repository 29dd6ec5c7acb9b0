"""“I cannot receive”: an official, who stands for her, or the coordinator gives a reception day up (KRG-17)."""

from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import AutomationError
from app.page.request import actor, language, needs, person, zone
from app.page.texts import say
from app.page.written import day_of
from app.queries.reception import board
from app.queries.unavailability import asks_for_term
from app.records.answers import RecordsRefusedError
from app.records.unavailability import CAUSES
from app.usecases.unavailability import WHOM, Notice, report

pages = Blueprint("unavailability", __name__, url_prefix="/reception")


@pages.get("/<int:day_id>/unavailable")
@needs("board.see")
def show(day_id: int) -> str:
    """The form of the notice."""
    return _page(day_id)


@pages.post("/<int:day_id>/unavailable")
@needs("board.see")
def send(day_id: int) -> AnyResponse | tuple[str, int]:
    typed = request.form
    notice = Notice(
        day_id,
        typed.get("cause", ""),
        notified_whom=typed.get("whom", "") if typed.get("whom") in WHOM else WHOM[0],
        notified_at=_moment(typed.get("told_on"), typed.get("told_at")),
        note=typed.get("note", "")[:1000],
    )
    try:
        report(notice, by=actor())
    except AutomationError as refused:
        if refused.status not in (409, 422):
            raise
        return _page(day_id, refused), refused.status
    flash(say(language(), "unavailability.sent"))
    return redirect(url_for("reception.show", day_id=day_id), 303)


def _moment(day: str | None, hour: str | None) -> datetime | None:
    """When the notice came, if somebody says so: a date and perhaps an hour; else now."""
    on = day_of(day)
    if on is None:
        return None
    try:
        hours, minutes = (hour or "").strip().replace(".", ":").split(":")
        return datetime(on.year, on.month, on.day, int(hours), int(minutes), tzinfo=zone())
    except ValueError:
        return datetime(on.year, on.month, on.day, tzinfo=zone())


def _page(day_id: int, refused: AutomationError | None = None) -> str:
    found = board(person().office_id, day_id) or abort(404)
    errors = refused.errors if isinstance(refused, RecordsRefusedError) else {}
    return render_template(
        "unavailability.html",
        head=found.head,
        booked=found.tiles.booked,
        causes=CAUSES,
        whom=WHOM,
        typed=request.form,
        error=refused.text if refused and not errors else None,
        errors=errors,
        term=asks_for_term(person().office_id),
    )
