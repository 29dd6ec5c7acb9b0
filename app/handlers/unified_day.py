"""Service tasks of the unified day of reception (KST-DAY): create it ahead, publish it, look after it, close it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.domain.texts import Text
from app.handlers.registry import Step, Variables, service_task
from app.models import Booking, Office
from app.models import Slot as SlotRow
from app.records import schedule_acts
from app.records.bookings import OFF_THE_LIST
from app.records.numbers import enter
from app.records.officials import officials_on
from app.records.terms import office_calendar
from app.records.unified_day import days_of, next_unified_day, outcome_of, plan_unified_day

DAY_AT = "2026-11-27T09:00:00+05:00"


@service_task(
    "unified_day.create",
    kind="record",
    label=Text("Бірыңғай күнді құру", "Создать единый день приёма", "Create the unified day"),
    sample={
        "day_ids": [1],
        "unified_on": "2026-11-27",
        "unified_officials": ["1"],
        "unified_place": "akimat",
        "by_rule": "2026-11-27",
        "created_at": DAY_AT,
    },
)
def create(step: Step) -> Variables:
    """Plan the next last Friday of a month for the whole leadership, ahead of it by the office's lead time (KST-DAY-1).

    On a day off the setting `reception.unified_day.holiday_policy` decides; with "ask" nothing is planned and
    `unified_on` is empty until the coordinator chooses the day.
    """
    found = next_unified_day(step.session, step.office_id, step.now)
    planned = plan_unified_day(step.session, step.office_id, found.held_on) if found.held_on else []
    office = step.session.get_one(Office, step.office_id)
    officials = officials_on(step.session, office, found.held_on or found.by_rule)
    return {
        "day_ids": planned,
        "unified_on": found.held_on.isoformat() if found.held_on else "",
        "unified_officials": [str(each.id) for each in officials],
        "unified_place": office.settings["reception"]["places"][0]["code"],
        "by_rule": found.by_rule.isoformat(),
        "created_at": step.now.isoformat(),
    }


@service_task(
    "unified_day.publish",
    kind="record",
    label=Text("Бірыңғай күнді жариялау", "Опубликовать единый день", "Publish the unified day"),
    sample={"day_at": DAY_AT, "published_at": DAY_AT},
)
def publish(step: Step, *, day_ids: Sequence[Any]) -> Variables:
    """Show the day on the public page and the board sheet in Kazakh and Russian, entered in R-SCHEDULE (KST-DAY)."""
    schedule_acts.publish_days(step.session, step.office_id, [int(each) for each in day_ids], by=step.by, now=step.now)
    return {"day_at": _moment(step, day_ids).isoformat(), "published_at": step.now.isoformat()}


@service_task(
    "unified_day.publish_anew",
    kind="record",
    label=Text("Бірыңғай күнді қайта жариялау", "Опубликовать единый день заново", "Publish the unified day anew"),
)
def publish_anew(step: Step, *, day_ids: Sequence[Any], held_day_id: int) -> Variables:
    """Show the list as it is now, if the public knows the day: a new edition, also with the day that took a list over.

    Before its first publication nothing is shown; the list is published when the coordinator has confirmed the day.
    An official without a substitute stays in it as one who does not receive (KST-DAY, KST-S07.2).
    """
    ids = [int(each) for each in (*day_ids, held_day_id)]
    if any(day.published_at for day in days_of(step.session, step.office_id, ids)):
        schedule_acts.publish_days(step.session, step.office_id, ids, by=step.by, now=step.now)
    return {}


@service_task(
    "unified_day.list_booked",
    kind="record",
    label=Text("Жазылғандарды жинау", "Собрать записанных", "Gather who is booked"),
    sample={"cases": []},
)
def list_booked(step: Step, *, day_ids: Sequence[Any]) -> Variables:
    """The cases that have an appointment on the day now (KST-DAY)."""
    wanted = (
        select(Booking.case_id)
        .join(SlotRow, SlotRow.id == Booking.slot_id)
        .where(SlotRow.day_id.in_([int(each) for each in day_ids]), Booking.status.not_in(("missed", *OFF_THE_LIST)))
        .distinct()
        .order_by(Booking.case_id)
    )
    return {"cases": list(step.session.scalars(wanted))}


@service_task(
    "unified_day.look",
    kind="record",
    label=Text("Күннің өткенін тексеру", "Проверить, прошёл ли день", "See whether the day is over"),
    sample={"day_at": DAY_AT, "day_over": "yes", "received_count": 0, "not_received_count": 0},
)
def look(step: Step, *, day_ids: Sequence[Any]) -> Variables:
    """Whether the day is over, and how many were received; a day that was moved has a new moment (KST-S07.2)."""
    at = _moment(step, day_ids)
    calendar = office_calendar(step.session, step.office_id)
    received, others = outcome_of(step.session, [int(each) for each in day_ids])
    return {
        "day_at": at.isoformat(),
        "day_over": "yes" if calendar.closing(at.date()) <= step.now else "no",
        "received_count": received,
        "not_received_count": others,
    }


@service_task(
    "unified_day.close",
    kind="record",
    label=Text("Бірыңғай күнді жабу", "Закрыть единый день", "Close the unified day"),
)
def close(step: Step, *, day_ids: Sequence[Any], received: int, not_received: int) -> Variables:
    """The day was held: how many were received and how many were not, entered in R-SCHEDULE (KST-DAY)."""
    days = days_of(step.session, step.office_id, [int(each) for each in day_ids])
    for day in days:
        day.status = "held" if day.status == "planned" else day.status
    facts = {"days": [day.id for day in days], "received": int(received), "not_received": int(not_received)}
    enter(
        step.session,
        office_id=step.office_id,
        register=schedule_acts.REGISTER,
        now=step.now,
        case_id=None,
        facts=facts,
        by=step.by,
    )
    return {}


def _moment(step: Step, day_ids: Sequence[Any]) -> datetime:
    """When the day begins: the latest of its rows that stand, as one of them may have been moved alone."""
    calendar = office_calendar(step.session, step.office_id)
    rows = days_of(step.session, step.office_id, [int(each) for each in day_ids])
    standing = [row.day for row in rows if row.status != "cancelled"] or [row.day for row in rows]
    return calendar.opening(max(standing, default=calendar.local(step.now).date()))
