"""What the demo's people answer: a script with braces, and what stands in them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from app.models import Booking, ReceptionDay, RoleGrant, Slot, StateBody
from app.models.database import reading


def filled(answers: Any, known: Mapping[str, str]) -> Any:
    """The answers of a script with what stands in braces."""
    if isinstance(answers, str):
        return answers.format_map(known)
    if isinstance(answers, list):
        return [filled(each, known) for each in answers]
    if isinstance(answers, Mapping):
        return {key: filled(each, known) for key, each in answers.items()}
    return answers


def bodies_of(office_id: str) -> list[str]:
    """The ids of the office's state bodies, as forms name them."""
    with reading() as session:
        query = select(StateBody.id).where(StateBody.office_id == office_id).order_by(StateBody.id)
        return [str(each) for each in session.scalars(query)]


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


def free_slot(day_id: int) -> int:
    """The first free place of a day; 0 without one."""
    with reading() as session:
        taken = set(session.scalars(select(Booking.slot_id)))
        slots = session.scalars(select(Slot.id).where(Slot.day_id == day_id).order_by(Slot.starts_at))
        return next((slot for slot in slots if slot not in taken), 0)
