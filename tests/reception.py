"""A real office for stories: Kostanay or Karaganda on PostgreSQL, people in every role, a clock that stands still."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert

from app.domain import clock
from app.domain.clock import StandingClock
from app.domain.names import sort_key
from app.gateways.documents import Provenance, parse_document, to_pdf
from app.models import (
    Assignment,
    BodyPosition,
    Booking,
    Case,
    Document,
    File,
    History,
    Job,
    Letter,
    Office,
    Person,
    ProcessInstance,
    ProcessVersion,
    ReceptionDay,
    ReceptionRequest,
    RegisterEntry,
    ReminderCall,
    RoleGrant,
    SchedulePeriod,
    Slot,
    StateBody,
    UserTask,
)
from app.models.database import reading
from app.queries.control import control_of
from app.records.files import content_of
from app.records.visit_links import LinkMaker
from app.usecases import published
from app.usecases.access import Actor
from app.usecases.appeal_alarms import tell_controllers
from app.usecases.cases import open_case
from app.usecases.deploy import deploy
from app.usecases.files import upload
from app.usecases.jobs import perform_all
from app.usecases.outgoing import Outgoing
from app.usecases.published import newest_versions
from app.usecases.start_timers import plan_starts
from app.usecases.tasks import InvalidAnswersError, complete_user_task
from app.usecases.transaction import transaction
from tests.conftest import work_with

ROOT = Path(__file__).parent.parent
ZONE = ZoneInfo("Asia/Almaty")
MADE = Provenance(made_by="", made_at=datetime(2025, 6, 27, tzinfo=UTC), number="")
LINKS = LinkMaker("https://reception.example", "a key of the tests")
CASES = (
    *("case_file", "reception_day", "register_counter", "register_entry", "job", "message", "letter", "incident"),
    *("history", "installation", "substitution", "bulk_action", "schedule_period", "blackout", "restriction_period"),
    *("report", "card_base", "intake_batch", "inbox_message"),
)
# As TRUNCATE … RESTART IDENTITY CASCADE, which makes a new file of every table and index: here they hold few rows.
_EMPTY = text(
    f"""
    DO $$
    DECLARE one record;
    BEGIN
        SET LOCAL session_replication_role = replica;
        FOR one IN
            WITH RECURSIVE emptied(id) AS (
                SELECT unnest('{{{",".join(CASES)}}}'::regclass[])::oid
                UNION SELECT conrelid FROM pg_constraint JOIN emptied ON confrelid = emptied.id WHERE contype = 'f'
            )
            SELECT emptied.id::regclass AS name, owned.objid::regclass AS numbers
            FROM emptied LEFT JOIN pg_depend AS owned ON owned.refobjid = emptied.id
                AND owned.classid = 'pg_class'::regclass AND owned.deptype IN ('a', 'i')
                AND owned.objid IN (SELECT oid FROM pg_class WHERE relkind = 'S')
        LOOP
            EXECUTE format('DELETE FROM %s', one.name);
            PERFORM setval(one.numbers, 1, false) WHERE one.numbers IS NOT NULL;
        END LOOP;
    END $$
    """
)
ROLES = (
    "intake_officer",
    "registrar",
    "reception_coordinator",
    "reception_preparer",
    "dept_deputy_head",
    "dept_head",
    "controller",
    "assignee",
    "leadership",
    "process_owner",
    "operator",
    "office_admin",
)
KARAGANDA_ROLES = (
    *("reception_worker", "call_centre_operator", "reception_coordinator", "reception_preparer", "dept_head"),
    *("dept_deputy_head", "controller", "akim", "deputy_akim", "akim_office_head", "unit_head"),
    *("process_owner", "operator", "office_admin", "assignee"),
)


def at(day: str, hour: str = "10:00") -> datetime:
    """A moment on the office's clock."""
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(hour), ZONE)


def shown(moment: datetime) -> str:
    """A moment as the office's clock shows it."""
    return f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M}"


