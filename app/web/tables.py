"""A table as a file that a browser saves: CSV or XLSX."""

from collections.abc import Sequence
from typing import Final

from flask import Response, abort

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
