"""One act on several requests: what it would do, doing it, taking it back."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import AutomationError
from app.page.request import actor, language, needs, own_address, person, zone
from app.page.texts import say
from app.page.written import day_of, hour_of, number_of, row_id
from app.queries.bulk import ACTS, MOST, done, preview
from app.records.second_thoughts import TooLateError
from app.usecases import bulk as use
from app.usecases.bulk import Order

pages = Blueprint("bulk", __name__, url_prefix="/reception/bulk")

DO: Final[Mapping[str, Callable[..., int]]] = {
    "notify": use.notify_all,
    "invite": use.invite_all,
    "chase": use.chase_all,
    "print": use.print_all,
    "reassign": use.reassign_all,
}


@pages.get("/<any(notify, invite, chase, print, reassign):act>")
@needs("booking.move")
def look(act: str) -> str:
    """What would happen to each of the chosen requests."""
    return _page(act)


@pages.post("/<any(notify, invite, chase, print, reassign):act>")
@needs("booking.move")
def do(act: str) -> AnyResponse | tuple[str, int]:
    try:
        bulk_id = DO[act](_cases(), _order(), by=actor())
    except AutomationError as refused:
        return _page(act, refused), refused.status
    board = own_address(request.form.get("back", ""))
    return redirect(board if board.startswith("/reception") else url_for(".show", bulk_id=bulk_id), 303)


@pages.get("/<int:bulk_id>")
@needs("booking.move")
def show(bulk_id: int) -> str:
    """What came of it."""
    return render_template("bulk_done.html", bulk=done(person().office_id, bulk_id) or abort(404))


@pages.post("/<int:bulk_id>/take-back")
@needs("booking.move")
def take_back(bulk_id: int) -> AnyResponse:
    try:
        count = use.take_back(bulk_id, by=actor())
    except TooLateError as late:
        flash(late.text.in_(language()))
        return redirect(url_for(".show", bulk_id=bulk_id), 303)
    flash(say(language(), "desk.taken_back", n=count))
    return redirect(url_for(".show", bulk_id=bulk_id), 303)


def _cases() -> list[int]:
    asked = request.form if request.method == "POST" else request.args
    return asked.getlist("case", type=row_id)[:MOST]


def _page(act: str, refused: AutomationError | None = None) -> str:
    if act not in ACTS:
        abort(404)
    typed = request.form if request.method == "POST" else request.args
    back = typed.get("back") or (request.referrer or "").removeprefix(request.host_url.rstrip("/"))
    return render_template(
        "bulk.html",
        look=preview(person().office_id, act, _cases()),
        typed=typed,
        back=back if back.startswith("/reception") and "/bulk" not in back else url_for("reception.index"),
        error=refused.text if refused else None,
    )


def _order() -> Order:
    typed = request.form
    day, hour = day_of(typed.get("day")), hour_of(typed.get("hour"))
    return Order(
        template=typed.get("template", ""),
        words={"kk": typed.get("words_kk", "")[:2000], "ru": typed.get("words_ru", "")[:2000]},
        due_at=datetime.combine(day, hour, zone()) if day and hour else None,
        to=number_of(typed.get("to")),
        reason=typed.get("reason", "").strip()[:500],
    )
