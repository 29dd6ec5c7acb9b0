"""A month of a region on the virtual clock: people ask, are booked, received and answered, and things go wrong."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from app.domain.names import sort_key
from app.models import (
    Office,
    Person,
    ReceptionDay,
    RoleGrant,
    Slot,
    UserTask,
)
from app.models.database import reading
from app.records.bookings import ENDED
from app.records.free_slots import FreeSlot, free_slots
from app.records.reception_days import Plan
from app.records.schedule import short_officials
from app.records.terms import office_calendar
from app.records.turns import free_moments, in_turn
from app.usecases.reception_days import plan_day
from app.usecases.tasks import complete_user_task
from app.usecases.transaction import transaction
from tests.karaganda import KaragandaWalk
from tests.reception import ZONE

SITTINGS = (time(9, 30), time(11), time(16, 30))
SURNAMES = ("Ахметов", "Ким", "Сейтқали", "Петренко", "Оспанова", "Жұмабай", "Иванова", "Төлеген", "Шмидт", "Әлиева")
NAMES = ("Арман", "Виктор", "Дана", "Олег", "Гүлнар", "Ерлан", "Ирина", "Нұрлан", "Эльвира", "Сәуле")
CATEGORIES = ("", "", "", "disabled", "pregnant")
DAYS = {"collect_information": 2, "record_position": 3, "execute_assignment": 14}
"""Calendar days that a task takes at most."""
PUNCTUAL = {"check_in", "conduct_reception", "conduct_akim_reception", "decide_replacement", "phone_applicants"}


@dataclass
class Month:
    """Plays an office day by day: who has a task does it at one of three sittings of a working day, or forgets it.

    The first task of each element in `forgets` is done only on the day after it was due, and of the others the share
    `forgetful`.
    """

    walk: KaragandaWalk
    chance: random.Random
    arrivals: list[datetime] = field(default_factory=list)
    events: list[tuple[datetime, Callable[[], None]]] = field(default_factory=list)
    forgets: list[str] = field(default_factory=list)
    forgetful: float = 0
    done_at: dict[int, datetime] = field(default_factory=dict)
    asked: int = 0
    another_day: date = date.max
    elements: set[str] = field(default_factory=set)

    def official(self, login: str, name: str) -> int:
        """One more deputy akim who receives."""
        with transaction() as session:
            known = session.scalar(select(Person.id).where(Person.login == login))
            if known is not None:
                return known
            row = Person(
                office_id=self.walk.office,
                login=login,
                full_name=name,
                sort_key=sort_key(name),
                email=f"{login}@example.test",
                language="kk",
                preferences={},
            )
            session.add(row)
            session.flush()
            session.add(
                RoleGrant(office_id=self.walk.office, person_id=row.id, role="deputy_akim", valid_from=date(2019, 1, 1))
            )
            return row.id

    def plan(self, official: int, day: date, *, seats: int = 1) -> int:
        """A reception day of twelve moments from ten to one."""
        plan = Plan(official, day, "ordinary", "in_person", "akimat", time(10), time(13), 15, seats)
        return plan_day(plan, by=self.walk.actor("reception_coordinator"))

    def open_day(self, official: int, day: date, *, seats: int = 1) -> int:
        """The same in a month whose schedule is approved."""
        self.walk.approve_schedule(day)
        return self.plan(official, day, seats=seats)

    def people_come(self, count: int, first: date, last: date) -> None:
        """So many requests at moments of the booking hours between two days."""
        days = [day for day in self._days(first, last) if self._works(day)]
        hours = [
            datetime.combine(self.chance.choice(days), time(self.chance.choice((9, 10, 11, 15, 16)), minute), ZONE)
            for minute in (self.chance.randrange(60) for _ in range(count))
        ]
        self.arrivals = sorted(max(each, datetime.combine(each.date(), time(9, 5), ZONE)) for each in hours)

    def happens(self, moment: datetime, event: Callable[[], None]) -> None:
        """Something that nobody planned."""
        self.events.append((moment, event))
        self.events.sort(key=lambda each: each[0])

    def play(self, until: date) -> None:
        """Go through the working days, sitting by sitting."""
        for day in self._days(self.walk.now.date(), until):
            for hour in SITTINGS if self._works(day) else ():
                moment = datetime.combine(day, hour, ZONE)
                if moment <= self.walk.now:
                    continue
                self._until(moment)
                self.walk.pass_time_to(moment)
                self._sit()
        self.walk.pass_time_to(datetime.combine(until, time(23), ZONE))

    def _until(self, moment: datetime) -> None:
        """What happens before the sitting, in its order."""
        while True:
            arrival = self.arrivals[0] if self.arrivals else moment
            event = self.events[0][0] if self.events else moment
            if min(arrival, event) >= moment:
                return
            if arrival <= event:
                self.walk.pass_time_to(self.arrivals.pop(0))
                self._ask()
            else:
                self.walk.pass_time_to(event)
                self.events.pop(0)[1]()
                self.walk.work()

    def _ask(self) -> None:
        number = self.asked
        self.asked += 1
        surname, name = SURNAMES[number % 10], NAMES[number // 10 % 10]
        self.walk.start(
            self.chance.choice(("reception_coordinator", "reception_worker", "call_centre_operator")),
            full_name=f"{surname} {name} {number}",
            email=f"applicant{number}@example.test",
            phone=f"+7701{number:07d}",
            applicant_language=self.chance.choice(("kk", "ru")),
        )

    def _sit(self) -> None:
        """Everybody does what may be done now, again and again until nothing new appears."""
        seen: set[int] = set()
        while tasks := [task for task in self._open() if task.id not in seen]:
            for task in tasks:
                seen.add(task.id)
                if self._does(task):
                    self._complete(task)

    def _open(self) -> list[UserTask]:
        with reading() as session:
            query = select(UserTask).where(UserTask.office_id == self.walk.office, UserTask.status == "open")
            return list(session.scalars(query.order_by(UserTask.id)))

    def _does(self, task: UserTask) -> bool:
        """Whether the task is done at this sitting."""
        if task.element == "give_feedback":  # at any time as need arises
            return False
        if task.id not in self.done_at:
            takes = timedelta(days=self.chance.randint(0, DAYS.get(task.element, 0)))
            self.done_at[task.id] = self.walk.now + takes
            if task.due_at and self._forgets(task):
                self.done_at[task.id] = task.due_at + timedelta(hours=12)
        return self.walk.now >= self.done_at[task.id]

    def _forgets(self, task: UserTask) -> bool:
        if task.element in self.forgets:
            self.forgets.remove(task.element)
            return True
        return task.element not in PUNCTUAL and self.chance.random() < self.forgetful

    def _complete(self, task: UserTask) -> None:
        with reading() as session:
            now = session.get_one(UserTask, task.id)
            if now.status != "open":
                return
        self.walk.case_id = task.case_id or 0
        answers = self._answers(task)
        if answers is None:
            return
        self.elements.add(task.element)
        by = self.walk.actor(task.role or "reception_coordinator")
        try:
            complete_user_task(task.id, answers=answers, by=by)
        except Exception as error:
            error.add_note(f"{task.element} of case {task.case_id} with {answers}")
            for key, said in getattr(error, "errors", {}).items():
                error.add_note(f"{key}: {said.ru}")
            raise
        self.walk.work()

    def _answers(self, task: UserTask) -> dict[str, Any] | None:
        """What is answered: mostly the usual, and what the day brings."""
        if task.element == "draw_up_schedule":
            self._plan_month_after(task.created_at.astimezone(ZONE).date())
        office: dict[str, dict[str, Any]] = {
            "draw_up_schedule": {"schedule_ready": True},
            "approve_schedule": {"approved": "yes"},
            "hang_on_board": {"posted_on": f"{self.walk.now:%Y-%m-%d}"},
            "check_report": {"report_decision": "send"},
            "decide_replacement": {"decision": "other_date", "new_date": self.another_day.isoformat()},
            "phone_applicants": {"all_phoned": True},
            "interview_applicant": {"survey_reached": "yes", "survey_level": str(self.chance.randint(1, 5))},
        }
        usual = office.get(task.element) or self.walk.usual(task.element)
        varied: Callable[[dict[str, Any]], dict[str, Any] | None] = getattr(self, f"_{task.element}", lambda each: each)
        return varied(usual)

    def _plan_month_after(self, day: date) -> None:
        """A day for everybody who must receive in the next month, as the schedule is checked for."""
        begins = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        days = [each for each in self._days(begins, begins + timedelta(days=27)) if self._works(each)]
        with reading() as session:
            short = short_officials(session, session.get_one(Office, self.walk.office), begins)
        for official, planned in zip(short, reversed(days), strict=False):
            self.plan(official.official_id, planned)

    def _clarify_request(self, usual: dict[str, Any]) -> dict[str, Any]:
        kind = self.chance.random()
        if kind < 0.04:
            return {"substance_stated": "no"}
        if kind < 0.08:
            return {**usual, "competence": "none"}
        if kind < 0.12:
            return {**usual, "wish": "declined"}
        return {**usual, "proposed_day": ""}

    def _prepare_brief(self, usual: dict[str, Any]) -> dict[str, Any] | None:
        """For the nearest day with a free place; without one it waits for the next month's schedule."""
        days = self._free_days()
        return {**usual, "proposed_day": str(days[0].id)} if days else None

    def _decide_on_reception(self, usual: dict[str, Any]) -> dict[str, Any] | None:
        days = self._free_days()
        if not days:
            return None
        if self.chance.random() < 0.05:
            return {"decision": "refuse", "refusal_reason": "Мәселе сотта қаралуда."}
        day = days[0]
        video = day.mode == "videoconference"
        return {
            **usual,
            "official_id": str(day.official_id),
            "reception_day_id": str(day.id),
            "mode": day.mode,
            **({"vks_consent": True} if video else {}),
        }

    def _list_and_schedule(self, usual: dict[str, Any]) -> dict[str, Any] | None:
        """The first moment that is hers by the order of the list (KRG-30)."""
        request = self.walk.request()
        day = int(request.answers.get("reception_day_id") or 0)
        with reading() as session:
            mine = in_turn(free_moments(session, request, day, now=self.walk.clock.now()))
        other = self._free()  # when the day is full the form offers the others
        slot = mine[0].slot_id if mine else other[0].slot_id if other else None
        return {**usual, "slot": str(slot)} if slot else None

    def _check_in(self, usual: dict[str, Any]) -> dict[str, Any]:
        if self.chance.random() < 0.06:
            return {"came": "no"}
        category = self.chance.choice(CATEGORIES)
        evidence = {"priority_category": category, "priority_evidence": "Куәлік"} if category else {}
        mode = {"mode": self._mode()}
        consent = {"vks_consent": True} if mode["mode"] == "videoconference" else {}
        return {**usual, **evidence, **mode, **consent}

    def _conduct_reception(self, usual: dict[str, Any]) -> dict[str, Any]:
        if self.chance.random() < 0.6:
            return {**usual, "has_assignments": "no", "assignments": []}
        return {**usual, "assignments": self._given()}

    _conduct_akim_reception = _conduct_reception

    def _issue_protocol(self, usual: dict[str, Any]) -> dict[str, Any]:
        given = self.walk.given_assignments()
        return {**usual, "assignments": self._given()} if given else {"has_assignments": "no", "assignments": []}

    def _missed_reception(self, usual: dict[str, Any]) -> dict[str, Any]:
        again = bool(self._free()) and self.chance.random() < 0.5
        return {**usual, "missed_outcome": "rebook" if again else "close"}

    def _agree_other_time(self, usual: dict[str, Any]) -> dict[str, Any] | None:
        free = self._free()
        return {**usual, "slot": str(free[0].slot_id)} if free else None

    def _ensure_participants(self, usual: dict[str, Any]) -> dict[str, Any]:
        return {**usual, "position_wanted": self.chance.choice(("yes", "no"))}

    def _given(self) -> list[dict[str, str]]:
        """Two assignments, due in two and three weeks."""
        days = ((self.walk.now + timedelta(days=each)).date().isoformat() for each in (14, 18))
        bodies = (str(self.walk.bodies["housing"]), str(self.walk.bodies["social"]))
        return [{"text": "Пәтер бөлу", "executor": body, "due": day} for body, day in zip(bodies, days, strict=True)]

    def _mode(self) -> str:
        (booking,) = [each for each in self.walk.bookings() if each.status not in ENDED]
        with reading() as session:
            slot = session.get_one(Slot, booking.slot_id)
            return session.get_one(ReceptionDay, slot.day_id).mode

    def _free_days(self) -> list[ReceptionDay]:
        """Days some days ahead with free seats, the nearest first."""
        free = self._free(since=self.walk.now + timedelta(days=2))
        with reading() as session:
            return [session.get_one(ReceptionDay, day) for day in dict.fromkeys(each.day_id for each in free)]

    def _free(self, since: datetime | None = None) -> list[FreeSlot]:
        with reading() as session:
            return free_slots(
                session,
                self.walk.office,
                now=self.walk.clock.now(),
                case_id=self.walk.case_id,
                since=since,
                limit=1000,
            )

    def _works(self, day: date) -> bool:
        with reading() as session:
            return office_calendar(session, self.walk.office).days.is_working(day)

    @staticmethod
    def _days(first: date, last: date) -> Iterator[date]:
        return (first + timedelta(days=each) for each in range((last - first).days + 1))
