"""The demo offices: people in every role and cases at different steps, played through the same door as real ones."""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select

from app.domain import clock
from app.domain.clock import StandingClock
from app.domain.errors import AutomationError
from app.domain.hours import OfficeCalendar
from app.domain.texts import Text
from app.models import Job, Person, ReceptionDay, Slot
from app.models.database import reading
from app.records.schedule import period_of
from app.records.schedule_acts import approve, publish
from app.records.terms import office_calendar
from app.usecases.assignments import HigherAssignment, receive, record_earlier_decision
from app.usecases.demo_answers import bodies_of, filled
from app.usecases.demo_clock import is_demo, mark_as_demo, read_shift
from app.usecases.demo_month import answer_office, cases_of, happen
from app.usecases.demo_people import DemoLogin, has_people, hire, holder, password_of
from app.usecases.demo_story import Story
from app.usecases.jobs import perform_all
from app.usecases.outgoing import Outgoing
from app.usecases.published import newest_versions
from app.usecases.start_timers import plan_starts
from app.usecases.transaction import transaction

MORNING: Final = time(9, 40)
AT_WORK: Final = time(9, 30)
EVENING: Final = time(16)
MORNINGS: Final = 22
SLOTS: Final = 9
MINUTES: Final = 20


class UnfinishedDemoError(AutomationError):
    """The office has people and no demo that was finished: it was interrupted, or the office is a real one."""

    status = 409
    message = Text(
        "Дерекқорда адамдар бар, бірақ көрсетілім аяқталмаған. Үзілген көрсетілім болса, VAR_DIR қалтасын өшіріп, "
        "қайта іске қосыңыз; нағыз ұйым болса, DEMO=off қойыңыз.",
        "В базе есть люди, но демонстрация не завершена. Если её прервали, удалите VAR_DIR и запустите снова; если это "
        "настоящая организация, задайте DEMO=off.",
        "The database has people but no finished demo. If it was interrupted, remove VAR_DIR and start again; if this "
        "is a real office, set DEMO=off.",
    )


def seed(
    folder: Path,
    outgoing: Outgoing,
    *,
    secret_file: Path,
    data: str = "few",
    today: date | None = None,
    tell: Callable[[str], None] = print,
) -> list[DemoLogin]:
    """Fill an office of a demo database from `folder/demo.toml`; a second time only read the logins back.

    With `data` "month" an office that has a `demo-month.toml` gets a whole month, which takes minutes: `tell` hears
    each day. The password is random per installation and kept in `secret_file` (mode 0600). Every office begins on the
    business day that the first one has set: `today`, when nothing is given the day of the wall clock. Raises
    `UnfinishedDemoError`.
    """
    office_id = tomllib.loads((folder / "office.toml").read_text("utf-8"))["id"]
    script = _script(folder, data)
    password = password_of(secret_file)
    logins = [DemoLogin(each["login"], password, each["full_name"], tuple(each["roles"])) for each in script["people"]]
    with reading() as session:
        if has_people(session, office_id):
            if is_demo(session):
                return logins
            raise UnfinishedDemoError
        calendar = office_calendar(session, office_id)
        known = (clock.wall() + read_shift(session)).astimezone(calendar.zone).date()
        business_day = known if is_demo(session) or today is None else today
    moment = datetime.combine(_working_day(calendar, business_day), MORNING, calendar.zone)
    hire(office_id, script["people"], password, moment.date())
    standing = StandingClock(moment.astimezone(UTC))
    with clock.using(standing):
        play = _Play(office_id, standing, calendar, moment, outgoing, script, tell if "month" in script else _silent)
        cases, events = script.get("cases", []), []
        if "month" in script:
            month = script["month"]
            standing.moment = datetime.combine(calendar.days.previous_working(month["first"]), MORNING, calendar.zone)
            _plan_starts_anew(office_id)
            cases, events = cases_of(month, play.working_days(month["first"], month["last"])), month["events"]
        play.plan_days(script.get("days", []))
        play.all(cases, events)
        play.receive(script.get("assignments", []))
    with transaction() as session:
        mark_as_demo(session, moment=moment.astimezone(UTC))
    return logins


def business_day(folders: Iterable[Path], data: str) -> date | None:
    """The day on which a demo begins: a month is one of real dates and holidays; None for few cases, which begin today.

    All offices of an installation share their clock, and so this day.
    """
    months = [_script(folder, data).get("month") for folder in folders if (folder / "demo.toml").exists()]
    return next((month["today"] for month in months if month), None)


def _plan_starts_anew(office_id: str) -> None:
    """The processes start by themselves as if they had been published at this moment of the demo, not on a real day."""
    with transaction() as session:
        for version in newest_versions(session, office_id):
            plan_starts(session, office_id, version.definition, clock.now())


def _script(folder: Path, data: str) -> dict[str, Any]:
    """What is played: `demo.toml`, and for a month what `demo-month.toml` says instead of it and besides."""
    script = tomllib.loads((folder / "demo.toml").read_text("utf-8"))
    place = folder / "demo-month.toml"
    if data != "month" or not place.exists():
        return script
    month = tomllib.loads(place.read_text("utf-8"))
    return {**script, **month, "answers": {**script["answers"], **month["answers"]}}


def _silent(_line: str) -> None:
    """Few cases are there before anybody wonders."""


def _working_day(calendar: OfficeCalendar, day: date) -> date:
    return day if calendar.days.is_working(day) else calendar.days.next_working(day)


