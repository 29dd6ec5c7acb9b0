"""The group of SevKazEnergo for stories: people in its companies and branches, a walk through its documents."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any, Final

from sqlalchemy import select

from app.domain import clock
from app.domain.clock import StandingClock
from app.domain.names import sort_key
from app.gateways.documents import Provenance, parse_document, to_pdf
from app.models import (
    HandOver,
    IncomingDocument,
    Letter,
    MonitoringEntry,
    Person,
    ProcessInstance,
    RoleGrant,
    Unit,
    UserTask,
    role_held,
)
from app.models.database import reading
from app.queries.choices import choices_for
from app.records.incoming_documents import hand_overs
from app.usecases.access import Actor
from app.usecases.appeals import begin_appeal
from app.usecases.cases import send_message
from app.usecases.files import upload
from app.usecases.receipts import Report, take_report
from app.usecases.transaction import transaction
from tests import reception
from tests.reception import Walk

OFFICE: Final = "sevkazenergo"
STAFF: Final = {
    "secretary": ("ske_secretary", "secretariat"),
    "clerk": ("ske_clerk", "sbyt_office"),
    "clerk_2": ("ske_clerk", "sbyt_office"),
    "clerk_net": ("ske_clerk", "net_office"),
    "management_company": ("ske_management", "company"),
    "management_sbyt": ("ske_management", "sbyt"),
    "management_net": ("ske_management", "net"),
    "director": ("ske_general_director", "sbyt"),
    "unit_head": ("ske_unit_head", "sbyt_consumers"),
    "unit_head_net": ("ske_unit_head", "net_operation"),
    "unit_head_company": ("ske_unit_head", "company_technical"),
    "pr": ("ske_pr", "sbyt_pr"),
    "executor": ("ske_executor", "sbyt_consumers"),
    "executor_net": ("ske_executor", "net_operation"),
    "executor_company": ("ske_executor", "company_technical"),
    "specialist": ("ske_consumer_specialist", "sbyt_consumers"),
    "res_head": ("ske_branch_head", "res_2"),
    "ruse_head": ("ske_branch_head", "ruse_1"),
    "sc_head": ("ske_service_centre_head", "sc_1"),
    "operator_of_calls": ("ske_contact_centre", "sbyt_contact_centre"),
    "lawyer": ("ske_legal", "korgau"),
    "process_owner": ("process_owner", "company"),
    "office_admin": ("office_admin", "company"),
    "operator": ("operator", "company"),
}
"""Login → role and unit."""
HOUSEHOLD: Final[dict[str, Any]] = {
    "consumer_group": "household",
    "full_name": "Иванова Анна Петровна",
    "address": "г. Петропавловск, ул. Абая, 10",
    "phone": "+77771234567",
    "email": "ivanova@example.test",
    "applicant_language": "ru",
}
NONHOUSEHOLD: Final[dict[str, Any]] = {
    "consumer_group": "nonhousehold",
    "organisation": "ТОО «Север»",
    "outgoing_number": "15-07",
    "outgoing_date": "2025-05-30",
    "phone": "+77152461111",
    "applicant_language": "ru",
}
REPLY: Final = (
    *("draft_reply", "contribute_to_reply", "check_by_head", "correct_reply", "approve_legally", "approve_reply"),
    *("put_on_letterhead", "dispatch_reply", "hand_over_copy"),
)
SCAN: Final = Provenance(made_by="", made_at=datetime(2025, 6, 2, tzinfo=UTC), number="")


@dataclass
class EnergyWalk(Walk):
    """Plays documents of consumers; `case_id` names the one that is played now, `roles` what each login may take."""

    roles: dict[str, frozenset[str]] = field(default_factory=dict)

    def someone(self, login: str) -> Actor:
        """A person of the group in her role."""
        return Actor(self.people[login], self.office, login, "ru", self.roles[login])

    def performer(self, task: UserTask) -> Actor:
        """Whom the task is given to, else the first who holds its role."""
        known = {person: login for login, person in self.people.items()}
        if task.assignee_id in known:
            return self.someone(known[task.assignee_id])
        return self.someone(next(login for login in STAFF if task.role in self.roles[login]))

    def comes(self, source: str, login: str) -> int:
        """Somebody of the group takes a document in; returns the case."""
        self.case_id = begin_appeal(source, language="ru", by=self.someone(login))
        return self.case_id

    def written(self, kind: str = "claim", login: str = "clerk", **answers: Any) -> int:
        """A written document is taken in and registered."""
        self.comes("written", login)
        self.complete("register_document", **{**self.usual("register_document"), "kind": kind, **answers})
        return self.case_id

    def tell_office(self, name: str, **payload: Any) -> int:
        """A message from outside reaches the group; returns the case that it begins."""
        send_message(self.office, name, case_id=None, payload=payload)
        self.work()
        with reading() as session:
            newest = select(ProcessInstance.case_id).order_by(ProcessInstance.id.desc()).limit(1)
            self.case_id = session.scalar(newest) or 0
        return self.case_id

    def scan(self, element: str, field: str = "appeal_files", name: str = "scan.pdf") -> str:
        """Upload a scan to the waiting task; returns what its form answers."""
        task = self.task(element)
        content = BytesIO(to_pdf(parse_document("# Скан", language="ru"), SCAN))
        return str(upload(task.id, name, content, field=field, by=self.performer(task)))

    def holder_of(self, element: str) -> str:
        """The login of whom the open task of an element is given to, else of the first who may take it."""
        return self.performer(self.task(element)).full_name

    def resolve(self, element: str = "consider", *executors: str, due: str = "2025-06-20") -> None:
        """The management puts its resolution."""
        rows = [{"executor": str(self.people[each])} for each in executors]
        self.complete(element, resolution="Рассмотреть и ответить.", executors_named=rows, resolution_due=due)

    def document(self) -> IncomingDocument:
        with reading() as session:
            return session.get_one(IncomingDocument, self.case_id)

    def handed(self) -> list[tuple[str, str, str, str]]:
        """What was handed over, which paper, to whom and on what day."""
        known = {person: login for login, person in self.people.items()}
        with reading() as session:
            rows: list[HandOver] = list(hand_overs(session, self.case_id))
        return [(row.what, row.paper, known[row.receiver_id], reception.shown(row.handed_at)[:10]) for row in rows]

    def monitored(self) -> MonitoringEntry | None:
        with reading() as session:
            return session.scalars(select(MonitoringEntry).where(MonitoringEntry.case_id == self.case_id)).first()

    def report(self, template: str, kind: str = "read") -> None:
        """The mail of whoever got the last letter of this template reports that it arrived."""
        letter: Letter = self.letters(template)[-1]
        with transaction() as session:
            told = Report(letter.message_id or "", kind, letter.address, self.clock.now())
            take_report(session, self.office, told, now=self.clock.now())
        self.work()

    def ended(self) -> list[str]:
        """At which end events the instances of this case ended."""
        with reading() as session:
            query = select(ProcessInstance.end_event).where(ProcessInstance.case_id == self.case_id)
            return [each or "" for each in session.scalars(query.order_by(ProcessInstance.id))]

    def usual(self, element: str) -> dict[str, Any]:
        """The answers of an ordinary day."""
        register = {
            **HOUSEHOLD,
            "company": self.document().company,
            "kind": "claim",
            "substance": "Неверно начислена плата за май.",
            "nature": "bill",
            "signed": "yes",
        }
        executor = "executor_net" if self.document().company == "net" else "executor"
        resolution = {
            "resolution": "Рассмотреть и ответить.",
            "executors_named": [{"executor": str(self.people[executor])}],
            "resolution_due": "2025-06-20",
        }
        signed, passed = {"signed_for": True}, {"passed_on": True}
        answers: dict[str, dict[str, Any]] = {
            "register_document": register,
            "record_call": register,
            "print_and_register": register,
            "acknowledge": {"acknowledgement": "slip"},
            "pass_to_management": passed,
            "consider": resolution,
            "hand_to_unit": {"unit_head_id": str(self.people["unit_head"]), "visit_on": "2025-06-12", **signed},
            "pass_copy": {"pr_id": str(self.people["pr"]), **passed},
            "give_original": signed,
            "hand_copy": {"handed_paper": "copy", "branch_head_id": str(self.people["res_head"]), **signed},
            "forward_to_pr": passed,
            "enter_in_base": {"kind": self.document().kind or "review", "marked": True},
            "pass_to_director": passed,
            "put_resolution": resolution,
            "return_to_pr": {"visit_on": "2025-06-12", **passed},
            "give_to_executor": signed,
        }
        return answers.get(element) or self.usual_of_reply(element)

    def usual_of_reply(self, element: str) -> dict[str, Any]:
        """The answers of an ordinary day to the tasks of a reply."""
        draft = {
            "reply_outcome": "explained",
            "reply_text": "Начисление за май пересчитано, разница учтена в счёте за июнь.",
            "law_articles": "ст. 76 АППК",
            "terms_observed": True,
            "statutory_check": "no",
        }
        answers: dict[str, dict[str, Any]] = {
            "draft_reply": draft,
            "contribute_to_reply": {"part_text": "Показания счётчика проверены 4 июня."},
            "check_by_head": {"head_decision": "agreed"},
            "correct_reply": draft,
            "approve_reply": {"management_decision": "agreed"},
            "put_on_letterhead": {
                "letterhead": self.document().company,
                "outgoing_on": f"{self.now:%Y-%m-%d}",
                "letterhead_right": True,
            },
            "dispatch_reply": {"dispatch_method": "courier", "dispatched_on": f"{self.now:%Y-%m-%d}"},
            "hand_over_copy": {"copy_handed": True},
        }
        return answers[element]

    def reply(self) -> None:
        """The reply is prepared, sent, and its copy handed over."""
        while any(element in REPLY for element in self.waiting()):
            element = next(each for each in self.waiting() if each in REPLY)
            chosen = {"copy_recipient": self.offered(element)} if element == "hand_over_copy" else {}
            self.complete(element, **{**self.usual(element), **chosen})

    def offered(self, element: str) -> str:
        """The first who may get the copy of the reply."""
        task = self.task(element)
        with reading() as session:
            choices = choices_for(session, self.office, self.case_id, ["copy_recipients"], task_id=task.id)
        return str(choices["copy_recipients"][0].value)


@contextmanager
def energy(database_url: str, moment: datetime) -> Iterator[EnergyWalk]:
    """SevKazEnergo deployed on this database, with its people; business time stands at `moment`."""
    standing = StandingClock(moment.astimezone(UTC))
    reception._connect(database_url)
    with clock.using(standing):
        reception._deploy(OFFICE)
        reception.plan_timers(OFFICE, standing.now())
        people = _people()
        walk = EnergyWalk(standing, people, {}, office=OFFICE, roles=_roles(people))
        yield walk
        walk.clear()


def _people() -> dict[str, int]:
    people = {}
    with transaction() as session:
        units = {row.code: row.id for row in session.scalars(select(Unit).where(Unit.office_id == OFFICE))}
        for name, (role, unit) in STAFF.items():
            login = f"{OFFICE}.{name}"
            known = session.scalar(select(Person.id).where(Person.login == login))
            if known is None:
                row = Person(
                    office_id=OFFICE,
                    login=login,
                    full_name=f"Тұлға {name}",
                    sort_key=sort_key(name),
                    email=f"{name}@example.test",
                    language="ru",
                    preferences={},
                )
                session.add(row)
                session.flush()
                grant = RoleGrant(
                    office_id=OFFICE, person_id=row.id, role=role, unit_id=units[unit], valid_from=date(2019, 1, 1)
                )
                session.add(grant)
                known = row.id
            people[name] = known
    return people


def _roles(people: dict[str, int]) -> dict[str, frozenset[str]]:
    with reading() as session:
        held = session.execute(select(role_held.c.person_id, role_held.c.role)).all()
    return {login: frozenset(each.role for each in held if each.person_id == one) for login, one in people.items()}


__all__ = ["HOUSEHOLD", "NONHOUSEHOLD", "OFFICE", "STAFF", "EnergyWalk", "energy"]
