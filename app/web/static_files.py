"""Static files as browsers keep them: the sheet, scripts and drawings travel packed."""

import gzip
import mimetypes
from functools import cache
from pathlib import Path
from typing import Final

from flask import Flask, Response, request
from werkzeug.security import safe_join
from werkzeug.wrappers import Response as AnyResponse

PACKED: Final = (".css", ".js", ".svg")


def pack_static_files(app: Flask) -> None:
    """Send what packs well as gzip to whoever takes it, everything else as it is."""
    folder = str(app.static_folder)

    def send(filename: str) -> AnyResponse:
        path = safe_join(folder, filename)
        if path is None or not filename.endswith(PACKED) or not request.accept_encodings["gzip"]:
            return app.send_static_file(filename)
        file = Path(path)
        if not file.is_file():
            return app.send_static_file(filename)  # which answers 404
        content = _packed(path, file.stat().st_mtime_ns)
        answer = Response(content, mimetype=mimetypes.guess_type(filename)[0])
        answer.headers["Content-Encoding"] = "gzip"
        answer.vary.add("Accept-Encoding")
        answer.cache_control.public = True
        answer.cache_control.max_age = app.get_send_file_max_age(filename)
        answer.add_etag()
        return answer.make_conditional(request)

    app.view_functions["static"] = send


@cache
def _packed(path: str, _changed: int) -> bytes:
    return gzip.compress(Path(path).read_bytes(), 9, mtime=0)
