"""The coordinator's page of notices on paper: print them, send them, say when."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.page.request import actor, language, needs, person
from app.page.texts import say
from app.page.written import day_of
from app.queries.notices import to_send
from app.usecases import notices as use
from app.web.files import papers

pages = Blueprint("notices", __name__, url_prefix="/reception/notices")


@pages.get("")
@needs("board.see")
def index() -> str:
    return _page()


@pages.post("/<int:letter_id>")
@needs("booking.move")
def sent(letter_id: int) -> AnyResponse | tuple[str, int]:
    """The notice was posted, or put into the cabinet of the portal."""
    typed = request.form.get("sent_on", "")
    on = day_of(typed)
    wrong = use.WrongDayError() if typed.strip() and on is None else None
    try:
        if wrong is None:
            use.note_sending(letter_id, on, remarks=request.form.get("remarks", ""), by=actor())
            flash(say(language(), "notices.noted_sent"))
    except use.WrongDayError as refused:
        wrong = refused
    except use.NoticeSentError as late:
        flash(late.text.in_(language()))
    if wrong is not None:
        return _page(wrong, letter_id, typed), wrong.status
    return redirect(url_for(".index"), 303)


def _page(error: use.WrongDayError | None = None, about: int | None = None, typed: str = "") -> str:
    return render_template(
        "reception_notices.html",
        rows=to_send(person().office_id),
        papers=papers,
        error=error.text if error else None,
        about=about,
        typed=typed,
    )
