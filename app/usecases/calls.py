"""Calls of step 7 recorded from the list, one answer a call (KST-S07.1)."""

from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.domain import clock
from app.models import UserTask
from app.models.database import reading
from app.records.zones import zone_of_office
from app.usecases.access import Actor
from app.usecases.published import NotFoundError
from app.usecases.tasks import complete_user_task

CALL: Final = "confirm_attendance"
OUTCOMES: Final = ("confirmed", "not_reached", "unconfirmed", "rebook", "withdrawn")


def record_call(case_id: int, outcome: str, *, remarks: str = "", by: Actor) -> None:
    """Record the call that waits in the case as made now; what follows is the process's matter.

    Raises `NotFoundError` when no call waits, and what completing a task raises.
    """
    by.demand("booking.move")
    with reading() as session:
        task_id = session.scalar(
            select(UserTask.id).where(
                UserTask.case_id == case_id,
                UserTask.office_id == by.office_id,
                UserTask.element == CALL,
                UserTask.status == "open",
            )
        )
    if task_id is None or outcome not in OUTCOMES:
        raise NotFoundError
    zone: ZoneInfo = zone_of_office(by.office_id)
    answers = {"called_at": f"{clock.now().astimezone(zone):%Y-%m-%dT%H:%M}", "attendance": outcome}
    if remarks.strip():
        answers["call_remarks"] = remarks.strip()[:1000]
    complete_user_task(task_id, answers=answers, by=by)
