"""Service tasks that e-mail scans between branches, offices and public relations, and keep the proof of receipt."""

from datetime import UTC
from typing import Final

from sqlalchemy import select

from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.handlers.documents import PDF
from app.handlers.letters import desk_of
from app.handlers.records import holders
from app.handlers.registry import Step, Variables, service_task
from app.models import Document, File, Letter, Person
from app.records import incoming_documents as incoming
from app.records.facts import case_facts
from app.records.letters import Recipient, write
from app.records.receipts import proof_of

WITH_SCANS: Final = ("attachment", "resolution")


class NoReportError(AutomationError):
    """Nobody has reported that the letter has arrived."""

    status = 409
    message = Text(
        kk="Жеткізу немесе оқу туралы есеп жоқ: беру туралы белгі қойылмайды. Есепті күтіңіз немесе хатты қайталаңыз.",
        ru="Отчёта о доставке или прочтении нет: отметку о передаче поставить нельзя. Дождитесь отчёта или повторите "
        "письмо.",
        en="There is no delivery or read report: the transfer cannot be marked. Wait for the report or send again.",
    )


@service_task(
    "scans.email",
    kind="record",
    label=Text("Сканды электрондық поштамен жіберу", "Отправить скан по e-mail", "E-mail the scan"),
    sample={"mailed_at": "2025-06-05T05:00:00+00:00"},
)
def email(step: Step, *, template: str, to: object = None, report: bool = False) -> Variables:
    """E-mail the scans of the case and the resolution, if there is one, to a person, by the letter `template`.

    `to` is the person, or a role such as "ske_clerk@sbyt": then everybody who holds it gets a letter. With `report` the
    letter asks for a delivery and a read report, which the journal waits for (SKE-1.11, SKE-2.10). SKE-1.9, SKE-2.1,
    SKE-2.2, SKE-2.3.
    """
    several = holders(step, to) if isinstance(to, str) and not to.isdecimal() else ()
    for person in several or [step.session.get_one(Person, int(str(to)))]:
        letter = _write(step, template, person)
        if report:
            letter.receipt_asked = True
            incoming.document_of(step.session, step.case_id).letter_id = letter.id
    return {"mailed_at": step.now.astimezone(UTC).isoformat()}


def _write(step: Step, template: str, person: Person) -> Letter:
    language = person.language if person.language in ("kk", "ru") else "ru"
    facts = {
        **case_facts(step.session, step.case_id or 0, language, step.now),
        "person": {"full_name": person.full_name},
    }
    files = step.session.scalars(
        select(Document.file_id)
        .join(File, File.id == Document.file_id)
        .where(
            Document.case_id == step.case_id,
            Document.kind.in_(WITH_SCANS),
            Document.language.is_(None) | (Document.language == language) & (File.media_type == PDF),
        )
        .order_by(Document.id)
    )
    recipient = Recipient(person.full_name, person.email, None, language)
    return write(desk_of(step), template, recipient, {language: facts}, files=list(files))[0]


@service_task(
    "scans.mark_transfer",
    kind="record",
    label=Text("Берілгенін журналға белгілеу", "Отметить передачу в журнале", "Mark the transfer"),
    sample={},
)
def mark_transfer(step: Step) -> Variables:
    """Mark in the journal that the branch has the document, with the date of its report (SKE-1.12, SKE-2.11, BR-32).

    Raises `NoReportError` without a stored delivery or read report.
    """
    row = incoming.document_of(step.session, step.case_id)
    proof = proof_of(step.session, row.letter_id or 0)
    if proof is None:
        raise NoReportError
    row.transferred_at = proof.reported_at
    return {}
