"""The schedule's own processes in stories: what belongs to no case."""

from dataclasses import dataclass
from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import delete, select

from app.models import History, Job, ReceptionDay, RegisterEntry, SchedulePeriod, UserTask
from app.models.database import reading
from app.usecases.cases import start_instance
from app.usecases.published import newest_version_id, published
from app.usecases.reception_days import Plan, plan_day
from app.usecases.start_timers import plan_starts
from app.usecases.task_forms import open_task
from app.usecases.tasks import InvalidAnswersError, complete_user_task
from app.usecases.transaction import transaction
from tests.reception import Walk


@dataclass
class Schedule:
    """Plays what belongs to no case."""

    walk: Walk

    def begin(self, process: str, element: str) -> int:
        """As the timer would, and what the worker does then."""
        with transaction() as session:
            started = start_instance(
                session, self.walk.office, process, case_id=None, variables={}, by=None, start_element=element
            )
        self.walk.work()
        return started

    def waiting(self) -> list[str]:
        with reading() as session:
            open_ = select(UserTask.element).where(UserTask.case_id.is_(None), UserTask.status == "open")
            return list(session.scalars(open_.order_by(UserTask.id)))

    def task(self, element: str) -> UserTask:
        with reading() as session:
            wanted = select(UserTask).where(
                UserTask.case_id.is_(None), UserTask.status == "open", UserTask.element == element
            )
            return session.scalars(wanted.order_by(UserTask.id)).one()

    def open(self, element: str) -> list[int]:
        """The open tasks of an element, the oldest first."""
        with reading() as session:
            wanted = select(UserTask.id).where(
                UserTask.case_id.is_(None), UserTask.status == "open", UserTask.element == element
            )
            return list(session.scalars(wanted.order_by(UserTask.id)))

    def answer(self, element: str, **answers: Any) -> None:
        task = self.task(element)
        complete_user_task(task.id, answers=answers, by=self.walk.actor(task.role or ""))
        self.walk.work()

    def refused(self, element: str, **answers: Any) -> dict[str, str]:
        with pytest.raises(InvalidAnswersError) as refusal:
            self.answer(element, **answers)
        return {field: said.ru for field, said in refusal.value.errors.items()}

    def shows(self, element: str, role: str) -> str:
        """Everything that the form of the open task shows, in Russian."""
        return str(open_task(self.task(element).id, by=self.walk.actor(role)).form)

    def ticked(self, element: str, key: str, role: str) -> list[str]:
        """What is ticked in a field of the open task's form before anybody has touched it."""
        form = open_task(self.task(element).id, by=self.walk.actor(role)).form
        field = next(each for each in form.fields if each.key == key)
        return [option.value for option in field.options if option.checked]

    def period(self, month: date) -> SchedulePeriod:
        with reading() as session:
            wanted = select(SchedulePeriod).where(
                SchedulePeriod.month == month, SchedulePeriod.office_id == self.walk.office
            )
            return session.scalars(wanted).one()

    def days(self, kind: str | None = None) -> list[ReceptionDay]:
        with reading() as session:
            wanted = select(ReceptionDay).where(ReceptionDay.office_id == self.walk.office)
            rows = session.scalars(wanted.order_by(ReceptionDay.day, ReceptionDay.id)).all()
        return [row for row in rows if kind in (None, row.kind)]

    def passed(self, instance: int) -> list[str]:
        with reading() as session:
            rows = session.scalars(select(History.facts).where(History.instance_id == instance).order_by(History.id))
            return [element for facts in rows for element in facts.get("passed", [])]

    def editions(self) -> list[dict[str, Any]]:
        with reading() as session:
            rows = session.scalars(
                select(RegisterEntry).where(RegisterEntry.register == "R-SCHEDULE").order_by(RegisterEntry.id)
            )
            return [row.facts for row in rows]

    def plan(self, role: str, day: date, **changes: Any) -> int:
        usual = {"kind": "ordinary", "mode": "in_person", "place": "akimat", "minutes": 20, "seats": 1}
        hours = {"starts": time(10), "ends": time(11)}
        wanted = Plan(official_id=self.walk.people[role], day=day, **{**usual, **hours, **changes})
        return plan_day(wanted, by=self.walk.actor("reception_coordinator"))

    def arm(self, process: str) -> None:
        """Plan the timer start of a process as its publication did; an earlier story has swept the jobs away."""
        with transaction() as session:
            session.execute(delete(Job).where(Job.kind == "start"))
            version = published(session, newest_version_id(session, self.walk.office, process))
            plan_starts(session, self.walk.office, version.definition, self.walk.now)