@dataclass
class Post:
    """Takes letters and SMS as the gateways would."""

    mails: list[Any] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)

    def send(self, message: Any = None, *, to: str = "", text: str = "", key: str = "", office_id: Any = None) -> None:
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
    day_id: int = 0
    slots: list[int] = field(default_factory=list)
    office: str = "kostanay"
    receiver: str = "leadership"

    def actor(self, role: str, language: str = "ru") -> Actor:
        """The person of the office who holds a role."""
        return Actor(self.people[role], self.office, role, language, frozenset({role}))

    def performer(self, task: UserTask) -> Actor:
        """Who does a task: the person of the office who holds its role."""
        return self.actor(task.role or "reception_coordinator")

    @property
    def outgoing(self) -> Outgoing:
        return Outgoing(mailer=self.post, sms=self.post, sender=f"{self.office}@example.test", links=LINKS)

    def start(self, **changes: Any) -> int:
        """Record a request at this moment and let it be registered; returns the case."""
        self.case_id = open_case(
            process_key="personal_reception",
            kind="personal_reception",
            language="ru",
            by=self.actor("reception_coordinator"),
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

    def waiting(self) -> list[str]:
        """The elements that wait for people, in the order they appeared."""
        return [task.element for task in self.tasks()]

    def opened(self, element: str) -> str:
        """When the open task of an element appeared, on the office's clock."""
        return shown(self.task(element).created_at)

    def due(self, element: str) -> str:
        """When the open task of an element is due, on the office's clock; "" without a term."""
        due = self.task(element).due_at
        return shown(due) if due else ""

    def waits_for(self, element: str) -> bool:
        return bool(self.tasks(element))

    def upload(self, element: str, field: str, name: str = "scan.pdf") -> str:
        """Upload a scan to the waiting task; returns what its form answers."""
        task = self.task(element)
        by = self.actor(task.role or "")
        return str(
            upload(task.id, name, BytesIO(to_pdf(parse_document("# Өтініш", language="kk"), MADE)), field=field, by=by)
        )

    def complete(self, element: str, **answers: Any) -> None:
        """Complete the open task of an element as its role, then let the worker do what is due."""
        self.answer(element, **answers)
        self.work()

    def answer(self, element: str, **answers: Any) -> None:
        """Complete the open task of an element as its role, in one transaction, without a worker."""
        task = self.task(element)
        try:
            complete_user_task(task.id, answers=answers, by=self.performer(task))
        except InvalidAnswersError as invalid:
            invalid.add_note(str({key: said.ru for key, said in invalid.errors.items()}))
            raise

    def work(self) -> None:
        perform_all("story", self.outgoing)

    def pass_time_to(self, moment: datetime | date) -> None:
        """Move the clock, stopping at every due moment on the way as real time would."""
        target = moment if isinstance(moment, datetime) else datetime.combine(moment, time(12), ZONE)
        while True:
            with reading() as session:
                due = session.scalar(
                    select(Job.due_at)
                    .where(Job.status == "waiting", Job.due_at <= target)
                    .order_by(Job.due_at)
                    .limit(1)
                )
            if due is None:
                break
            self.clock.moment = max(self.clock.moment, due)
            self.work()
        self.clock.moment = target
        self.work()

    def play(self, until: str, **answers: Mapping[str, Any]) -> None:
        """Do as usual (or as `answers` say, by element) whatever waits, wait for what is to come, until `until` waits.

        Several of one element wait at once: each gets the same answers.
        """
        while not self.waits_for(until):
            waiting = self.tasks()
            if waiting:
                element = waiting[0].element
                self.complete(element, **{**self.usual(element), **answers.get(element, {})})
            else:
                self.wait()

    def wait(self) -> None:
        """Jump to the next moment at which something happens in this case."""
        with reading() as session:
            due = session.scalar(
                select(Job.due_at)
                .where(Job.status == "waiting", Job.case_id == self.case_id)
                .order_by(Job.due_at)
                .limit(1)
            )
        assert due is not None, "nothing will happen in this case any more"
        self.pass_time_to(max(self.clock.moment, due))

    def usual(self, element: str) -> dict[str, Any]:
        """The answers of an ordinary day."""
        return {
            "clarify_request": {**CLARIFIED, "competent_bodies": [str(self.bodies["housing"])]},
            "offer_to_complete": {"missing": [{"name": "Техникалық паспорт"}]},
            "request_missing_information": {
                "bodies": [str(self.bodies["housing"])],
                "information_requested": "Көшіру жоспары мен кезегі туралы мәлімет.",
                "position_due_at": f"{self.now + timedelta(days=2):%Y-%m-%dT18:00}",
            },
            "collect_information": {
                "collected": [{"source": "ТКШ", "content": "Анықтама", "received_on": f"{self.now:%Y-%m-%d}"}]
            },
            "prepare_brief": {**BRIEF, "proposed_day": str(self.day_id)},
            "decide_on_reception": {
                "decision": "appoint",
                "official_id": str(self.people[self.receiver]),
                "reception_day_id": str(self.day_id),
                "mode": "in_person",
            },
            "register_and_notify_applicant": {"slot": str(self.slots[0]) if self.slots else "", "place": "akimat"},
            "invite_state_bodies": {
                "bodies": [str(self.bodies["housing"]), str(self.bodies["social"])],
                "position_due_at": max("2025-06-20T18:00", f"{self.now + timedelta(days=1):%Y-%m-%dT09:00}"),
                "participants": [],
            },
            "record_position": {
                "position_text": "Үй апатты, көшіру жоспарға енгізілді.",
                "position_official": "Серік Ахметов",
                "position_attends": "yes",
                "position_submitted_at": f"{self.now:%Y-%m-%dT%H:%M}",
            },
            "analyse_materials": {"materials_quality": "good"},
            "confirm_attendance": {"called_at": f"{self.now:%Y-%m-%dT%H:%M}", "attendance": "confirmed"},
            "submit_materials_to_management": {"materials_included": ["brief", "positions", "list"]},
            "hold_coordination_meeting": {
                "meeting_on": f"{self.now:%Y-%m-%d}",
                "participants": [],
                "meeting_decision": "Көшіру 1 қыркүйекке дейін.",
            },
            "check_in": {"came": "yes"},
            "conduct_reception": {
                "answer": "Сізге пәтер беріледі, көшіру 1 қыркүйекке дейін.",
                "exhaustive": "yes",
                "has_assignments": "yes",
                "assignments": self.assignments(),
                "participants": [],
            },
            "issue_protocol": {"has_assignments": "yes", "assignments": self.assignments()},
            "choose_executor": {"responsible": f"p{self.people.get('assignee')}", "co_executors": []},
            "execute_assignment": {
                "executed_on": f"{self.now:%Y-%m-%d}",
                "report": "Пәтер берілді, өтініш берушіге жауап жолданды.",
                "reply_kind": "final",
                "reply_number": "07-12/45",
                "reply_on": f"{self.now:%Y-%m-%d}",
            },
            "record_execution": {
                "executed_on": f"{self.now:%Y-%m-%d}",
                "report": "Басқарма тапсырманы орындады.",
                "reply_kind": "final",
                "reply_on": f"{self.now:%Y-%m-%d}",
            },
            "contribute": {"contribution": "Құжаттардың көшірмелері берілді."},
            "check_execution": {"quality": "good", "fully_executed": "yes"},
            "review_quality": {
                "methods": ["documents", "call"],
                "results": "Өтініш беруші жауапқа риза.",
                "verdict": "accept",
                "fully_executed": "yes",
            },
            "address_remarks": {"remarks_addressed": "Тексерілді.", "any_returned": "no"},
            "archive_appeal": {"agreed": "yes", "closing_decision": "Мәселе шешілді."},
        }[element]

    def assignments(self) -> list[dict[str, str]]:
        """Two assignments to two bodies, the later due on Friday 18 July 2025."""
        return [
            {"text": "Пәтер бөлу", "executor": str(self.bodies["housing"]), "due": "2025-07-16"},
            {"text": "Жәрдемақы тағайындау", "executor": str(self.bodies["social"]), "due": "2025-07-18"},
        ]

    def clear(self) -> None:
        """Leave the office as it was deployed, without any case or reception day, to the database's next story."""
        with transaction() as session:
            session.execute(_EMPTY)

    def letters(self, template: str) -> list[Letter]:
        with reading() as session:
            return list(
                session.scalars(
                    select(Letter)
                    .where(Letter.case_id == self.case_id, Letter.template == template)
                    .order_by(Letter.id)
                )
            )

    def controlled(self, *days: str) -> dict[str, tuple[int, bool | None]]:
        """Each morning: of how many replies the controllers are told, and whether the first listed is overdue."""
        found = {}
        for day in days:
            self.clock.moment = at(day, "09:05")
            with transaction() as session:
                told = tell_controllers(self.office, session=session)
            rows = control_of(self.office, view="all", executor=None, personal=True).rows
            found[day] = (told, rows[0].overdue if rows else None)
        self.work()
        return found

    def case(self) -> Case:
        with reading() as session:
            return session.get_one(Case, self.case_id)

    def instance(self) -> ProcessInstance:
        with reading() as session:
            return session.scalars(
                select(ProcessInstance)
                .where(ProcessInstance.case_id == self.case_id)
                .order_by(ProcessInstance.id)
                .limit(1)
            ).one()

    def happened(self) -> list[str]:
        """Every element gone through, in order."""
        with reading() as session:
            rows = session.scalars(select(History.facts).where(History.case_id == self.case_id).order_by(History.id))
            return [element for facts in rows for element in facts.get("passed", [])]

    def request(self) -> ReceptionRequest:
        with reading() as session:
            return session.get_one(ReceptionRequest, self.case_id)

    def numbers(self, register: str) -> list[str]:
        """The labels that this case has in a register, in order."""
        return [entry.label for entry in self.entries(register)]

    def entries(self, register: str) -> list[RegisterEntry]:
        with reading() as session:
            query = select(RegisterEntry).where(
                RegisterEntry.case_id == self.case_id, RegisterEntry.register == register
            )
            return list(session.scalars(query.order_by(RegisterEntry.id)))

    def documents(self, kind: str) -> list[tuple[str, bytes]]:
        """Language and content of the documents of a kind that are in the file."""
        with reading() as session:
            rows = session.execute(
                select(Document, File)
                .join(File, File.id == Document.file_id)
                .where(Document.case_id == self.case_id, Document.kind == kind)
                .order_by(Document.id)
            ).all()
            return [(f"{row.language} {file.name}", b"".join(content_of(session, file.sha256))) for row, file in rows]

    def sent_files(self, letter: Letter) -> list[str]:
        """The names of the files that go with a letter."""
        with reading() as session:
            return [session.get_one(File, file_id).name for file_id in letter.files]

    def positions(self) -> list[BodyPosition]:
        return self._rows(BodyPosition)

    def bookings(self) -> list[Booking]:
        return self._rows(Booking)

    def calls(self) -> list[ReminderCall]:
        return self._rows(ReminderCall)

    def given_assignments(self) -> list[Assignment]:
        return self._rows(Assignment)

    def _rows(self, model: Any) -> list[Any]:
        with reading() as session:
            return list(session.scalars(select(model).where(model.case_id == self.case_id).order_by(model.id)))

    def approve_schedule(self, day: date) -> None:
        """The month of a day has an approved schedule, unless somebody has submitted or published it."""
        with transaction() as session:
            approved = insert(SchedulePeriod).values(office_id=self.office, month=day.replace(day=1), status="approved")
            session.execute(
                approved.on_conflict_do_update(
                    index_elements=["office_id", "month"],
                    set_={"status": "approved"},
                    where=SchedulePeriod.status == "draft",
                )
            )

    def reception_day(self, day: date, *, at_hour: int = 10, slots: int = 6) -> list[int]:
        """A planned day of the receiving official in a month whose schedule is approved; returns its slots."""
        self.approve_schedule(day)
        with transaction() as session:
            row = ReceptionDay(
                office_id=self.office,
                official_id=self.people[self.receiver],
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
                Slot(office_id=self.office, day_id=row.id, starts_at=begin + timedelta(minutes=20 * n), minutes=20)
                for n in range(slots)
            ]
            session.add_all(made)
            session.flush()
            self.day_id = row.id
            self.slots = [slot.id for slot in made]
            return self.slots


def office_task(instance_id: int, element: str) -> int:
    """The open task of an element in a process of the office that runs without a case."""
    with reading() as session:
        return session.scalars(
            select(UserTask.id).where(
                UserTask.instance_id == instance_id, UserTask.element == element, UserTask.status == "open"
            )
        ).one()


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


CLARIFIED: dict[str, Any] = {
    "substance_stated": "yes",
    "substance": "Көшіру мерзімі мен мекенжайы.",
    "nature": "Тұрғын үй",
    "applied_earlier": "no",
    "documents": [],
    "package_sufficient": "yes",
}
BRIEF: dict[str, Any] = {
    "substance": "Көшіру мерзімі мен мекенжайы.",
    "nature": "Тұрғын үй",
    "brief_materials": "ТКШ басқармасының анықтамасы.",
    "brief_analysis": "Үй апатты деп танылған.",
    "proposal": "appoint",
}


def _connect(database_url: str) -> None:
    """Work with this database; what was parsed of it in the story before still holds, as versions never change."""
    work_with(database_url)
    if _known[:1] != [database_url]:
        published.forget()
        _known[:] = [database_url]


_known: list[str] = []
_deployed: dict[tuple[str, str], tuple[int | None, dict[str, Any]]] = {}
"""By database and office: its newest version, and its settings as the files have them."""


def _deploy(office: str) -> None:
    """The office as its files have it; a later story finds it deployed and gets only the settings anew."""
    key = (_known[0], office)
    with transaction() as session:
        row = session.get(Office, office)
        newest = select(func.max(ProcessVersion.id)).where(ProcessVersion.office_id == office)
        if row is not None and key in _deployed and session.scalar(newest) == _deployed[key][0]:
            row.settings = _deployed[key][1]
            return
    deploy(ROOT / "processes" / office)
    with reading() as session:
        _deployed[key] = session.scalar(newest), session.get_one(Office, office).settings


@contextmanager
def kostanay(database_url: str, moment: datetime) -> Iterator[Walk]:
    """Kostanay deployed on this database, with its people; business time stands at `moment`."""
    standing = StandingClock(moment.astimezone(UTC))
    _connect(database_url)
    with clock.using(standing):
        _deploy("kostanay")
        walk = Walk(standing, _people("kostanay", ROLES), _bodies("kostanay"))
        yield walk
        walk.clear()


@contextmanager
def karaganda(database_url: str, moment: datetime) -> Iterator[Walk]:
    """Karaganda deployed on this database, with its people; business time stands at `moment`."""
    standing = StandingClock(moment.astimezone(UTC))
    _connect(database_url)
    with clock.using(standing):
        _deploy("karaganda")
        plan_timers("karaganda", standing.now())
        people = _people("karaganda", KARAGANDA_ROLES)
        walk = Walk(standing, people, _bodies("karaganda"), office="karaganda", receiver="deputy_akim")
        yield walk
        walk.clear()


@contextmanager
def office_as_deployed(
    database_url: str, moment: datetime, office: str, roles: Sequence[str]
) -> Iterator[tuple[StandingClock, dict[str, int], dict[str, int]]]:
    """Another office deployed on this database: its clock, somebody in each role, its bodies; whoever plays clears."""
    standing = StandingClock(moment.astimezone(UTC))
    _connect(database_url)
    with clock.using(standing):
        _deploy(office)
        plan_timers(office, standing.now())
        yield standing, _people(office, roles), _bodies(office)


def plan_timers(office: str, now: datetime) -> None:
    """The starts by timer as if everything were published now: the story before has swept the jobs away."""
    with transaction() as session:
        for version in newest_versions(session, office):
            plan_starts(session, office, version.definition, now)


def _people(office: str, roles: Sequence[str]) -> dict[str, int]:
    """Somebody in every role; logins are unique over all offices."""
    people = {}
    with transaction() as session:
        for role in roles:
            login = role if office == "kostanay" else f"{office}.{role}"
            known = session.scalar(select(Person.id).where(Person.login == login))
            if known is None:
                row = Person(
                    office_id=office,
                    login=login,
                    full_name=f"Тұлға {role}",
                    sort_key=sort_key(role),
                    email=f"{role}@example.test",
                    language="ru",
                    preferences={},
                )
                session.add(row)
                session.flush()
                session.add(RoleGrant(office_id=office, person_id=row.id, role=role, valid_from=date(2019, 1, 1)))
                known = row.id
            people[role] = known
    return people


def _bodies(office: str) -> dict[str, int]:
    with reading() as session:
        query = select(StateBody.code, StateBody.id).where(StateBody.office_id == office)
        return {row.code: row.id for row in session.execute(query)}


__all__ = [
    "BRIEF",
    "CLARIFIED",
    "REQUEST",
    "Post",
    "Walk",
    "at",
    "karaganda",
    "kostanay",
    "office_as_deployed",
    "office_task",
    "plan_timers",
    "shown",
]
