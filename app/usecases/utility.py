"""What the people of KTEK begin: an event of the plan, a booking with the director, a consultation."""

from typing import Final

from app.domain import clock
from app.models.database import reading
from app.records.plan_events import measure_of
from app.usecases.access import Actor
from app.usecases.cases import open_case
from app.usecases.outbox import post
from app.usecases.transaction import transaction

NEED: Final = "need.arose"


def begin_event(measure: str, *, language: str, by: Actor) -> int:
    """Begin an event of a measure; returns its case (KE-01).

    Raises `ForbiddenError`, `NoMeasureError` for one that the plan does not carry out by events.
    """
    by.demand("plan.carry_out")
    with reading() as session:
        measure_of(session, by.office_id, measure)
    return open_case(
        process_key="ktek_stakeholder_event",
        kind="plan_event",
        language=language,
        by=by,
        start_element="measure_planned",
        brought={"measure": measure},
    )


def raise_need(measure: str, *, language: str, by: Actor) -> None:
    """Say that a need for a measure arose (KTEK-1.2, KTEK-1.3): the message begins its event.

    Raises `ForbiddenError`, `NoMeasureError`.
    """
    by.demand("plan.carry_out")
    with transaction() as session:
        measure_of(session, by.office_id, measure)
        payload = {"measure": measure, "language": language}
        post(session, by.office_id, NEED, case_id=None, payload=payload, now=clock.now())


def begin_booking(*, language: str, by: Actor) -> int:
    """Somebody wants to see the director; returns the case (KD-01). Raises `ForbiddenError`."""
    by.demand("director.book")
    return open_case(
        process_key="ktek_director_reception",
        kind="director_reception",
        language=language,
        by=by,
        start_element="booking_requested",
    )


def begin_consultation(channel: str, *, language: str, by: Actor) -> int:
    """A consumer asks by a channel of the office; returns the case (KC-01). Raises `ForbiddenError`."""
    by.demand("consultation.open")
    return open_case(
        process_key="ktek_consultation",
        kind="consultation",
        language=language,
        by=by,
        start_element="consultation_requested",
        brought={"channel": channel},
    )