@dataclass
class _Play:
    """Plays the cases of the script on a standing clock, in the order in which they came."""

    office_id: str
    standing: StandingClock
    calendar: OfficeCalendar
    today: datetime
    outgoing: Outgoing
    script: Mapping[str, Any]
    tell: Callable[[str], None]
    days: dict[str, int] = field(default_factory=dict)
    begun: bool = False

    def plan_days(self, days: list[Mapping[str, Any]]) -> None:
        with transaction() as session:
            for each in days:
                day = self.day_of(each)
                official = session.scalars(select(Person).where(Person.login == each["official"])).one()
                row = ReceptionDay(
                    office_id=self.office_id,
                    official_id=official.id,
                    day=day,
                    kind="ordinary",
                    mode="in_person",
                    place_kk=self.script["place"]["kk"],
                    place_ru=self.script["place"]["ru"],
                    place_en=self.script["place"].get("en", ""),
                    status="planned",
                )
                session.add(row)
                session.flush()
                self.days[each["code"]] = row.id
                first = datetime.combine(day, time(10), self.calendar.zone)
                minutes = each.get("minutes", MINUTES)
                session.add_all(
                    Slot(
                        office_id=self.office_id,
                        day_id=row.id,
                        starts_at=first + timedelta(minutes=minutes * number),
                        minutes=minutes,
                        seats=each.get("seats", 1),
                    )
                    for number in range(each.get("slots", SLOTS))
                )
            session.flush()
            for month in sorted({self.day_of(each).replace(day=1) for each in days}):
                period = period_of(session, self.office_id, month)
                approve(session, period.id, by=None, now=clock.now())
                publish(session, period.id, by=None, now=clock.now())

    def receive(self, assignments: list[Mapping[str, Any]]) -> None:
        """Assignments of higher bodies under control today; their dates are working days from today (KST-TASK-5)."""
        if not assignments:
            return
        controller = holder(self.office_id, "controller")
        for each in assignments:
            assignment_id = receive(
                HigherAssignment(
                    origin=each["origin"],
                    document=each["document"],
                    text=each["text"],
                    body_id=int(bodies_of(self.office_id)[each["body"]]),
                    due_on=self.offset(each["due"]),
                    appeal_number=each.get("appeal_number", ""),
                ),
                by=controller,
            )
            self.work()
            if each.get("decided_by"):
                record_earlier_decision(
                    assignment_id,
                    name=each["decided_by"],
                    person_id=None,
                    decided_on=self.offset(-60),
                    ground=each["ground"],
                    by=controller,
                )

    def offset(self, working_days: int) -> date:
        day = self.today.date()
        step = self.calendar.days.next_working if working_days > 0 else self.calendar.days.previous_working
        for _ in range(abs(working_days)):
            day = step(day)
        return day

    def day_of(self, planned: Mapping[str, Any]) -> date:
        """The date of something in the script: `on`, or `offset` working days from today."""
        on: date | None = planned.get("on")
        return on or self.offset(planned["offset"])

    def working_days(self, first: date, last: date) -> list[date]:
        days = (first + timedelta(days=each) for each in range((last - first).days + 1))
        return [day for day in days if self.calendar.days.is_working(day)]

    def all(self, cases: list[Mapping[str, Any]], events: list[Mapping[str, Any]]) -> None:
        """Every case comes on its day; all go on together, twice a day, up to today, whatever happens meanwhile."""
        running = []
        for number, script in enumerate(cases):
            day = script["on"] if "on" in script else self.offset(-script["came"])
            moment = datetime.combine(day, time(9, 5 + number % 50), self.calendar.zone)
            running.append(Story(script, min(moment, self.today), self))
        for moment, acts in self._agenda(running, events):
            self.to(moment)
            for act in acts:
                act()
            if moment.time() == EVENING:
                came = sum(story.came <= moment for story in running)
                self.tell(f"  {moment:%d.%m.%Y}   өтініш · обращений · requests: {came} / {len(running)}")
        self.to(self.today)

    def _agenda(
        self, stories: list[Story], events: list[Mapping[str, Any]]
    ) -> list[tuple[datetime, list[Callable[[], object]]]]:
        """What is done at which moment up to today, in order: who comes, what happens, who goes on."""
        agenda: dict[datetime, list[Callable[[], object]]] = {self.today: []}
        for story in stories:
            agenda.setdefault(story.came, []).append(story.go_on)
        for event in events:
            moment = datetime.combine(event["on"], event["at"], self.calendar.zone)
            agenda.setdefault(moment, []).append(partial(happen, event, self))
        first = min([self.offset(-MORNINGS), *(story.came.date() for story in stories)])
        for day in self.working_days(first, self.today.date()):
            for hour in (AT_WORK, EVENING):
                acts = agenda.setdefault(datetime.combine(day, hour, self.calendar.zone), [])
                acts += [self.office_tasks, *(story.go_on for story in stories)]
        return [
            (moment, acts) for moment, acts in sorted(agenda.items(), key=lambda each: each[0]) if moment <= self.today
        ]

    def office_tasks(self) -> None:
        """Do what waits for the office itself, as `[office]` of the script answers it; the rest stays."""
        for element, answers in self.script.get("office", {}).items():
            answer_office(self.office_id, element, filled(answers, {"today": f"{clock.now():%Y-%m-%d}"}))
            self.work()

    def work(self) -> None:
        """Let the worker do what is due."""
        perform_all("demo", self.outgoing)

    def to(self, moment: datetime) -> None:
        """Move the clock, stopping at every due moment as real time would."""
        while True:
            with reading() as session:
                due = session.scalar(
                    select(func.min(Job.due_at)).where(
                        Job.status == "waiting", Job.due_at <= moment, Job.kind != "system"
                    )
                )
            if due is None:
                break
            self.standing.moment = max(due, self.standing.moment) if self.begun else due
            self.begun = True
            if not perform_all("demo", self.outgoing):
                break
        self.begun = True
        self.standing.moment = moment.astimezone(UTC)
