"""Files of appeals: chosen, looked at row by row, taken, with their progress."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import AutomationError
from app.domain.incoming import FIELDS
from app.gateways.files import FileRefusedError
from app.gateways.tables import MOST_BYTES, TableUnreadableError
from app.page.request import actor, needs
from app.usecases import incoming_files as use
from app.usecases.incoming import file_sources

pages = Blueprint("intake", __name__, url_prefix="/intake/import")
Page = str | tuple[str, int] | AnyResponse


@pages.get("")
@needs("appeal.open")
def choose() -> str:
    return _choose()


@pages.post("")
@needs("appeal.open")
def send() -> Page:
    file = request.files.get("file")
    content = file.stream.read(MOST_BYTES + 1) if file else b""
    try:
        batch = use.lay_before((file and file.filename) or "", content, request.form.get("source", ""), by=actor())
    except (TableUnreadableError, use.ColumnsMissingError, FileRefusedError) as refused:
        return _choose(refused), refused.status
    return redirect(url_for(".look", batch_id=batch), 303)


@pages.get("/<int:batch_id>")
@needs("appeal.open")
def look(batch_id: int) -> str:
    return _look(batch_id)


@pages.post("/<int:batch_id>")
@needs("appeal.open")
def confirm(batch_id: int) -> Page:
    try:
        use.confirm(batch_id, by=actor())
    except use.FileWrongError as wrong:
        return _look(batch_id, wrong), wrong.status
    return redirect(url_for(".look", batch_id=batch_id), 303)


def _choose(error: AutomationError | None = None) -> str:
    return render_template(
        "intake_import.html",
        sources=file_sources(actor()),
        headings=use.HEADINGS,
        error=error.text if error else None,
        most=use.MOST_ROWS,
    )


def _look(batch_id: int, error: AutomationError | None = None) -> str:
    progress, seen = use.look_at(batch_id, by=actor())
    return render_template(
        "intake_preview.html", batch=progress, seen=seen, fields=FIELDS, error=error.text if error else None
    )
