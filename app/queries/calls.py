"""Everybody who is to be called now, on whatever day the reception is (KST-S07.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from app.models.database import reading
from app.queries.reception import DayHead, day_head
from app.queries.reception_room import CallRow, call_row
from app.queries.reception_rows import case_rows
from app.records.terms import office_calendar

_WAITING: Final = text(
    """
    SELECT DISTINCT waiting.case_id, slot.day_id FROM (
        SELECT case_id FROM user_task WHERE office_id = :office AND status = 'open'
          AND element IN ('confirm_attendance', 'rebook')
        UNION
        SELECT case_id FROM job WHERE office_id = :office AND kind = 'timer' AND status = 'waiting'
          AND element = 'call_again'
    ) AS waiting
    JOIN booking ON booking.case_id = waiting.case_id AND booking.status NOT IN ('missed', 'moved', 'withdrawn')
    JOIN slot ON slot.id = booking.slot_id
    """
)
_ORDER: Final = {"now": 0, "rebook": 1, "again": 2}


@dataclass(frozen=True, slots=True)
class CallsOfDay:
    """The calls that concern one reception day."""

    head: DayHead
    rows: Sequence[CallRow]


@dataclass(frozen=True, slots=True)
class Calls:
    """All calls, the nearest day first; `to_call` counts those that wait now, `again` those that are tried again."""

    days: Sequence[CallsOfDay]
    to_call: int
    again: int


def calls(office_id: str) -> Calls:
    """The calls of the office that wait or are tried again."""
    with reading() as session:
        calendar = office_calendar(session, office_id)
        day_of = {row.case_id: row.day_id for row in session.execute(_WAITING, {"office": office_id})}
        heads = [
            head
            for day_id in set(day_of.values())
            if (head := day_head(session, office_id, day_id, calendar)) is not None
        ]
        rows = [call_row(case) for case in case_rows(session, office_id, day_of)]
    found = [
        CallsOfDay(
            head,
            sorted((row for row in rows if day_of[row.case_id] == head.id), key=lambda row: _ORDER.get(row.state, 9)),
        )
        for head in sorted(heads, key=lambda head: head.day)
    ]
    return Calls(found, sum(row.state == "now" for row in rows), sum(row.state == "again" for row in rows))
