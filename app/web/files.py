"""Files as they are sent to the reader."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Response, abort

from app.page.request import needs, person
from app.queries.documents import CaseDocument, StoredFile, stored_file

pages = Blueprint("files", __name__, url_prefix="/files")

NAMES: Final = {
    "application/pdf": "PDF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/msword": "DOC",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "image/jpeg": "JPG",
    "image/png": "PNG",
    "text/plain": "TXT",
}


@dataclass(frozen=True, slots=True)
class PaperForm:
    """One file of a document; `size` in kilobytes, `language` where the document has several."""

    name: str
    file_id: int
    size: int
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A document as lists show it: one title, its PDF first, then its other forms."""

    title: str
    added_at: datetime
    forms: list[PaperForm] = field(default_factory=list)

    @property
    def file_id(self) -> int:
        return self.forms[0].file_id


def papers(documents: Iterable[CaseDocument]) -> Sequence[Paper]:
    """Files of one document (same kind, title and moment) together, in the order given."""
    found: dict[tuple[str, str, datetime], list[CaseDocument]] = {}
    for each in documents:
        found.setdefault((each.kind, each.title, each.added_at), []).append(each)
    return [_paper(files) for files in found.values()]


def _paper(files: Sequence[CaseDocument]) -> Paper:
    """By language, the PDF before the others."""
    several = len({each.language for each in files}) > 1
    forms = [
        PaperForm(_name(each), each.file_id, max(1, round(each.size / 1024)), each.language if several else None)
        for each in files
    ]
    forms.sort(key=lambda form: (form.language or "", form.name != "PDF"))
    return Paper(files[0].title, files[0].added_at, forms)


def _name(file: CaseDocument) -> str:
    return NAMES.get(file.media_type) or file.media_type.rpartition("/")[2].upper()


@pages.get("/<int:file_id>")
@needs("case.see")
def send(file_id: int) -> Response:
    file = stored_file(file_id, office_id=person().office_id)
    return answer_with(file or abort(404))


def answer_with(file: StoredFile) -> Response:
    """The file to keep, shut off from the site."""
    return Response(
        iter(file),
        mimetype=file.media_type,
        headers={
            "Content-Length": str(file.size),
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
