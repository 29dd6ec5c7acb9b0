"""What the demo's people answer: a script with braces, and what stands in them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from app.domain import clock
from app.models import ReceptionDay, ReceptionRequest, RoleGrant, Slot, StateBody
from app.models.database import reading
from app.records.bookings import active_booking
from app.records.free_slots import free_slots
from app.records.turns import free_moments, in_turn


def filled(answers: Any, known: Mapping[str, object]) -> Any:
    """The answers of a script with what stands in braces."""
    if isinstance(answers, str):
        return answers.format_map(known)
    if isinstance(answers, list):
        return [filled(each, known) for each in answers]
    if isinstance(answers, Mapping):
        return {key: filled(each, known) for key, each in answers.items()}
    return answers


def bodies_of(office_id: str) -> dict[str, str]:
    """The office's state bodies by code, in the order of its directory: their ids, as forms name them."""
    with reading() as session:
        query = select(StateBody.code, StateBody.id).where(StateBody.office_id == office_id).order_by(StateBody.id)
        return {code: str(body_id) for code, body_id in session.execute(query)}


def executor_of(office_id: str) -> str:
    """The first employee of the office who carries out assignments, as the form names her."""
    with reading() as session:
        found = session.scalar(
            select(func.min(RoleGrant.person_id)).where(RoleGrant.office_id == office_id, RoleGrant.role == "assignee")
        )
        return f"p{found}" if found else ""


def official_of(day_id: int) -> int:
    """Who receives on a day."""
    with reading() as session:
        return session.get_one(ReceptionDay, day_id).official_id


def free_slot(day_id: int, case_id: int) -> int:
    """The first free place of a day that is the case's in turn, else of any day; 0 without one."""
    with reading() as session:
        request = session.get(ReceptionRequest, case_id)
        if request is None:
            return 0
        now = clock.now()
        mine = [each.slot_id for each in in_turn(free_moments(session, request, day_id, now=now))]
        other = [each.slot_id for each in free_slots(session, request.office_id, now=now, case_id=case_id, limit=1)]
        return next(iter(mine + other), 0)


def mode_of(case_id: int) -> str:
    """How the case is received: as its day is held."""
    with reading() as session:
        booking = active_booking(session, case_id)
        if booking is None:
            return "in_person"
        return session.get_one(ReceptionDay, session.get_one(Slot, booking.slot_id).day_id).mode
