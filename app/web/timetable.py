"""The times of the coming days, on which people are moved by dragging or by a link."""

from datetime import timedelta

from flask import Blueprint, render_template, request

from app.page.request import needs, person
from app.page.written import day_of
from app.queries.timetable import DAYS, timetable

pages = Blueprint("timetable", __name__, url_prefix="/reception")


@pages.get("/timetable")
@needs("board.see")
def show() -> str:
    """Four days side by side."""
    found = timetable(person().office_id, day_of(request.args.get("from")))
    later = found[-1].day + timedelta(days=1) if len(found) == DAYS else None
    return render_template("reception_timetable.html", days=found, later=later)
