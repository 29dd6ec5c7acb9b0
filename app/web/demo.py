"""The demo's clock and mailbox."""

from urllib.parse import urlsplit

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import AutomationError
from app.page.request import actor, language, needs
from app.queries.mailbox import mailbox, message
from app.usecases.demo_clock import move_clock

pages = Blueprint("demo", __name__, url_prefix="/demo")
STEPS = ("hour", "working_day", "next")


@pages.post("/clock")
@needs("clock.move")
def clock() -> AnyResponse:
    step = request.form.get("step", "")
    if step not in STEPS:
        abort(404)
    try:
        move_clock(step, by=actor())
    except AutomationError as refused:
        flash(refused.text.in_(language()))
    return redirect(_local(request.form.get("back", "")), 303)


@pages.get("/mailbox")
@needs("mailbox.see")
def letters() -> str:
    find = request.args.get("find", "")[:200]
    return render_template("mailbox.html", messages=mailbox(actor().office_id, find), find=find)


@pages.get("/mailbox/<int:message_id>")
@needs("mailbox.see")
def letter(message_id: int) -> str:
    return render_template("mailbox_message.html", message=message(actor().office_id, message_id) or abort(404))


def _local(wanted: str) -> str:
    """The page she came from if it is one of this site, else the start."""
    parts = urlsplit(wanted)
    ours = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    return wanted.rstrip("?") if ours and not parts.netloc and wanted.isprintable() else "/"
