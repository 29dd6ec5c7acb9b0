"""The journal of whom the director receives."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from app.domain import clock
from app.page.dates import local
from app.page.request import language, needs, person, zone
from app.page.texts import say
from app.page.written import day_of, number_of
from app.queries.appeal_search import FILED
from app.queries.director import PAGE, BookedList, booked_with_director
from app.web.tables import table_file

pages = Blueprint("director", __name__, url_prefix="/director")
HEADS = ("number", "day", "time", "place", "official", "consumer", "question", "state", "answer")


@pages.get("")
@needs("director.see")
def index() -> str:
    """KTEK-2.3: from today on, or on the days asked for."""
    first, last = _days()
    page = min(number_of(request.args.get("page")) or 0, 10_000)
    chosen: dict[str, Any] = {"first": first.isoformat() if first else None, "last": last.isoformat() if last else None}
    return render_template(
        "director.html",
        list=_found(limit=PAGE, page=page),
        first=first,
        chosen=chosen,
        page=page,
        size=PAGE,
        files={form: url_for(".as_file", form=form, **chosen) for form in ("csv", "xlsx")},
    )


@pages.get("/list.<form>")
@needs("director.see")
def as_file(form: str) -> Response:
    """The journal of the days as a file."""
    speech = language()
    lines = [
        (
            *(row.number, f"{row.starts_at:%d.%m.%Y}", f"{row.starts_at:%H:%M}", row.place.in_(speech), row.official),
            *(row.consumer, row.question, say(speech, f"director.state_{row.state}"), row.answer),
        )
        for row in _found(limit=FILED).rows
    ]
    return table_file(form, "director", [[say(speech, f"director.{head}") for head in HEADS], *lines])


def _found(*, limit: int, page: int = 0) -> BookedList:
    first, last = _days()
    return booked_with_director(person().office_id, first=first, last=last, limit=limit, page=page)


def _days() -> tuple[date | None, date | None]:
    asked = request.args
    today = local(clock.now(), zone()).date()
    return day_of(asked.get("first")) or (None if asked.get("last") else today), day_of(asked.get("last"))
