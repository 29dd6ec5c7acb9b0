"""Notices that an official cannot receive (KRG-17): whose day it is, and whether it can still be given up."""

from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.models import ReceptionDay, Slot
from app.records.answers import RecordsRefusedError
from app.records.terms import office_calendar

CAUSES: Final = ("incapacity", "trip", "other")
NO_DAY: Final = Text(
    "Алдағы қабылдау күндерінің бірін таңдаңыз.",
    "Выберите один из предстоящих дней приёма.",
    "Choose one of the reception days ahead.",
)
NO_CAUSE: Final = Text("Себебін таңдаңыз.", "Выберите причину.", "Choose the cause.")
IN_FUTURE: Final = Text(
    "Болашақта хабарлау мүмкін емес.", "Нельзя оповестить в будущем.", "A notice cannot come in the future."
)
AFTER_DAY: Final = Text(
    "Хабар қабылдау күнінен кейін келе алмайды.",
    "Оповещение не может прийти позже дня приёма.",
    "A notice cannot come after the reception day.",
)


def day_of_notice(session: Session, office_id: str, day_id: int | None, now: datetime) -> ReceptionDay:
    """The planned day, today's or ahead, that a notice gives up; raises `RecordsRefusedError` (field `day_id`)."""
    today = office_calendar(session, office_id).local(now).date()
    day = session.get(ReceptionDay, day_id) if day_id else None
    if day is None or day.office_id != office_id or day.status != "planned" or day.day < today:
        raise RecordsRefusedError({"day_id": NO_DAY})
    return day


def begins_at(session: Session, day: ReceptionDay) -> datetime:
    """The moment of its first slot, or the opening of the office on a day without slots."""
    first = session.scalar(select(func.min(Slot.starts_at)).where(Slot.day_id == day.id, Slot.seats > 0))
    return first or office_calendar(session, day.office_id).closing(day.day)
