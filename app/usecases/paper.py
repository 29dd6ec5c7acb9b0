"""Notices on paper: letters of the journal typeset as PDF and DOCX with number and date, to be printed and sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.files import ProducedFile
from app.domain.notices import PAPER
from app.domain.templates import escape_markdown
from app.domain.texts import Language, Text
from app.gateways.documents import Provenance, parse_document, to_docx, to_pdf
from app.models import Case, Job, Letter, Office
from app.models.database import reading
from app.records.files import store_produced
from app.records.zones import zone_of_office
from app.usecases.transaction import transaction

KIND: Final = "notice"
_DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_TITLE: Final = Text("№ {number} хабарлама", "Уведомление № {number}", "Notice № {number}")
_HEAD: Final = Text(
    "{office}\n\n**Шығыс нөмірі:** {number}\n**Күні:** {day}\n**Кімге:** {name}\n**Мекенжайы:** {address}\n\n"
    "# {subject}\n\n{body}\n\n::signature Қабылдауды ұйымдастыруға жауапты |",
    "{office}\n\n**Исходящий номер:** {number}\n**Дата:** {day}\n**Кому:** {name}\n**Адрес:** {address}\n\n"
    "# {subject}\n\n{body}\n\n::signature Ответственный за организацию приёма |",
)


@dataclass(frozen=True, slots=True)
class _Notice:
    """A letter with what stands on its paper: the office, its number and its day."""

    language: Language
    office: str
    number: str
    day: str
    name: str
    address: str
    subject: str
    body: str
    made_at: datetime


def typeset(letter_id: int, job_id: int) -> None:
    """Make the letter's paper in the applicant's language and let it wait to be sent; the job ends with it.

    Raises what typesetting raises.
    """
    with reading() as session:
        notice = _notice(session, session.get_one(Letter, letter_id))
    made = _files(notice)
    with transaction() as session:
        letter = session.get_one(Letter, letter_id, with_for_update=True)
        if letter.status == "queued":
            files = store_produced(
                session,
                made,
                office_id=letter.office_id or "",
                case_id=letter.case_id,
                element=None,
                now=notice.made_at,
            )
            letter.files = [*(file.id for file in files), *letter.files]
            letter.status = "to_post"
        session.execute(delete(Job).where(Job.id == job_id))


def number_of(session: Session, letter: Letter) -> str:
    """The outgoing number of a letter on paper: that of its case and which of its papers this is."""
    case = session.get_one(Case, letter.case_id)
    count = session.scalar(
        select(func.count()).where(Letter.case_id == case.id, Letter.channel.in_(PAPER), Letter.id <= letter.id)
    )
    return f"{case.number or case.id}-{count}"


def _notice(session: Session, letter: Letter) -> _Notice:
    office = session.get_one(Office, letter.office_id)
    now = clock.now().astimezone(zone_of_office(office.id))
    return _Notice(
        language="kk" if letter.language == "kk" else "ru",
        office=office.name_kk if letter.language == "kk" else office.name_ru,
        number=number_of(session, letter),
        day=f"{now:%d.%m.%Y}",
        name=letter.recipient,
        address=letter.address or "—",
        subject=letter.subject,
        body=letter.body,
        made_at=now,
    )


def _files(notice: _Notice) -> list[ProducedFile]:
    escaped = {
        name: escape_markdown(getattr(notice, name))
        for name in ("office", "number", "day", "name", "address", "subject")
    }
    source = _HEAD.with_values(**escaped, body=notice.body).in_(notice.language)
    document = parse_document(source, language=notice.language)
    title = _TITLE.with_values(number=notice.number).in_(notice.language)
    known = Provenance(made_by="", made_at=notice.made_at, number=notice.number)
    name = title.replace("/", "-")
    return [
        ProducedFile(KIND, title, f"{name}.pdf", "application/pdf", to_pdf(document, known), notice.language),
        ProducedFile(KIND, title, f"{name}.docx", _DOCX, to_docx(document, known), notice.language),
    ]
