"""What a running diagram may ask of the office: terms, record handlers, messages."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.domain import clock
from app.engine.run import Call, Thrown, Variables
from app.handlers.registry import Step, handler
from app.models import Job, Message
from app.records.terms import Terms
from app.usecases.history import Event
from app.usecases.published import Published
from app.usecases.transaction import wake_workers

MESSAGE_LIFETIME = timedelta(days=30)


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
        )

    def send(self, thrown: Iterable[Thrown]) -> None:
        """Put the messages that the run threw into the outbox of this transaction."""
        for each in thrown:
            post(self.session, self.office_id, each.message, case_id=self.case_id, payload=each.payload, now=self.now)


def post(
    session: Session,
    office_id: str,
    name: str,
    *,
    case_id: int | None,
    payload: Mapping[str, object],
    now: datetime,
    idempotency_key: str | None = None,
) -> int:
    """Write a message and the job that delivers it; returns the message's id."""
    message = Message(
        office_id=office_id,
        name=name,
        case_id=case_id,
        payload=dict(payload),
        sent_at=now,
        expires_at=now + MESSAGE_LIFETIME,
        idempotency_key=idempotency_key,
    )
    session.add(message)
    session.flush()  # the job needs message.id
    session.add(
        Job(
            office_id=office_id, kind="message", name=name, case_id=case_id, payload={"message": message.id}, due_at=now
        )
    )
    session.flush()
    wake_workers(session, now)
    return message.id
