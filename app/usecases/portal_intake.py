"""A filing becomes a case: applicant, matter, files, number and talon, and the message that begins its process."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.talons import hash_of
from app.domain.texts import Text
from app.forms import Checked, Form
from app.models import Applicant, Case, Office, PortalFiling
from app.records import appeals
from app.records.answers import RecordsRefusedError
from app.records.fields import save_answers
from app.records.numbers import enter
from app.records.portal import REGISTER, PortalKind, source_of
from app.records.talons import page_mark, talon_secret
from app.records.visit_links import LinkMaker
from app.usecases.history import Event, record
from app.usecases.outbox import post
from app.usecases.portal_letters import write_her
from app.usecases.tasks import InvalidAnswersError

RECEIPT_SUBJECT: Final = Text(
    "№ {number}: өтінішіңіз қабылданды", "№ {number}: ваше обращение принято", "No. {number}: we have your appeal"
)
RECEIPT: Final = Text(
    "Өтінішіңіз қабылданды. Нөмірі: {number}.\n\nҚай сатыда екенін мына бетте көресіз: {page}\n\n"
    "Бет талондағы құпия кодты сұрайды. Кодты ешкімге айтпаңыз.",
    "Ваше обращение принято. Номер: {number}.\n\nКак оно идёт, видно на странице: {page}\n\n"
    "Страница спросит секретный код с талона. Никому его не сообщайте.",
    "Your appeal was received. Its number: {number}.\n\nHow it goes is shown on this page: {page}\n\n"
    "The page asks for the secret code of the talon. Tell it to nobody.",
)
RECEIPT_SHORT: Final = Text(
    "Өтінішіңіз қабылданды: {number}. {page}",
    "Обращение принято: {number}. {page}",
    "Your appeal was received: {number}. {page}",
)


def take_in(
    session: Session,
    office: Office,
    kind: PortalKind,
    filing: PortalFiling,
    answers: Checked,
    *,
    form: Form,
    maker: LinkMaker,
) -> None:
    """Make the case of a filing in the caller's transaction and put the message on its way.

    Names, addresses and the matter go into the records; the message says only which filing it is. Raises
    `InvalidAnswersError` for what the records refuse.
    """
    now, records = clock.now(), answers.records
    case = Case(
        office_id=office.id,
        kind=kind.case,
        language=str(records.get("applicant.language") or "ru"),
        status="running",
        opened_at=now,
        opened_by=None,
    )
    session.add(case)
    session.flush()  # everything below needs case.id
    if kind.case == appeals.KIND:
        appeals.take_in(session, office_id=office.id, case_id=case.id, source=source_of(office), now=now)
    try:
        save_answers(
            session,
            office_id=office.id,
            case_id=case.id,
            records={**kind.records, **records},
            variables={},
            item=None,
            by=None,
            now=now,
        )
    except RecordsRefusedError as refused:
        raise InvalidAnswersError(form.errors_at(refused.errors)) from refused
    number = enter(
        session, office_id=office.id, register=REGISTER, now=now, case_id=case.id, facts={"kind": kind.code}
    ).label
    if kind.case == appeals.KIND:
        row = appeals.take_in(session, office_id=office.id, case_id=case.id, source=source_of(office), now=now)
        row.external_number = number
    _file(session, filing, case, number, maker)
    told = {key: answers.variables.get(key) for key in kind.told}
    payload = {**told, "filing": filing.id, "kind": kind.code, "language": case.language, "number": number}
    post(
        session,
        office.id,
        kind.message,
        case_id=case.id,
        payload=payload,
        now=now,
        idempotency_key=f"portal:{filing.id}",
    )
    facts = {"kind": kind.code, "number": number}
    record(session, [Event("portal_filed", None, facts)], at=now, office_id=office.id, case_id=case.id)
    _confirm(session, filing, case)


def _file(session: Session, filing: PortalFiling, case: Case, number: str, maker: LinkMaker) -> None:
    """From now on it is filed: nothing typed stays in the draft, of the talon's secret only the hash."""
    filing.filed_at, filing.saved_at, filing.answers = clock.now(), clock.wall(), {}
    filing.case_id, filing.number, filing.language = case.id, number, case.language
    filing.talon_hash = hash_of(talon_secret(filing, maker))
    session.flush()


def _confirm(session: Session, filing: PortalFiling, case: Case) -> None:
    applicant = session.scalars(select(Applicant).where(Applicant.id == case.applicant_id)).first()
    if applicant is not None:
        told = {"number": filing.number, "page": page_mark(filing)}
        write_her(session, filing, applicant, RECEIPT_SUBJECT, RECEIPT, RECEIPT_SHORT, told)
