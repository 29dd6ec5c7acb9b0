"""What the office does on the portal: it asks the citizen, who is told to look."""

from typing import Final

from sqlalchemy import select

from app.domain import clock
from app.domain.texts import Text
from app.models import Applicant, Case, PortalFiling, PortalMessage
from app.records.talons import page_mark
from app.usecases.access import Actor
from app.usecases.case_acts import EmptyNoteError, NothingWaitsForItError
from app.usecases.history import Event, record
from app.usecases.portal_letters import write_her
from app.usecases.published import NotFoundError
from app.usecases.transaction import transaction

LONGEST: Final = 4000
ASKED_SUBJECT: Final = Text(
    "№ {number}: сізден мәлімет керек", "№ {number}: нужны сведения от вас", "No. {number}: we need something from you"
)
ASKED: Final = Text(
    "№ {number} өтінішіңіз бойынша сұрақ бар. Оны оқып, жауап беретін бет: {page}",
    "По вашему обращению № {number} есть вопрос. Прочитать его и ответить можно здесь: {page}",
    "There is a question about your appeal no. {number}. Read and answer it here: {page}",
)


def ask(case_id: int, text: str, *, by: Actor) -> None:
    """Ask the citizen about what she has filed, or tell her something; a letter and an SMS say where to read it.

    Raises `EmptyNoteError`, `NotFoundError` for a case that was not filed on the portal, `NothingWaitsForItError` for
    one that is closed.
    """
    by.demand("case.note")
    words = text.strip()[:LONGEST]
    if not words:
        raise EmptyNoteError
    with transaction() as session:
        filing = session.scalars(
            select(PortalFiling).where(PortalFiling.case_id == case_id, PortalFiling.office_id == by.office_id)
        ).first()
        if filing is None:
            raise NotFoundError
        case = session.get_one(Case, case_id)
        if case.closed_at is not None:
            raise NothingWaitsForItError
        now = clock.now()
        session.add(
            PortalMessage(office_id=by.office_id, filing_id=filing.id, text=words, written_at=now, written_by=by.id)
        )
        applicant = session.get(Applicant, case.applicant_id) if case.applicant_id else None
        if applicant is not None:
            told = {"number": filing.number, "page": page_mark(filing)}
            write_her(session, filing, applicant, ASKED_SUBJECT, ASKED, ASKED, told)
        event = Event("portal_asked", None, {"filing": filing.id})
        record(session, [event], at=now, office_id=by.office_id, case_id=case_id, by=by.id)
