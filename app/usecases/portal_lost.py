"""A lost talon: a new secret goes to the address or number that was given at the filing, and nothing is told."""

from datetime import timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.contacts import phones, same_phone
from app.domain.talons import hash_of
from app.domain.texts import Text
from app.models import Applicant, Case, PortalFiling
from app.records.talons import page_mark, talon_mark
from app.usecases.limits import count_attempt
from app.usecases.portal_follow import tell
from app.usecases.portal_letters import write_her
from app.usecases.transaction import transaction

DAY: Final = timedelta(days=1)
LOST_OF_ADDRESS: Final = 10
LOST_OF_CONTACT: Final = 3
NEW_SUBJECT: Final = Text(
    "№ {number}: жаңа құпия код", "№ {number}: новый секретный код", "No. {number}: a new secret code"
)
NEW_SECRET: Final = Text(
    "№ {number} өтінішіңіздің жаңа құпия коды: {secret}\n\nБұрынғы код енді жұмыс істемейді. Бет: {page}\n\n"
    "Кодты сұрамаған болсаңыз, бұл хатты елемеңіз: жаңа код тек осы хатта бар.",
    "Новый секретный код вашего обращения № {number}: {secret}\n\nПрежний код больше не действует. Страница: {page}"
    "\n\nЕсли вы его не просили, ничего не делайте: новый код есть только в этом письме.",
    "The new secret code of your appeal no. {number}: {secret}\n\nThe former one does not work any more. Page: {page}"
    "\n\nIf you have not asked for it, do nothing: the new code stands in this letter only.",
)
NEW_SHORT: Final = Text("{number}: жаңа код {secret}", "{number}: новый код {secret}", "{number}: new code {secret}")


def lost(office_id: str, contact: str, *, address: str) -> None:
    """Send new secrets of what was filed with this e-mail address or telephone, to the same place.

    Whether there is anything is not told. Raises `TooManyAttemptsError`.
    """
    count_attempt(f"portal-lost-from:{address}", most=LOST_OF_ADDRESS, window=DAY)
    wanted = contact.strip().casefold()[:254]
    count_attempt(f"portal-lost:{office_id}:{hash_of(wanted)[:32]}", most=LOST_OF_CONTACT, window=DAY)
    with transaction() as session:
        for filing, applicant in _filed_with(session, office_id, wanted):
            filing.talon_round += 1
            session.flush()
            told = {"number": filing.number, "secret": talon_mark(filing), "page": page_mark(filing)}
            write_her(session, filing, applicant, NEW_SUBJECT, NEW_SECRET, NEW_SHORT, told)
            tell(session, filing, "portal_secret_renewed")


def _filed_with(session: Session, office_id: str, contact: str) -> list[tuple[PortalFiling, Applicant]]:
    """The newest five filings of whoever gave this address or number."""
    numbers = phones(contact) if "@" not in contact else frozenset()
    if not numbers and "@" not in contact:
        return []
    same = (
        func.lower(Applicant.email) == contact
        if "@" in contact
        else func.right(Applicant.phone, 6).in_([each[-6:] for each in numbers])
    )
    rows = session.execute(
        select(PortalFiling, Applicant)
        .join(Case, Case.id == PortalFiling.case_id)
        .join(Applicant, Applicant.id == Case.applicant_id)
        .where(PortalFiling.office_id == office_id, Applicant.office_id == office_id, same)
        .order_by(PortalFiling.id.desc())
        .limit(20)
    ).all()
    found = [(row[0], row[1]) for row in rows if not numbers or same_phone(numbers, phones(row[1].phone))]
    return found[:5]
