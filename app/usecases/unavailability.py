"""“I cannot receive”: the official, who stands for her, or the coordinator tells it; the process goes on (KRG-17)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.texts import Text
from app.models import Office, ReceptionDay
from app.records.answers import RecordsRefusedError
from app.records.receiving import receiving_roles
from app.records.substitutes import works_for
from app.records.terms import office_calendar
from app.records.unavailability import AFTER_DAY, CAUSES, IN_FUTURE, NO_CAUSE, day_of_notice
from app.records.unified_day import KIND
from app.usecases.access import Actor, ForbiddenError
from app.usecases.history import Event, record
from app.usecases.outbox import post
from app.usecases.published import starts_with
from app.usecases.restrictions import NoSuchProcessError
from app.usecases.transaction import transaction

UNAVAILABLE: Final = "official.unavailable"
PROCESS: Final = "official_unavailable"
MONTH: Final = "unified_month"
WHOM: Final = ("department", "employee")


@dataclass(frozen=True, slots=True)
class Notice:
    """F-UNAVAIL: which day, why (incapacity, trip, other), when and whom the official told, a remark."""

    day_id: int
    cause: str
    notified_whom: str = "department"
    notified_at: datetime | None = None
    note: str = ""


def report(notice: Notice, *, by: Actor) -> None:
    """Send `official.unavailable`: the process classifies the notice and asks the coordinator what becomes of the day.

    A day of the unified day is for the process that keeps that day's list, found by the month; if none runs, or for any
    other day, `official_unavailable` begins.
    Raises `ForbiddenError` for a day that is not hers to give up, `RecordsRefusedError` with a sentence per field,
    `NoSuchProcessError`.
    """
    with transaction() as session:
        now = clock.now()
        day = day_of_notice(session, by.office_id, notice.day_id, now)
        if not may_report(session, day, by):
            raise ForbiddenError
        errors = dict(_problems(session, notice, day, now))
        if errors:
            raise RecordsRefusedError(errors)
        if PROCESS not in starts_with(session, by.office_id, "message", UNAVAILABLE):
            raise NoSuchProcessError(process=PROCESS)
        told = notice.notified_at or now
        payload: dict[str, object] = {
            "official_id": day.official_id,
            "day_id": day.id,
            "cause": notice.cause,
            "notified_at": told.isoformat(),
            "notified_whom": notice.notified_whom,
        }
        facts = {"day": day.id, "official": day.official_id, "notified_at": told.isoformat()}
        event = Event("official_unavailable", None, facts, {"cause": notice.cause, "note": notice.note.strip()})
        record(session, [event], at=now, office_id=by.office_id, by=by.id)
        if day.kind == KIND:
            month = f"{day.day:%Y-%m}"
            payload |= {MONTH: month}
            keys = {f"unified_day.{MONTH}": month}
            post(session, by.office_id, UNAVAILABLE, case_id=None, correlations=keys, payload=payload, now=now)
        else:
            post(session, by.office_id, UNAVAILABLE, case_id=None, process=PROCESS, payload=payload, now=now)


def may_report(session: Session, day: ReceptionDay, by: Actor) -> bool:
    """The coordinator for anybody, an official for her own days, whoever stands for her."""
    if by.may("day.plan"):
        return True
    hers = {by.id, *works_for(session, by.id, clock.now())}
    return day.official_id in hers and bool(by.roles & set(receiving_roles(session.get_one(Office, by.office_id))))


def _problems(session: Session, notice: Notice, day: ReceptionDay, now: datetime) -> Iterator[tuple[str, Text]]:
    if notice.cause not in CAUSES:
        yield "cause", NO_CAUSE
    if notice.notified_at is None:
        return
    if notice.notified_at > now:
        yield "notified_at", IN_FUTURE
    elif office_calendar(session, day.office_id).local(notice.notified_at).date() > day.day:
        yield "notified_at", AFTER_DAY
