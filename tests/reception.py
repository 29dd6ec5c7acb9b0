"""A real office for stories: Kostanay on PostgreSQL, people in every role, reception days, a clock that stands still."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.domain import clock
from app.domain.clock import StandingClock
from app.domain.names import sort_key
from app.models import (
    Case,
    History,
    Job,
    Letter,
    Person,
    ProcessInstance,
    ReceptionDay,
    RoleGrant,
    Slot,
    StateBody,
    UserTask,
)
from app.models.database import connect, disconnect, reading
from app.usecases.access import Actor
from app.usecases.cases import open_case
from app.usecases.deploy import deploy
from app.usecases.jobs import perform_all
from app.usecases.outgoing import Outgoing
from app.usecases.tasks import InvalidAnswersError, complete_user_task
from app.usecases.transaction import transaction

ROOT = Path(__file__).parent.parent
ZONE = ZoneInfo("Asia/Almaty")
ROLES = (
    "reception_coordinator",
    "reception_preparer",
    "dept_deputy_head",
    "dept_head",
    "controller",
    "leadership",
    "process_owner",
    "operator",
    "office_admin",
)


def at(day: str, hour: str = "10:00") -> datetime:
    """A moment on the office's clock."""
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(hour), ZONE)


@dataclass
class Post:
    """Takes letters and SMS as the gateways would."""

    mails: list[Any] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)

    def send(self, message: Any = None, *, to: str = "", text: str = "", key: str = "") -> None:
        if message is not None:
            self.mails.append(message)
        else:
            self.texts.append((to, text))


@dataclass
class Walk:
    """Plays a case as the people of the office do, on a clock that stands still between its moves."""

    clock: StandingClock
    people: Mapping[str, int]
    bodies: Mapping[str, int]
    post: Post = field(default_factory=Post)
    case_id: int = 0

    def actor(self, role: str, language: str = "ru") -> Actor:
        """The person of the office who holds a role."""
        return Actor(self.people[role], "kostanay", role, language, frozenset({role}))

    @property
    def outgoing(self) -> Outgoing:
        return Outgoing(mailer=self.post, sms=self.post, sender="kostanay@example.test")

    def start(self, **changes: Any) -> int:
        """Record a request at this moment and let it be registered; returns the case."""
        self.case_id = open_case(
            process_key="personal_reception", kind="personal_reception", language="ru", by=self.actor("reception_coordinator")
        )
        self.complete("record_request", **{**REQUEST, "received_on": f"{self.now:%Y-%m-%dT%H:%M}", **changes})
        return self.case_id

    @property
    def now(self) -> datetime:
        return self.clock.now().astimezone(ZONE)

    def task(self, element: str) -> UserTask:
        """The open task of an element in this case; a story that expects it fails without it."""
        found = self.tasks(element)
        assert found, f"{element} does not wait; waiting: {[task.element for task in self.tasks()]}"
        return found[0]

    def tasks(self, element: str | None = None) -> list[UserTask]:
        with reading() as session:
            query = select(UserTask).where(UserTask.case_id == self.case_id, UserTask.status == "open")
            rows = session.scalars(query.order_by(UserTask.id)).all()
        return [row for row in rows if element in (None, row.element)]

    def waits_for(self, element: str) -> bool:
        return bool(self.tasks(element))

    def complete(self, element: str, **answers: Any) -> None:
        """Complete the open task of an element as its role, then let the worker do what is due."""
        task = self.task(element)
        try:
            complete_user_task(task.id, answers=answers, by=self.actor(task.role or "reception_coordinator"))
        except InvalidAnswersError as invalid:
            invalid.add_note(str({key: said.ru for key, said in invalid.errors.items()}))
            raise
        self.work()

    def work(self) -> None:
        perform_all("story", self.outgoing)

    def pass_time_to(self, moment: datetime | date) -> None:
        """Move the clock, stopping at every due moment on the way as real time would."""
        target = moment if isinstance(moment, datetime) else datetime.combine(moment, time(12), ZONE)
        while True:
            with reading() as session:
                due = session.scalar(
                    select(Job.due_at).where(Job.status == "waiting", Job.due_at <= target).order_by(Job.due_at).limit(1)
                )
            if due is None:
                break
            self.clock.moment = max(self.clock.moment, due)
            self.work()
        self.clock.moment = target
        self.work()

    def letters(self, template: str) -> list[Letter]:
        with reading() as session:
            return list(
                session.scalars(select(Letter).where(Letter.case_id == self.case_id, Letter.template == template).order_by(Letter.id))
            )

    def case(self) -> Case:
        with reading() as session:
            return session.get_one(Case, self.case_id)

    def instance(self) -> ProcessInstance:
        with reading() as session:
            return session.scalars(select(ProcessInstance).where(ProcessInstance.case_id == self.case_id)).one()

    def happened(self) -> list[str]:
        """Every element gone through, in order."""
        with reading() as session:
            rows = session.scalars(select(History.facts).where(History.case_id == self.case_id).order_by(History.id))
            return [element for facts in rows for element in facts.get("passed", [])]

    def reception_day(self, day: date, *, at_hour: int = 10, slots: int = 6) -> list[int]:
        """A planned day of the receiving official; returns its slots."""
        with transaction() as session:
            row = ReceptionDay(
                office_id="kostanay",
                official_id=self.people["leadership"],
                day=day,
                kind="ordinary",
                mode="in_person",
                place_kk="104-каб.",
                place_ru="каб. 104",
                status="planned",
            )
            session.add(row)
            session.flush()
            begin = datetime.combine(day, time(at_hour), ZONE)
            made = [
                Slot(office_id="kostanay", day_id=row.id, starts_at=begin + timedelta(minutes=20 * n), minutes=20)
                for n in range(slots)
            ]
            session.add_all(made)
            session.flush()
            self.day_id = row.id
            return [slot.id for slot in made]


REQUEST: dict[str, Any] = {
    "channel": "egov",
    "applicant_kind": "person",
    "full_name": "Досмағамбетов Ержан Қайратұлы",
    "address": "Қостанай қ., Абай к., 5",
    "phone": "+77771234567",
    "email": "erzhan@example.test",
    "applicant_language": "kk",
    "substance": "Үй апатты деп танылды, көшіру мерзімі белгісіз.",
}


@contextmanager
def kostanay(database_url: str, moment: datetime) -> Iterator[Walk]:
    """Kostanay deployed on this database, with its people; business time stands at `moment`."""
    standing = StandingClock(moment.astimezone(UTC))
    connect(database_url)
    with clock.using(standing):
        deploy(ROOT / "processes" / "kostanay")
        yield Walk(standing, _people(), _bodies())
    disconnect()


def _people() -> dict[str, int]:
    people = {}
    with transaction() as session:
        for role in ROLES:
            known = session.scalar(select(Person.id).where(Person.login == role))
            if known is None:
                row = Person(
                    office_id="kostanay",
                    login=role,
                    full_name=f"Тұлға {role}",
                    sort_key=sort_key(role),
                    email=f"{role}@example.test",
                    language="ru",
                    preferences={},
                )
                session.add(row)
                session.flush()
                session.add(
                    RoleGrant(office_id="kostanay", person_id=row.id, role=role, valid_from=date(2019, 1, 1))
                )
                known = row.id
            people[role] = known
    return people


def _bodies() -> dict[str, int]:
    with reading() as session:
        return {row.code: row.id for row in session.execute(select(StateBody.code, StateBody.id))}


__all__ = ["REQUEST", "Walk", "at", "kostanay"]
