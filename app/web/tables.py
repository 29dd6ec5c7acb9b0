"""A table as a file that a browser saves: CSV or XLSX."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from flask import Response, abort

from app.page.dates import local
from app.page.request import zone
from app.reports.files import CSV, XLSX, table_csv, workbook

WIDTH: Final = 24


def table_file(form: str, name: str, lines: Sequence[Sequence[str]]) -> Response:
    """Lines of cells, the heads first, as csv or xlsx; any other form is not found."""
    if form not in ("csv", "xlsx"):
        abort(404)
    content = table_csv(lines) if form == "csv" else workbook(lines, widths=[WIDTH] * len(lines[0]))
    return Response(
        content,
        mimetype=CSV if form == "csv" else XLSX,
        headers={"Content-Disposition": f"attachment; filename={name}.{form}"},
    )


def day_cell(moment: datetime | None) -> str:
    """The day of a moment on the office's clock; "" where there is none."""
    return f"{local(moment, zone()):%Y-%m-%d}" if moment else ""
