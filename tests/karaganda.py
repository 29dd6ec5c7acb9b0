"""Karaganda's personal reception for stories: a walk that answers as its people do on an ordinary day."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.models import Message, ProcessInstance
from app.models.database import reading
from app.usecases.cases import open_case, send_message
from tests.reception import REQUEST, Walk
from tests.reception import karaganda as office_of_karaganda

CLARIFIED: dict[str, Any] = {
    "substance_stated": "yes",
    "substance": "Көшіру мерзімі мен мекенжайы.",
    "nature": "Тұрғын үй",
    "competence": "local",
    "answered_before": "no",
    "wish": "booking",
    "documents": [],
    "materials_needed": "no",
}
INTAKE = {"reception_worker": "record_visit", "call_centre_operator": "record_call"}


@dataclass
class KaragandaWalk(Walk):
    """Plays a case of Karaganda's regulation."""

    def begin(self, role: str = "reception_coordinator") -> int:
        """Open a case as the person who took the request; returns the case."""
        self.case_id = open_case(
            process_key="personal_reception", kind="personal_reception", language="ru", by=self.actor(role)
        )
        return self.case_id

    def start(self, role: str = "reception_coordinator", **changes: Any) -> int:
        """Record a request at this moment and let it be registered; returns the case."""
        self.begin(role)
        given = {**REQUEST, "received_on": f"{self.now:%Y-%m-%dT%H:%M}", "foreigner": "no", **changes}
        self.complete(INTAKE.get(role, "record_request"), **given)
        return self.case_id

    def instance(self) -> ProcessInstance:
        """The instance of the reception itself: the case may have others beside it."""
        with reading() as session:
            found = session.scalars(
                select(ProcessInstance).where(ProcessInstance.case_id == self.case_id).order_by(ProcessInstance.id)
            )
            return next(iter(found))

    def sent(self, name: str) -> list[dict[str, Any]]:
        """What the messages of this name brought that the case has sent, in order."""
        with reading() as session:
            query = select(Message.payload).where(Message.case_id == self.case_id, Message.name == name)
            return [dict(payload) for payload in session.scalars(query.order_by(Message.id))]

    def tell(self, name: str, **payload: Any) -> None:
        """Send the case a message and let the worker deliver it."""
        send_message(self.office, name, case_id=self.case_id, payload=payload)
        self.work()

    def usual(self, element: str) -> dict[str, Any]:
        """The answers of an ordinary day."""
        mine: dict[str, dict[str, Any]] = {
            "clarify_request": {
                **CLARIFIED,
                "competent_bodies": [str(self.bodies["housing"])],
                "proposed_day": str(self.day_id),
            },
            "request_materials": {
                "bodies": [str(self.bodies["housing"])],
                "information_requested": "Көшіру жоспары мен кезегі туралы мәлімет.",
                "position_due_at": f"{self.now + timedelta(days=3):%Y-%m-%dT18:00}",
            },
            "prepare_brief": {
                **super().usual("prepare_brief"),
                "units_involved": "Құрылыс бөлімі",
            },
            "conclude_extension": {
                "extension_conclusion": "Қосымша сараптама қажет.",
                "extended_until": f"{self.now + timedelta(days=10):%Y-%m-%d}",
                "materials_needed": "no",
            },
            "list_and_schedule": {
                "list_approved": True,
                "slot": str(self.slots[0]) if self.slots else "",
                "place": "akimat",
            },
            "ensure_participants": {
                "bodies": [str(self.bodies["housing"])],
                "position_wanted": "no",
                "position_due_at": f"{self.now + timedelta(days=3):%Y-%m-%dT18:00}",
                "participants": [],
            },
            "prepare_materials": {"materials_included": ["brief", "analytics", "list"], "materials_note": "Талдау."},
            "check_in": {
                "came": "yes",
                "identity_document": "Жеке куәлік № 012345678",
                "acts_for": "self",
                "foreigner": "no",
                "reception_language": "kk",
                "helpers": [],
                "mode": "in_person",
            },
            "missed_reception": {"missed_remarks": "Ауырып қалды.", "missed_outcome": "rebook"},
            "conduct_reception": {
                **super().usual("conduct_reception"),
                "reception_outcome": "answered",
                "called_in": [],
                "appeals_handed_in": "no",
            },
            "agree_other_time": {"slot": str(self.slots[1]) if self.slots else "", "place": "akimat"},
            "scan_appeals": {"appeals": [{"subject": "Үй кезегі туралы", "assignment": 1}]},
            "media_coverage": {"medium": "«Орталық Қазақстан»", "published_on": f"{self.now:%Y-%m-%d}"},
            "close_on_final_reply": {
                "reply_kind": "final",
                "reply_reference": "№ ЗТ-15",
                "reply_on": f"{self.now:%Y-%m-%d}",
            },
            "give_feedback": {"feedback_text": "Өтінішіңіз қаралып жатыр, жауап дайындалуда."},
        }
        mine["conduct_akim_reception"] = mine["conduct_reception"]
        return mine.get(element) or super().usual(element)


@contextmanager
def karaganda(database_url: str, moment: datetime) -> Iterator[KaragandaWalk]:
    """Karaganda deployed on this database, with its people; business time stands at `moment`."""
    with office_of_karaganda(database_url, moment.astimezone(UTC)) as walk:
        yield KaragandaWalk(walk.clock, walk.people, walk.bodies, office=walk.office, receiver=walk.receiver)


__all__ = ["CLARIFIED", "KaragandaWalk", "karaganda"]
