"""What an operator must know of an instance's past: the elements passed, and what was made since one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.diagram import Drawing
from app.models import Booking, Document, History, Letter, ProcessInstance, RegisterEntry, Slot
from app.models.database import reading
from app.queries.elements import drawing_of_version


@dataclass(frozen=True, slots=True)
class Made:
    """A record that stays whatever happens to the instance: `kind` is number, booking, letter or document.

    `starts` is when a booked reception is.
    """

    kind: str
    label: str
    at: datetime
    starts: datetime | None = None


def passed_by(session: Session, instance_id: int) -> list[str]:
    """Every element completed in the instance, in order, once each."""
    rows = session.scalars(
        select(History.facts["passed"]).where(History.instance_id == instance_id).order_by(History.id)
    )
    return list(dict.fromkeys(element for row in rows if row for element in row))


def passed_at(session: Session, instance_id: int, element: str) -> datetime | None:
    """When the element was completed last; None if never."""
    return session.scalar(
        select(func.max(History.at)).where(
            History.instance_id == instance_id, History.facts["passed"].contains([element])
        )
    )


def made_since(session: Session, case_id: int | None, moment: datetime) -> Sequence[Made]:
    """Numbers, appointments, letters and documents of a case made since a moment, in order."""
    if case_id is None:
        return []
    numbers = session.execute(
        select(RegisterEntry.label, RegisterEntry.entered_at).where(
            RegisterEntry.case_id == case_id,
            RegisterEntry.entered_at >= moment,
            RegisterEntry.voided_at.is_(None),
        )
    )
    bookings = session.execute(
        select(Slot.starts_at, Booking.booked_at)
        .join(Slot, Slot.id == Booking.slot_id)
        .where(Booking.case_id == case_id, Booking.booked_at >= moment, Booking.ended_at.is_(None))
    )
    letters = session.execute(
        select(Letter.subject, Letter.template, Letter.created_at).where(
            Letter.case_id == case_id, Letter.created_at >= moment, Letter.status.in_(("queued", "sent"))
        )
    )
    documents = session.execute(
        select(Document.title, Document.added_at).where(Document.case_id == case_id, Document.added_at >= moment)
    )
    found = [Made("number", label, at) for label, at in numbers]
    found += [Made("booking", starts.isoformat(), at, starts) for starts, at in bookings]
    found += [Made("letter", subject or template, at) for subject, template, at in letters]
    found += [Made("document", name, at) for name, at in documents]
    return sorted(dict.fromkeys(found), key=lambda made: made.at)


def drawing_of(office_id: str, instance_id: int) -> Drawing | None:
    """How the diagram of an instance of the office is drawn; None when there is no instance or no picture."""
    with reading() as session:
        version_id = session.scalar(
            select(ProcessInstance.version_id).where(
                ProcessInstance.id == instance_id, ProcessInstance.office_id == office_id
            )
        )
    return None if version_id is None else drawing_of_version(version_id)


def instance_of_case(office_id: str, case_id: int) -> int | None:
    """The newest instance of a case of the office; None without one."""
    with reading() as session:
        return session.scalar(
            select(func.max(ProcessInstance.id)).where(
                ProcessInstance.office_id == office_id, ProcessInstance.case_id == case_id
            )
        )
