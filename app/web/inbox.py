"""The inbox of the office: what came by e-mail, and what becomes of it."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import AutomationError
from app.page.request import actor, language, needs, person
from app.page.texts import say
from app.page.written import number_of
from app.queries.inbox import STATUSES, inbox, inbox_message
from app.usecases import inbox_acts as use
from app.usecases.incoming import mail_sources
from app.usecases.tasks import ReasonMissingError

pages = Blueprint("inbox", __name__, url_prefix="/inbox")
Page = str | tuple[str, int] | AnyResponse


@pages.get("")
@needs("inbox.work")
def index() -> str:
    status = request.args.get("status", "waiting")
    status = status if status in STATUSES else "waiting"
    find = request.args.get("find", "")[:200]
    found = inbox(person().office_id, status=status, find=find, after=number_of(request.args.get("after")))
    return render_template("inbox.html", list=found, status=status, statuses=STATUSES, find=find)


@pages.get("/<int:message_id>")
@needs("inbox.work")
def show(message_id: int) -> str:
    return _page(message_id)


@pages.post("/<int:message_id>/attach")
@needs("inbox.work")
def attach(message_id: int) -> Page:
    def act() -> int:
        return use.attach_to_case(message_id, request.form.get("number", ""), by=actor())

    return _act(message_id, act, "attached")


@pages.post("/<int:message_id>/appeal")
@needs("appeal.open")
def appeal(message_id: int) -> Page:
    return _act(message_id, lambda: use.make_appeal(message_id, request.form.get("source", ""), by=actor()), "appeal")


@pages.post("/<int:message_id>/aside")
@needs("inbox.work")
def aside(message_id: int) -> Page:
    return _act(
        message_id, lambda: use.put_aside(message_id, reason=request.form.get("reason", ""), by=actor()), "aside"
    )


def _act(message_id: int, act: Callable[[], int | None], done: str) -> Page:
    try:
        case_id = act()
    except (use.NoSuchCaseError, use.MessageSettledError, ReasonMissingError) as refused:
        return _page(message_id, refused), refused.status
    flash(say(language(), f"inbox.done_{done}"))
    return redirect(url_for("cases.show", case_id=case_id) if case_id else url_for(".index"), 303)


def _page(message_id: int, error: AutomationError | None = None) -> str:
    message = inbox_message(person().office_id, message_id) or abort(404)
    return render_template(
        "inbox_message.html",
        message=message,
        sources=mail_sources(actor()) if actor().may("appeal.open") else (),
        error=error.text if error else None,
        typed=request.form,
    )
