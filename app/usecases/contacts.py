"""Where an applicant is reached changes while her case goes on; who she is does not (KST-REG-4)."""

from dataclasses import dataclass

from sqlalchemy import select

from app.domain import clock
from app.domain.contacts import email_address
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.forms.messages import EMAIL, PHONE
from app.forms.numbers import phone_number
from app.models import AppealCard, Applicant, CardBase, Case
from app.records.cards import change_base
from app.usecases.access import Actor
from app.usecases.history import Event, record
from app.usecases.published import NotFoundError
from app.usecases.transaction import transaction


@dataclass(frozen=True, slots=True)
class Contacts:
    """An address, a telephone and an e-mail as they were typed; an empty one says that there is none."""

    address: str
    phone: str
    email: str


class WrongContactError(AutomationError):
    """Nobody can be reached there; `text` says what to look at."""

    status = 422

    def __init__(self, says: Text) -> None:
        super().__init__()
        self._says = says

    @property
    def text(self) -> Text:
        """What is wrong."""
        return self._says


def change_contacts(case_id: int, given: Contacts, *, by: Actor) -> None:
    """Change where the applicant of a case is reached, in the base section of her card too, which keeps the former.

    Letters written from now on go there. Raises `ForbiddenError`, `NotFoundError` and `WrongContactError`.
    """
    by.demand("case.attach")
    phone = phone_number(given.phone) if given.phone.strip() else None
    if given.phone.strip() and phone is None:
        raise WrongContactError(PHONE)
    email = email_address(given.email.strip())
    if given.email.strip() and email is None:
        raise WrongContactError(EMAIL)
    wanted = {"address": given.address.strip() or None, "phone": phone, "email": email}
    with transaction() as session:
        case = session.scalars(select(Case).where(Case.id == case_id, Case.office_id == by.office_id)).first()
        if case is None or case.applicant_id is None:
            raise NotFoundError
        applicant = session.get_one(Applicant, case.applicant_id, with_for_update=True)
        former = {name: getattr(applicant, name) for name in wanted if getattr(applicant, name) != wanted[name]}
        if not former:
            return
        now = clock.now()
        for name in former:
            setattr(applicant, name, wanted[name])
        card = session.get(AppealCard, case.id)
        if card is not None:
            change_base(session, session.get_one(CardBase, card.base_id), applicant, now=now, by=by.id)
        event = Event(
            "contacts_changed",
            facts={"fields": sorted(former)},
            payload={"from": former, "to": {name: wanted[name] for name in former}},
        )
        record(session, [event], at=now, office_id=case.office_id, case_id=case.id, by=by.id)
