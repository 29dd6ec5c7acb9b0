"""Periods in which nobody receives: an official's or the whole office's, each with its reason."""

from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import wording
from app.domain.texts import LANGUAGES, Text
from app.models import Blackout

CLOSED: Final = Text(
    "{day_kk} күні қабылдау жоқ: {reason} ({first} – {last}).",
    "{day_ru} приёма нет: {reason} ({first} – {last}).",
    "No reception on {day_en}: {reason} ({first} – {last}).",
)


def blackouts_between(session: Session, office_id: str, first: date, last: date) -> list[Blackout]:
    """Those that stand and touch the days from `first` to `last`, both included, the earliest first."""
    return list(
        session.scalars(
            select(Blackout)
            .where(
                Blackout.office_id == office_id,
                Blackout.lifted_at.is_(None),
                Blackout.last_day >= first,
                Blackout.first_day <= last,
            )
            .order_by(Blackout.first_day, Blackout.id)
        )
    )


def covers(blackout: Blackout, official_id: int, day: date) -> bool:
    """Whether the official does not receive on that day because of this period."""
    return blackout.official_id in (None, official_id) and blackout.first_day <= day <= blackout.last_day


def closed_by(session: Session, office_id: str, official_id: int, day: date) -> Text | None:
    """Why the official does not receive on that day, in words; None when no period is closed for her."""
    for blackout in blackouts_between(session, office_id, day, day):
        if covers(blackout, official_id, day):
            return closed(blackout, day)
    return None


def closed(blackout: Blackout, day: date) -> Text:
    """The sentence about a day in the period."""
    named = wording.long_day(day)
    return CLOSED.with_values(
        **{f"day_{language}": named.in_(language) for language in LANGUAGES},
        reason=blackout.reason,
        first=f"{blackout.first_day:%d.%m.%Y}",
        last=f"{blackout.last_day:%d.%m.%Y}",
    )
