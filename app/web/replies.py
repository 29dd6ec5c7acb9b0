"""The day's list of replies that leave the office: for Kazpost with barcodes, to print or as a table."""

from datetime import date

from flask import Blueprint, Response, render_template, request, url_for

from app.page.request import actor, language, needs, person
from app.page.texts import say
from app.page.written import day_of
from app.queries.reply_dispatches import dispatches, methods_of
from app.records.zones import today_of, zone_of_office
from app.web.tables import table_file

pages = Blueprint("replies", __name__, url_prefix="/replies")
HEADS = ("number", "written_on", "recipient", "address", "method", "barcode", "sent_at", "sent_by", "evidence", "case")


@pages.get("/dispatch")
@needs("dispatch.see")
def index() -> str:
    """Replies sent on a day, by method; those ready to be sent stand above them (SKE-3.7)."""
    day, method = _day(), _method()
    return render_template(
        "replies_dispatch.html",
        day=day,
        method=method,
        methods=methods_of(person().office_id),
        list=dispatches(person().office_id, day, method=method),
        zone=zone_of_office(person().office_id),
        printing=request.args.get("print") == "1",
        csv=url_for(".as_csv", day=day.isoformat(), method=method or None),
    )


@pages.get("/dispatch/list.csv")
@needs("dispatch.see")
def as_csv() -> Response:
    """The list of a day as chosen; names and addresses only for whoever may see them."""
    zone, speech, sees = zone_of_office(person().office_id), language(), actor().may("personal_data.see")
    lines = [[say(speech, f"replies.{head}") for head in HEADS]]
    for row in dispatches(person().office_id, _day(), method=_method()).rows:
        sent_at = f"{row.sent_at.astimezone(zone):%d.%m.%Y %H:%M}" if row.sent_at else ""
        written = f"{row.written_on:%d.%m.%Y}" if row.written_on else ""
        whom = (row.recipient, row.address) if sees else ("", "")
        told = (row.method.in_(speech), row.barcode, sent_at, row.sent_by, row.evidence, row.case_number)
        lines.append([row.number, written, *whom, *told])
    return table_file("csv", "replies", lines)


def _day() -> date:
    """The day asked for, else today on the office's clock."""
    return day_of(request.args.get("day")) or today_of(person().office_id)


def _method() -> str:
    asked = request.args.get("method", "")
    return asked if asked in dict(methods_of(person().office_id)) else ""
