"""Files as they are sent to the reader."""

from urllib.parse import quote

from flask import Blueprint, Response, abort

from app.queries.documents import stored_file
from app.web.request import needs, person

pages = Blueprint("files", __name__, url_prefix="/files")


@pages.get("/<int:file_id>")
@needs("case.see")
def send(file_id: int) -> Response:
    file = stored_file(file_id, office_id=person().office_id)
    if file is None:
        abort(404)
    return Response(
        iter(file),
        mimetype=file.media_type,
        headers={
            "Content-Length": str(file.size),
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
