"""A month of a demo office: many people who come, and what goes wrong meanwhile, as the script's `[month]` says."""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final, Protocol

from sqlalchemy import select

from app.models import UserTask
from app.models.database import reading
from app.usecases.demo_people import holder
from app.usecases.reception_moves import move_day
from app.usecases.restrictions import Restriction, declare
from app.usecases.tasks import complete_user_task
from app.usecases.unavailability import Notice, report


class Stage(Protocol):
    """Where the month is played: the office and its reception days by code."""

    office_id: str
    days: dict[str, int]

    def work(self) -> None: ...


def cases_of(month: Mapping[str, Any], days: Sequence[date]) -> list[dict[str, Any]]:
    """The cases of a month, spread over the working days on which people came: the same ones at each installation.

    The first come for the first reception day, and so on. A share of them answers otherwise, as `[[month.others]]` say.
    """
    chance = random.Random(month["seed"])  # noqa: S311 - made-up people, not a secret
    requests = month["requests"]
    everybody = [f"{surname} {name}" for surname in month["surnames"] for name in month["names"]]
    people = chance.sample(everybody, requests)  # namesakes with one question would be taken for one person
    return [
        {
            "name": people[number],
            "language": (language := chance.choice(("kk", "ru"))),
            "by": chance.choice(month["by"]),
            "substance": (question := chance.choice(month["questions"]))[language],
            "nature": question["nature"][language],
            "bodies": question["bodies"],
            "on": days[number * len(days) // requests],
            "until": "",
            "day": month["days"][number * len(month["days"]) // requests],
            "answers": _otherwise(month["others"], chance.random()),
        }
        for number in range(requests)
    ]


def _otherwise(others: list[Mapping[str, Any]], drawn: float) -> Mapping[str, Any]:
    """What somebody answers unlike most people; `drawn` is between 0 and 1."""
    for each in others:
        drawn -= each["share"]
        if drawn < 0:
            answers: Mapping[str, Any] = each["answers"]
            return answers
    return {}


def happen(event: Mapping[str, Any], stage: Stage) -> None:
    """Let one thing go wrong as the people of the office would enter it."""
    EVENTS[event["what"]](event, stage)
    stage.work()


def _restrict(event: Mapping[str, Any], stage: Stage) -> None:
    period = Restriction(event["first"], event["last"], event["cause"], event["basis"])
    declare(period, by=holder(stage.office_id, "reception_coordinator"))


def _move(event: Mapping[str, Any], stage: Stage) -> None:
    by = holder(stage.office_id, "reception_coordinator")
    move_day(stage.days[event["day"]], event["to"], reason=event["reason"], by=by)


def _fall_ill(event: Mapping[str, Any], stage: Stage) -> None:
    """KRG-17: the Department is told; what it decides then stands in `[office]` of the script."""
    report(Notice(stage.days[event["day"]], event["cause"]), by=holder(stage.office_id, "reception_coordinator"))


def answer_office(office_id: str, element: str, answers: Mapping[str, Any]) -> None:
    """Complete the open tasks of an element that belong to no case."""
    with reading() as session:
        tasks = session.scalars(
            select(UserTask)
            .where(
                UserTask.office_id == office_id,
                UserTask.case_id.is_(None),
                UserTask.element == element,
                UserTask.status == "open",
            )
            .order_by(UserTask.id)
        ).all()
    for task in tasks:
        complete_user_task(task.id, answers=answers, by=holder(office_id, task.role or "reception_coordinator"))


EVENTS: Final[Mapping[str, Callable[[Mapping[str, Any], Stage], None]]] = {
    "restrict": _restrict,
    "move": _move,
    "fall_ill": _fall_ill,
}
