"""KTEK for stories: a walk that answers as its people do on an ordinary day."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.models import Case, Grievance, PlanEvent, ProcessInstance, ReceptionDay, Reply, ReplyDispatch, Slot
from app.models.database import reading
from app.records.grievances import states_of
from app.usecases.appeals import begin_appeal
from app.usecases.cases import open_case, send_message
from tests.reception import ZONE, Walk, office_as_deployed, shown

ROLES = (
    *("ktek_director", "ktek_sep", "ktek_office", "ktek_executor", "ktek_courier_staff", "ktek_dispatcher"),
    *("ktek_builder", "process_owner", "office_admin", "operator"),
)
CONSUMER: dict[str, Any] = {
    "full_name": "Жақсыбеков Марат Ерланұлы",
    "phone": "+77771234567",
    "email": "marat@example.test",
    "applicant_language": "ru",
}


@dataclass
class KtekWalk(Walk):
    """Plays KTEK's cases; several may run at once: `case_id` names the one that is played now."""

    office: str = "ktek"
    receiver: str = "ktek_director"

    def tell_office(self, name: str, **payload: Any) -> int:
        """A message reaches the office; returns the case that it begins."""
        before = self.cases()
        send_message(self.office, name, case_id=None, payload=payload)
        self.work()
        self.case_id = next(case for case in self.cases() if case not in before)
        return self.case_id

    def cases(self, kind: str | None = None) -> list[int]:
        with reading() as session:
            query = select(Case.id).where(Case.office_id == self.office).order_by(Case.id)
            return list(session.scalars(query.where(Case.kind == kind) if kind else query))

    def file(self, source: str = "hand") -> int:
        """Something comes to the document office by a source."""
        self.case_id = begin_appeal(source, language="ru", by=self.actor("ktek_office"))
        return self.case_id

    def plan_measure(self, measure: str, **wanted: Any) -> int:
        """The service begins an event of a measure."""
        return self._begin("ktek_stakeholder_event", "plan_event", "measure_planned", {"measure": measure, **wanted})

    def ask_for_director(self) -> int:
        return self._begin("ktek_director_reception", "director_reception", "booking_requested", {})

    def consult(self, channel: str, role: str = "ktek_sep") -> int:
        begins = "consultation_requested"
        return self._begin("ktek_consultation", "consultation", begins, {"channel": channel}, role)

    def _begin(self, process: str, kind: str, start: str, brought: dict[str, Any], role: str = "ktek_sep") -> int:
        self.case_id = open_case(
            process_key=process,
            kind=kind,
            language="ru",
            by=self.actor(role),
            start_element=start,
            brought=brought,
        )
        return self.case_id

    def finish(self, **answers: Any) -> None:
        """Whatever waits is done as usual, until the case is closed."""
        while self.waiting():
            element = self.waiting()[0]
            self.complete(element, **{**self.usual(element), **answers.get(element, {})})

    def usual(self, element: str) -> dict[str, Any]:
        """The answers of an ordinary day."""
        return {
            "plan_event": {**self.cells(), "planned_at": "2025-06-12", "repeats": "none"},
            "hold_event": {"held_on": f"{self.now:%Y-%m-%d}", "held_place": "г. Костанай"},
            "install_billboards": {"held_on": f"{self.now:%Y-%m-%d}", "held_place": "ул. Тәуелсіздік, 83"},
            "record_result": {"result": "Информация размещена.", "reference": "№ 45 от 12.06.2025"},
            "report_installation": {"result": "Билборд стоит."},
            "book_slot": {**CONSUMER, "question": "Подключение дома к теплу."},
            "receive_consumer": {"came": "yes", "answer": "Дом подключат до 1 сентября.", "exhaustive": "yes"},
            "consult": {
                **CONSUMER,
                "question": "Как считают отопление?",
                "answer": "По прибору учёта дома.",
                "allowance": "no",
                "lodged": "no",
            },
            "consult_by_hotline": {
                **CONSUMER,
                "question": "Нет горячей воды.",
                "answer": "Авария, воду дадут к шести утра.",
                "allowance": "no",
                "lodged": "no",
            },
            "accept_grievance": {
                **CONSUMER,
                "applicant_kind": "person",
                "address": "г. Костанай, ул. Гоголя, 85, кв. 4",
                "outside_home": "no",
                "substance": "В квартире холодно, батареи 30 градусов.",
            },
            "categorise": {
                "category": "complaint",
                "nature": "heat_quality",
                "responsible": str(self.people["ktek_executor"]),
            },
            "consider": {"reply_outcome": "satisfied", "reply_text": "Стояк промыт, температура восстановлена."},
            "agree_decision": {"legal_decision": "agreed"},
            "approve_decision": {"management_decision": "agreed"},
            "execute_decision": {"measures": "Промыт стояк, заменён вентиль."},
            "acquaint": {"acquainted": "Начальник участка Ким В., 16.06.2025"},
            "choose_way": {"reply_channel": "paper_controllers"},
            "hand_over_reply": {"dispatch_method": "paper_controllers", "evidence": "Вручено лично, расписка."},
            "send_reply": {"dispatch_method": "email", "evidence": ""},
            "send_by_kazpost": {"dispatch_method": "kazpost", "barcode": "RR473124829KZ"},
            "help_with_allowance": {"allowance_help": "Заполнено заявление, собраны справки."},
        }[element]

    def cells(self) -> dict[str, Any]:
        """The cells of the event as its form shows them; of other cases none."""
        if self.case().kind != "plan_event":
            return {}
        row = self.event()
        names = ("words", "parties", "info_type", "place", "responsible", "contacts")
        return {name: getattr(row, name) for name in names}

    def event(self) -> PlanEvent:
        with reading() as session:
            return session.get_one(PlanEvent, self.case_id)

    def grievance(self) -> Grievance:
        with reading() as session:
            return session.get_one(Grievance, self.case_id)

    def states(self) -> list[tuple[str, str]]:
        """The states of the document with their times on the office's clock."""
        with reading() as session:
            return [(row.state, shown(row.entered_at)) for row in states_of(session, self.case_id)]

    def reply(self) -> Reply:
        with reading() as session:
            return session.scalars(select(Reply).where(Reply.case_id == self.case_id)).one()

    def dispatch(self) -> ReplyDispatch:
        with reading() as session:
            return session.scalars(select(ReplyDispatch).where(ReplyDispatch.reply_id == self.reply().id)).one()

    def times_of(self, day: str) -> list[str]:
        """The director's times on a day, on the office's clock."""
        with reading() as session:
            rows = session.scalars(
                select(Slot.starts_at)
                .join(ReceptionDay, ReceptionDay.id == Slot.day_id)
                .where(Slot.office_id == self.office, ReceptionDay.day == datetime.fromisoformat(day).date())
                .order_by(Slot.starts_at)
            )
            return [f"{each.astimezone(ZONE):%H:%M}" for each in rows]

    def slot_at(self, moment: datetime) -> str:
        with reading() as session:
            query = select(Slot.id).where(Slot.office_id == self.office, Slot.starts_at == moment)
            return str(session.scalars(query).one())

    def ended(self) -> list[str]:
        """At which end events the instances of this case ended."""
        with reading() as session:
            query = select(ProcessInstance.end_event).where(ProcessInstance.case_id == self.case_id)
            return [each or "" for each in session.scalars(query.order_by(ProcessInstance.id))]


@contextmanager
def ktek(database_url: str, moment: datetime) -> Iterator[KtekWalk]:
    """KTEK deployed on this database, with its people; business time stands at `moment`."""
    with office_as_deployed(database_url, moment, "ktek", ROLES) as (standing, people, bodies):
        walk = KtekWalk(standing, people, bodies)
        yield walk
        walk.clear()


__all__ = ["CONSUMER", "ROLES", "KtekWalk", "ktek"]
