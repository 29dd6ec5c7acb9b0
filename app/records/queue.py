"""The queue of a reception day as it stands in our tables, read by one statement."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.queue import TURN_CLAUSE, Category, Place, Visitor, build_queue
from app.domain.texts import Text
from app.models import Booking, Case, Office, ReceptionRequest, Slot
from app.records.bookings import OFF_THE_LIST

USUAL_EFFECT: Final = "first"


def queue_of_day(session: Session, office: Office, day_id: int) -> dict[int, Place]:
    """The place of every case on the list of a day, in the order of the queue (KST-PRIO, KRG-13).

    The turn is given by the moment the request was registered, without it by the booking.
    """
    rows = session.execute(
        select(
            Booking.case_id,
            func.coalesce(ReceptionRequest.registered_at, Booking.booked_at, Case.opened_at).label("asked_at"),
            Booking.priority_category,
        )
        .join(Slot, Slot.id == Booking.slot_id)
        .join(Case, Case.id == Booking.case_id)
        .outerjoin(ReceptionRequest, ReceptionRequest.case_id == Booking.case_id)
        .where(Slot.day_id == day_id, Booking.office_id == office.id, Booking.status.not_in(OFF_THE_LIST))
        .order_by(Booking.id)
    )
    visitors = {row.case_id: Visitor(row.case_id, row.asked_at, row.priority_category) for row in rows}
    places = build_queue(visitors.values(), priority_categories(office), turn_clause=turn_clause(office))
    return {place.visitor.key: place for place in places}


def priority_categories(office: Office) -> dict[str, Category]:
    """The categories with the right of first turn, as the office has set them."""
    settings: Mapping[str, Any] = office.settings.get("reception", {})
    usual = settings.get("priority_effect", USUAL_EFFECT)
    return {
        each["code"]: Category(each["code"], each["clause"], _text(each["name"]), each.get("effect", usual))
        for each in settings.get("priority_categories", [])
    }


def turn_clause(office: Office) -> str:
    """The clause by which people are received in turn."""
    return str(office.settings.get("reception", {}).get("turn_clause", TURN_CLAUSE))


def _text(table: Mapping[str, str]) -> Text:
    return Text(table["kk"], table["ru"], table.get("en", ""))
