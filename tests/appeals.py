"""Kostanay's intake of appeals for stories: a walk that answers as its people do on an ordinary day."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app.domain.names import sort_key
from app.models import (
    Appeal,
    AppealCard,
    Case,
    JournalRow,
    KazpostEnvelope,
    Person,
    ProcessInstance,
    RoleGrant,
    Substitution,
    UserTask,
)
from app.models.database import reading
from app.usecases.access import Actor
from app.usecases.cases import open_case, send_message
from app.usecases.transaction import transaction
from tests.reception import Walk
from tests.reception import kostanay as office_of_kostanay

REGISTRARS = ("registrar", "registrar2", "registrar3")
PROCESS = "appeal_registration"
REPLY = "Дорога у школы № 5 внесена в план ремонта. Работы закончатся 1 сентября 2025 года."
CONSIDERED = ("follow_consideration", "draft_reply")
HAND_TO_JOURNAL = ("talk_with_visitor", "accept_appeal", "enter_in_journal")
WHO: dict[str, Any] = {
    "applicant_kind": "person",
    "full_name": "Иванов Пётр Сергеевич",
    "iin": "",
    "address": "г. Костанай, ул. Баймагамбетова, 12",
    "phone": "+77771234567",
    "email": "ivanov@example.test",
}


@dataclass
class AppealWalk(Walk):
    """Plays appeals; several may run at once: `case_id` names the one that is played now."""

    def performer(self, task: UserTask) -> Actor:
        """The registrar who has the appeal, else the person of the role."""
        known = {person: name for name, person in self.people.items()}
        if task.assignee_id in known and task.role is not None:
            return Actor(task.assignee_id, self.office, known[task.assignee_id], "ru", frozenset({task.role}))
        return super().performer(task)

    def visitor(self) -> int:
        """Somebody comes to the office with an appeal; returns the case."""
        self.case_id = open_case(process_key=PROCESS, kind="appeal", language="ru", by=self.actor("intake_officer"))
        return self.case_id

    def tell_office(self, name: str, **payload: Any) -> list[int]:
        """A message from outside reaches the office; returns the cases that it begins, `case_id` is the first."""
        before = self.cases()
        send_message(self.office, name, case_id=None, payload=payload)
        self.work()
        begun = [case for case in self.cases() if case not in before]
        self.case_id = begun[0] if begun else 0
        return begun

    def cases(self, kind: str | None = None) -> list[int]:
        with reading() as session:
            query = select(Case.id).where(Case.office_id == self.office).order_by(Case.id)
            return list(session.scalars(query.where(Case.kind == kind) if kind else query))

    def by_hand(self, until: str = "receive_under_signature", **answers: Any) -> int:
        """A visitor hands in an appeal and it goes as usual until `until` waits; returns the case."""
        self.visitor()
        self.play(until, **answers)
        return self.case_id

    def finish(self, **answers: Any) -> None:
        """Whatever waits is done as usual, until the case is closed or its appeal is considered."""
        while self.waiting() and self.waiting()[0] not in CONSIDERED:
            element = self.waiting()[0]
            self.complete(element, **{**self.usual(element), **answers.get(element, {})})

    def answered(self) -> None:
        """The body that the appeal was sent to has replied."""
        self.complete("follow_consideration", **self.usual("follow_consideration"))

    def usual(self, element: str) -> dict[str, Any]:
        """The answers of an ordinary day."""
        return {
            "talk_with_visitor": {
                "cause": "Яма на дороге у школы.",
                "explanations": "Разъяснён Закон № 221 и срок ответа.",
                "handed_in": "yes",
            },
            "accept_appeal": {"applicant_kind": "person", "full_name": WHO["full_name"], "sheets": 2},
            "enter_in_journal": {"applicant_kind": "person", "full_name": WHO["full_name"]},
            "receive_under_signature": {"signed_for": True},
            "make_card": {**WHO, "substance": "Отремонтировать дорогу у школы № 5.", "nature": "roads"},
            "fill_parameters": {
                "body_id": str(self.bodies["city"]),
                "social_status": "pensioner",
                "age": 67,
                "occupation": "на пенсии",
                "district": "kostanay_city",
                "appeal_language": "ru",
                "annotation": "Просит отремонтировать дорогу у школы № 5.",
            },
            "choose_category": {"category": "typical"},
            "mark_type": {"type_mark": "paper_only"},
            "name_executor": {"executor_id": str(self.bodies["roads"]), "control": "no"},
            "check_registration": {"registration_right": "yes"},
            "follow_consideration": {"turn": "reply", "body_outcome": "satisfied", "body_text": REPLY},
            "reconcile_envelopes": {
                "list_number": "15",
                "list_date": f"{self.now:%Y-%m-%d}",
                "listed": "RR1KZ\nRR2KZ\nRR3KZ\nRR4KZ\nRR5KZ",
                "scanned": "RR1KZ\nRR2KZ\nRR3KZ\nRR4KZ\nRR5KZ",
            },
            "check_addressees": {"wrong_envelopes": []},
            "return_envelopes": {"envelopes_returned": True},
            "sign_list": {"courier": "Серик Омаров", "list_signed": True},
        }[element]

    def appeal(self) -> Appeal:
        with reading() as session:
            return session.get_one(Appeal, self.case_id)

    def card(self) -> AppealCard:
        with reading() as session:
            return session.get_one(AppealCard, self.case_id)

    def journal(self, day: date | None = None) -> list[JournalRow]:
        """The journal of a day, or of all days, by through number."""
        with reading() as session:
            query = select(JournalRow).where(JournalRow.office_id == self.office).order_by(JournalRow.id)
            return list(session.scalars(query.where(JournalRow.day == day) if day else query))

    def entry(self) -> JournalRow:
        return next(row for row in self.journal() if row.case_id == self.case_id)

    def loads(self, day: date) -> list[int]:
        """How many appeals of a day each registrar has who has any, most first."""
        given = [row.registrar_id for row in self.journal(day)]
        return sorted((given.count(person) for person in set(given)), reverse=True)

    def envelopes(self) -> list[KazpostEnvelope]:
        with reading() as session:
            query = select(KazpostEnvelope).where(KazpostEnvelope.delivery_id == self.case_id)
            return list(session.scalars(query.order_by(KazpostEnvelope.id)))

    def envelope(self, barcode: str) -> str:
        return str(next(each.id for each in self.envelopes() if each.barcode == barcode))

    def away(self, registrar: str, first: date, last: date) -> None:
        """A registrar is absent on these days; the first of the others stands for her."""
        stands = next(each for each in REGISTRARS if each != registrar)
        with transaction() as session:
            session.add(
                Substitution(
                    office_id=self.office,
                    person_id=self.people[registrar],
                    substitute_id=self.people[stands],
                    first_day=first,
                    last_day=last,
                    reason="vacation",
                    note="",
                    entered_by=self.people["office_admin"],
                    entered_at=self.clock.now(),
                )
            )

    def ended(self) -> list[str]:
        """At which end events the instances of this case ended that are not running any more."""
        with reading() as session:
            rows = session.scalars(
                select(ProcessInstance).where(ProcessInstance.case_id == self.case_id).order_by(ProcessInstance.id)
            )
            return [row.end_event for row in rows if row.end_event]


@contextmanager
def appeals_of_kostanay(database_url: str, moment: datetime) -> Iterator[AppealWalk]:
    """Kostanay with three registrars on this database; business time stands at `moment`."""
    with office_of_kostanay(database_url, moment) as walk:
        people = {**walk.people, **_more_registrars(REGISTRARS[1:])}
        yield AppealWalk(walk.clock, people, walk.bodies, post=walk.post)


def _more_registrars(logins: Sequence[str]) -> dict[str, int]:
    people = {}
    with transaction() as session:
        for login in logins:
            known = session.scalar(select(Person.id).where(Person.login == login))
            if known is None:
                row = Person(
                    office_id="kostanay",
                    login=login,
                    full_name=f"Тұлға {login}",
                    sort_key=sort_key(login),
                    email=f"{login}@example.test",
                    language="ru",
                    preferences={},
                )
                session.add(row)
                session.flush()
                grant = RoleGrant(office_id="kostanay", person_id=row.id, role="registrar", valid_from=date(2019, 1, 1))
                session.add(grant)
                known = row.id
            people[login] = known
    return people


__all__ = ["REGISTRARS", "WHO", "AppealWalk", "appeals_of_kostanay"]
