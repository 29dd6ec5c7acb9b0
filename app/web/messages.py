"""Messages: what waits for a receiver and why, and what became of the others."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import AutomationError
from app.page.request import actor, language, needs, person
from app.page.texts import say
from app.page.written import row_id
from app.queries.messages import MESSAGE_STATUSES, REASONS, message_list
from app.usecases import messages as use

pages = Blueprint("messages", __name__, url_prefix="/settings/messages")


@pages.get("")
@needs("message.see")
def index() -> str:
    return _page()


def _page(error: AutomationError | None = None) -> str:
    status = request.args.get("status", "waiting")
    status = status if status in MESSAGE_STATUSES else "waiting"
    reason = request.args.get("reason", "")
    reason = reason if reason in REASONS and status == "waiting" else ""
    name = request.args.get("name", "").strip()[:200]
    found = message_list(
        person().office_id,
        status=status,
        reason=reason or None,
        name=name,
        after=request.args.get("after", type=row_id),
    )
    return render_template(
        "messages.html",
        list=found,
        status=status,
        reason=reason,
        name=name,
        statuses=MESSAGE_STATUSES,
        reasons=REASONS,
        error=error.text if error else None,
    )


@pages.post("/<int:message_id>/retry")
@needs("message.operate")
def retry(message_id: int) -> AnyResponse | tuple[str, int]:
    return _act(lambda: use.retry(message_id, by=actor()), "retried")


@pages.post("/<int:message_id>/discard")
@needs("message.operate")
def discard(message_id: int) -> AnyResponse | tuple[str, int]:
    return _act(lambda: use.discard(message_id, reason=request.form.get("reason", ""), by=actor()), "discarded")


def _act(act: Callable[[], None], done: str) -> AnyResponse | tuple[str, int]:
    try:
        act()
    except AutomationError as refused:
        if refused.status == 404:
            raise
        return _page(refused), refused.status
    flash(say(language(), f"messages.{done}"))
    return redirect(url_for("messages.index"), 303)
