"""A case with what stands beside it at most once, read by one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import (
    Appeal,
    AppealCard,
    Applicant,
    Booking,
    Case,
    Consultation,
    Grievance,
    IncomingDocument,
    JournalRow,
    KazpostDelivery,
    Office,
    Person,
    PlanEvent,
    ReceptionDay,
    ReceptionRequest,
    RestrictionPeriod,
    Slot,
)
from app.records.bookings import OFF_THE_LIST


@dataclass(frozen=True, slots=True)
class CaseRows:
    """A case and the row of each table that may belong to it; None where there is none.

    `booking` is the appointment as `latest_booking` finds it, `slot`, `day` and `official` are its; `restriction` is
    that of its day.
    """

    case: Case
    office: Office
    applicant: Applicant | None
    booking: Booking | None
    slot: Slot | None
    day: ReceptionDay | None
    official: Person | None
    restriction: RestrictionPeriod | None
    request: ReceptionRequest | None
    appeal: Appeal | None
    card: AppealCard | None
    journal: JournalRow | None
    incoming: IncomingDocument | None
    grievance: Grievance | None
    delivery: KazpostDelivery | None
    event: PlanEvent | None
    consultation: Consultation | None

    @property
    def answers(self) -> Mapping[str, Any]:
        """What the forms of a request for a reception have kept beside its columns."""
        return self.request.answers if self.request else {}


_latest = (
    select(func.max(Booking.id))
    .where(Booking.case_id == Case.id, Booking.status.not_in(OFF_THE_LIST))
    .correlate(Case)
    .scalar_subquery()
)
_restricting = (
    select(func.min(RestrictionPeriod.id))
    .where(
        RestrictionPeriod.office_id == ReceptionDay.office_id,
        RestrictionPeriod.first_day <= ReceptionDay.day,
        RestrictionPeriod.last_day >= ReceptionDay.day,
    )
    .correlate(ReceptionDay)
    .scalar_subquery()
)
_OF_CASES: Final = (
    ReceptionRequest,
    Appeal,
    AppealCard,
    JournalRow,
    IncomingDocument,
    Grievance,
    KazpostDelivery,
    PlanEvent,
    Consultation,
)
_rows = (
    select(Case, Office, Applicant, Booking, Slot, ReceptionDay, Person, RestrictionPeriod, *_OF_CASES)
    .join(Office, Office.id == Case.office_id)
    .outerjoin(Applicant, Applicant.id == Case.applicant_id)
    .outerjoin(Booking, Booking.id == _latest)
    .outerjoin(Slot, Slot.id == Booking.slot_id)
    .outerjoin(ReceptionDay, ReceptionDay.id == Slot.day_id)
    .outerjoin(Person, Person.id == ReceptionDay.official_id)
    .outerjoin(RestrictionPeriod, RestrictionPeriod.id == _restricting)
)
for _table in _OF_CASES:
    _rows = _rows.outerjoin(_table, _table.case_id == Case.id)


def case_rows(session: Session, case_id: int) -> CaseRows:
    """The rows of a case; raises `NoResultFound`."""
    session.flush()  # what a step has changed decides which rows are joined
    found: Sequence[Any] = session.execute(_rows.where(Case.id == case_id)).one()
    return CaseRows(*found)
