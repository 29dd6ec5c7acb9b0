"""What a running diagram may ask of the office: terms, record handlers, messages."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.engine.run import Call, Thrown, Variables
from app.handlers.registry import Step, handler
from app.models import Case
from app.records.terms import Terms
from app.usecases.history import Event
from app.usecases.outbox import broadcast, post
from app.usecases.published import Published


class CaseWorld:
    """The engine's `World` for one command on one instance."""

    def __init__(
        self,
        session: Session,
        office_id: str,
        case_id: int | None,
        instance_id: int,
        version: Published,
        now: datetime,
        by: int | None,
    ) -> None:
        self.session = session
        self.office_id = office_id
        self.case_id = case_id
        self.instance_id = instance_id
        self.version = version
        self.now = now
        self.by = by
        self.terms = Terms(session, office_id)
        self.events: list[Event] = []
        self.everywhere: dict[str, object] = {}

    def functions(self) -> Mapping[str, Callable[..., object]]:
        """What expressions in a diagram may call."""
        return {
            "deadline": self.terms.deadline,
            "opens": self.terms.opens,
            "now_iso": lambda: clock.now().isoformat(),
        }

    def perform(self, call: Call) -> Variables | None:
        """Run a `record` handler in this transaction; the other kinds become jobs (None)."""
        task = handler(call.operation)
        if task.kind != "record":
            return None
        answer: Variables = task.call(self.step(call.element), **call.parameters)
        if task.everywhere:
            self.everywhere |= answer
        return answer

    def step(self, element: str) -> Step:
        """Where a service task stands."""
        return Step(
            session=self.session,
            office_id=self.office_id,
            case_id=self.case_id,
            instance_id=self.instance_id,
            element=element,
            now=self.now,
            by=self.by,
            letters=self.version.letters,
            documents=self.version.documents,
            tell=lambda kind, facts, reason: self.events.append(
                Event(kind, element, facts, {"reason": reason} if reason else {})
            ),
        )

    def send(self, thrown: Iterable[Thrown]) -> None:
        """Put the messages and signals that the run threw into the outbox of this transaction, in order.

        A process without a case addresses a case of its office by `case_id` in what its message brings.
        """
        for each in thrown:
            element = self.version.definition.elements.get(each.element)
            lifetime = element.properties.get("time_to_live") if element is not None else None
            if each.kind == "signal":
                broadcast(
                    self.session,
                    self.office_id,
                    each.message,
                    payload=each.payload,
                    now=self.now,
                    sender_id=self.instance_id,
                    element=each.element,
                    lifetime=lifetime,
                )
                continue
            post(
                self.session,
                self.office_id,
                each.message,
                case_id=self.case_id if self.case_id is not None else self._addressed(each),
                payload=each.payload,
                correlations=each.correlations,
                now=self.now,
                sender_id=self.instance_id,
                element=each.element,
                lifetime=lifetime,
            )

    def _addressed(self, thrown: Thrown) -> int | None:
        """The case that a message names, if the office has it."""
        named = thrown.payload.get("case_id")
        if not isinstance(named, int) or isinstance(named, bool):
            return None
        return self.session.scalar(select(Case.id).where(Case.id == named, Case.office_id == self.office_id))
