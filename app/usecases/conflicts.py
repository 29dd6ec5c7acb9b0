"""Nobody gets a matter that she decided before: checked wherever a task reaches a person (KRG-37, BR-07, AC-12).

A user task says in its diagram what must hold: `previous_executor` is `not_chosen` where executors are chosen, and
`not_performing` where the assignment is carried out.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, ClassVar, Final, Protocol

from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.conflicts import Blocked, Somebody, Way
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.forms import Choice
from app.models import Assignment, AssignmentExecutor
from app.queries.executors import candidates, matter_of, why_not
from app.records.answers import RecordsRefusedError
from app.records.assignments import executors_of
from app.usecases.advance import Locked
from app.usecases.history import Event, record
from app.usecases.transaction import transaction

PROPERTY: Final = "previous_executor"
CANDIDATES: Final = "executor_candidates"


class Held(Protocol):
    """What of a held task is asked here."""

    @property
    def element(self) -> str: ...
    @property
    def item(self) -> Mapping[str, Any] | None: ...
    @property
    def assignee_id(self) -> int | None: ...
    @property
    def instance(self) -> Locked: ...


class PreviousExecutorError(RecordsRefusedError):
    """Somebody who decided the matter before would get it again; every block stands in the history."""

    status: ClassVar[int] = 422
    message = Text(kk="{reason}", ru="{reason}", en="{reason}")

    def __init__(self, task: Held, blocked: Sequence[Blocked], path: str) -> None:
        reason = blocked[0].reason
        super().__init__({path: reason})
        self.task, self.blocked = task, tuple(blocked)
        self.reason = reason

    @property
    def text(self) -> Text:
        """Why, in three languages."""
        return self.reason


def with_barred(
    session: Session, task: Held, choices: Mapping[str, Sequence[Choice]]
) -> Mapping[str, Sequence[Choice]]:
    """The choices together with those who may not be chosen: an answer is refused with its reason, not as unknown."""
    assignment_id = _asked(task, "not_chosen")
    if assignment_id is None:
        return choices
    row = session.get_one(Assignment, assignment_id)
    people = [
        Choice(f"p{each.id}", Text(each.full_name, each.full_name, each.full_name))
        for each in candidates(session, row.office_id, clock.now())
    ]
    return {**choices, CANDIDATES: [*choices.get(CANDIDATES, ()), *people]}


def refuse_chosen(session: Session, task: Held) -> None:
    """Refuse executors who were chosen in this form and may not have the matter; raises `PreviousExecutorError`."""
    assignment_id = _asked(task, "not_chosen")
    if assignment_id is None:
        return
    for executor in executors_of(session, assignment_id):
        blocked = why_not(session, assignment_id, executor, clock.now())
        if blocked:
            raise PreviousExecutorError(task, blocked, _path(executor))


def refuse_performer(session: Session, task: Held, person_id: int, way: Way) -> None:
    """Refuse a person to whom the task would come, directly or through whoever stands in for her that day.

    Raises `PreviousExecutorError`.
    """
    assignment_id = _asked(task, "not_performing")
    if assignment_id is None:
        return
    matter = matter_of(session, assignment_id, clock.now())
    if way == "delegate":
        blocked = matter.why_not(Somebody(person_id, matter.names.get(person_id, "")), way)
    else:
        own = matter.barred(person_id, way)
        blocked = [replace(own, absent=matter.names.get(task.assignee_id or 0, ""))] if own else []
    if blocked:
        raise PreviousExecutorError(task, blocked, "")


@contextmanager
def blocks_told(by: int | None) -> Iterator[None]:
    """Whatever is refused inside for this reason is entered in the history, although the act itself is rolled back."""
    try:
        yield
    except AutomationError as refused:
        cause = refused if isinstance(refused, PreviousExecutorError) else refused.__cause__
        if isinstance(cause, PreviousExecutorError):
            _tell(cause, by)
        raise


def _tell(refused: PreviousExecutorError, by: int | None) -> None:
    task = refused.task
    assignment_id = (task.item or {}).get("assignment_id")
    events = [
        Event(
            "executor_refused",
            task.element,
            {"assignment": assignment_id, "person": each.who.id, "way": each.way},
            {"reason": each.reason.ru},
        )
        for each in refused.blocked
    ]
    with transaction() as session:
        record(
            session,
            events,
            at=clock.now(),
            office_id=task.instance.office_id,
            case_id=task.instance.case_id,
            instance_id=task.instance.id,
            by=by,
        )


def _asked(task: Held, wanted: str) -> int | None:
    """The assignment of the task if its diagram asks for this check."""
    element = task.instance.version.definition.elements.get(task.element)
    if element is None or element.properties.get(PROPERTY) != wanted:
        return None
    found = (task.item or {}).get("assignment_id")
    return int(found) if found is not None else None


def _path(executor: AssignmentExecutor) -> str:
    if executor.place > 1:
        return "assignment.co_executors"
    return "assignment.responsible" if executor.person_id is not None else "assignment.official"
