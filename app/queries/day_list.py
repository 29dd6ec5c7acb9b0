"""The list of persons of a reception day as a document, as it stands now (KST-S04.1)."""

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.templates import parse, render
from app.domain.texts import Language
from app.gateways.documents import Document, Provenance, parse_document, to_docx, to_pdf
from app.models import ProcessVersion, ReceptionDay
from app.models.database import reading
from app.queries.documents import StoredFile
from app.records.bundles import unpack
from app.records.reception_facts import day_facts
from app.records.terms import office_calendar

PROCESS: Final = "personal_reception"
TEMPLATE: Final = "day_list"
FORMS: Final[Mapping[str, tuple[str, Callable[[Document, Provenance], bytes]]]] = {
    "pdf": ("application/pdf", to_pdf),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", to_docx),
}


def day_list(office_id: str, day_id: int, *, language: Language, form: str, made_by: str) -> StoredFile | None:
    """The list in Kazakh or Russian as "pdf" or "docx"; None when the office has no such day, template or form."""
    now = clock.now()
    with reading() as session:
        day = session.scalars(
            select(ReceptionDay).where(ReceptionDay.id == day_id, ReceptionDay.office_id == office_id)
        ).first()
        source = _template(session, office_id, language)
        if day is None or source is None or form not in FORMS:
            return None
        facts = day_facts(session, day_id, language, now, made_by=made_by)
        made_at = office_calendar(session, office_id).local(now)
    document = parse_document(render(parse(source), facts), language=language)
    media_type, written = FORMS[form]
    content = written(document, Provenance(made_by=made_by, made_at=made_at, number=""))
    return StoredFile(f"{document.title} {day.day:%d.%m.%Y}.{form}", media_type, len(content), [content])


def _template(session: Session, office_id: str, language: str) -> str | None:
    """The words of the newest published version of the process."""
    blob = session.scalar(
        select(ProcessVersion.bundle)
        .where(ProcessVersion.office_id == office_id, ProcessVersion.process_key == PROCESS)
        .order_by(ProcessVersion.id.desc())
        .limit(1)
    )
    documents: Mapping[str, str] = unpack(blob)["documents"] if blob else {}
    return documents.get(f"{TEMPLATE}.{language}")
