"""Skipping what waits and going back to an earlier step, each with its consequences shown before."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.texts import Text
from app.engine.lint.model import read_diagram
from app.engine.lint.soundness import reachable_alone
from app.engine.operating import Alive, CannotRewindError
from app.engine.run import Run
from app.engine.xml import read_xml
from app.forms import FormPage
from app.models import Incident, Job, ProcessInstance
from app.models.database import reading
from app.queries.choices import choices_for
from app.queries.operating import Made, made_since, passed_at, passed_by
from app.usecases.access import Actor
from app.usecases.advance import InstanceEndedError, Locked, carry_on
from app.usecases.history import Event
from app.usecases.instances import held
from app.usecases.published import NotFoundError, Published, published
from app.usecases.skipped_steps import (
    MORE,
    Asked,
    Step,
    answers_given,
    asked_at,
    name_of,
    shown_again,
    step_of,
    text_of,
)
from app.usecases.tasks import Submitted
from app.usecases.transaction import transaction
from app.usecases.world import CaseWorld


@dataclass(frozen=True, slots=True)
class Back:
    """An earlier step that the instance can be taken back to, and the elements cancelled by that."""

    element: str
    name: Text
    cancelled: Sequence[str]


@dataclass(frozen=True, slots=True)
class Situation:
    """Where an instance stands, for an operator; without anything to do when it does not run."""

    instance_id: int
    case_id: int | None
    status: str
    steps: Sequence[Step]
    back: Sequence[Back]


@dataclass(frozen=True, slots=True)
class Consequences:
    """What an act would do: elements that stop waiting and begin to, whether the instance ends, what stays as made."""

    cancelled: Sequence[Step]
    opened: Sequence[Step]
    ended: bool
    stays: Sequence[Made]


@dataclass(frozen=True, slots=True)
class Questions:
    """The same for a page: `form` as the reader sees it, `others` by name with what was typed or is known."""

    step: Step
    form: FormPage | None
    others: Mapping[str, str]
    more: str

    @property
    def are_there(self) -> bool:
        """Whether anything is asked at all."""
        return bool(self.others) or (self.form is not None and bool(self.form.fields))


class _OnlyLookingError(Exception):
    """Ends a transaction in which an act was only tried."""


def situation(instance_id: int, *, by: Actor) -> Situation:
    """What waits in an instance and where it can go back to. Raises `NotFoundError`, `ForbiddenError`."""
    by.demand("instance.operate")
    with reading() as session:
        row, run, version = _restored(session, instance_id, by)
        running = row.status == "running"
        steps = [step_of(version, each) for each in run.alive()] if running else []
        back = _back(session, run, version, row.id) if running else []
        return Situation(row.id, row.case_id, row.status, steps, back)


def asked_for(instance_id: int, task_id: UUID, element: str, *, by: Actor) -> Asked:
    """What the choices after a waiting step need to know. Raises `StepGoneError`, `NotFoundError`, `ForbiddenError`."""
    by.demand("instance.operate")
    with reading() as session:
        _, run, version = _restored(session, instance_id, by)
        return asked_at(run, version, task_id, element)


def questions(
    instance_id: int,
    task_id: UUID,
    element: str,
    *,
    by: Actor,
    submitted: Submitted | None = None,
    errors: Mapping[str, Text] | None = None,
) -> Questions:
    """`asked_for` as a page, with what was typed and what is wrong with it."""
    by.demand("instance.operate")
    with reading() as session:
        row, run, version = _restored(session, instance_id, by)
        asked = asked_at(run, version, task_id, element)
        page = None
        if asked.form is not None and asked.form.fields:
            choices = choices_for(session, row.office_id, row.case_id, asked.form.choice_keys)
            typed = None if submitted is None else asked.form.values_of(submitted)
            known = asked.variables
            page = asked.form.page(typed, errors or {}, by.language, choices, known, known=known)
    others = {name: shown_again(asked.variables.get(name)) for name in asked.others}
    if submitted is not None:
        others = {name: text_of(submitted, f"_{name}") for name in others}
    return Questions(asked.step, page, others, text_of(submitted or {}, MORE))


def skip(
    instance_id: int,
    task_id: UUID,
    element: str,
    *,
    reason: str,
    by: Actor,
    submitted: Submitted | None = None,
    answers: Mapping[str, Any] | None = None,
) -> None:
    """Pass by a waiting step with a reason; records that other steps have made stay.

    `submitted` (a browser's form, other variables as JSON or text) or `answers` (typed JSON) are what the choices after
    it read. Raises `ReasonMissingError`, `StepGoneError`, `CannotSkipStepError`, `InvalidAnswersError`,
    `InstanceEndedError`, and what the following steps raise.
    """
    with transaction() as session:
        instance = _running(held(session, instance_id, reason, by))
        _skip(session, instance, task_id, element, reason, by, submitted, answers)


def preview_skip(
    instance_id: int,
    task_id: UUID,
    element: str,
    *,
    by: Actor,
    submitted: Submitted | None = None,
    answers: Mapping[str, Any] | None = None,
) -> Consequences:
    """What `skip` would do; nothing is changed."""
    seen: list[Consequences] = []
    with suppress(_OnlyLookingError), transaction() as session:
        instance = _running(held(session, instance_id, "?", by))
        before, after = _skip(session, instance, task_id, element, "?", by, submitted, answers)
        seen.append(_consequences(instance, before, after, [], but=(task_id, element)))
        raise _OnlyLookingError
    return seen[0]


def rewind(instance_id: int, element: str, *, reason: str, by: Actor) -> None:
    """Take the instance back to an earlier step, with its data as they are now and a reason.

    What waits in that part of the process is cancelled; letters, numbers and records made since stay. Raises
    `ReasonMissingError`, `CannotRewindError`, `InstanceEndedError`, and what the engine raises on its way.
    """
    with transaction() as session:
        _rewind(session, _running(held(session, instance_id, reason, by)), element, reason, by)


def preview_rewind(instance_id: int, element: str, *, by: Actor) -> Consequences:
    """What `rewind` would do; nothing is changed."""
    seen: list[Consequences] = []
    with suppress(_OnlyLookingError), transaction() as session:
        instance = _running(held(session, instance_id, "?", by))
        since = passed_at(session, instance.id, element)
        stays = made_since(session, instance.case_id, since) if since is not None else []
        before, after = _rewind(session, instance, element, "?", by)
        seen.append(_consequences(instance, before, after, stays))
        raise _OnlyLookingError
    return seen[0]


def _skip(
    session: Session,
    instance: Locked,
    task_id: UUID,
    element: str,
    reason: str,
    by: Actor,
    submitted: Submitted | None,
    answers: Mapping[str, Any] | None,
) -> tuple[list[Alive], Run]:
    before: list[Alive] = []

    def act(run: Run) -> Event:
        before.extend(run.alive())
        asked = asked_at(run, instance.version, task_id, element)
        given = answers_given(session, instance, asked, submitted, answers)
        run.skip(task_id, element, given)
        payload = {"reason": reason.strip(), "variables": given}
        return Event("step_skipped", element, {"kind": asked.step.kind}, payload)

    _close_incidents(session, instance, task_id, reason, by)
    return before, carry_on(session, instance, act, by=by.id)


def _rewind(session: Session, instance: Locked, element: str, reason: str, by: Actor) -> tuple[list[Alive], Run]:
    before: list[Alive] = []

    def act(run: Run) -> Event:
        before.extend(run.alive())
        back = {each.element: each for each in _back(session, run, instance.version, instance.id)}
        if element not in back:
            raise CannotRewindError(element=element)
        run.rewind(element)
        return Event("rewound", element, {"cancelled": list(back[element].cancelled)}, {"reason": reason.strip()})

    return before, carry_on(session, instance, act, by=by.id)


def _running(instance: Locked) -> Locked:
    if instance.status != "running":
        raise InstanceEndedError
    return instance


def _restored(session: Session, instance_id: int, by: Actor) -> tuple[ProcessInstance, Run, Published]:
    row = session.scalars(
        select(ProcessInstance).where(ProcessInstance.id == instance_id, ProcessInstance.office_id == by.office_id)
    ).first()
    if row is None:
        raise NotFoundError
    version = published(session, row.version_id)
    world = CaseWorld(session, row.office_id, row.case_id, row.id, version, clock.now(), by.id)
    return row, Run.restore(version.definition, world, bytes(row.state)), version


def _back(session: Session, run: Run, version: Published, instance_id: int) -> list[Back]:
    """Where the instance can go back to: passed, open, and with a single token a moment that the diagram knows."""
    return [
        Back(each.element, name_of(version, each.element), each.cancelled)
        for each in run.returns(passed_by(session, instance_id))
        if _is_sound(version.hash, version.version_id, each.element)
    ]


@lru_cache(maxsize=2048)
def _is_sound(_hash: str, version_id: int, element: str) -> bool:
    with reading() as session:
        diagrams = published(session, version_id).diagrams
    for name, source in diagrams.items():
        if name.endswith(".dmn"):
            continue
        node = read_diagram(name, read_xml(source)).nodes.get(element)
        if node is not None:
            return reachable_alone(source, node.scope.process, element)
    return False


def _close_incidents(session: Session, instance: Locked, task_id: UUID, reason: str, by: Actor) -> None:
    """What failed there needs nobody any more."""
    jobs = select(Job.id).where(Job.instance_id == instance.id, Job.engine_id == task_id)
    session.execute(
        update(Incident)
        .where(Incident.job_id.in_(jobs), Incident.resolved_at.is_(None))
        .values(resolved_at=clock.now(), resolved_by=by.id, resolution="skipped", reason=reason.strip())
    )


def _consequences(
    instance: Locked,
    before: Sequence[Alive],
    after: Run,
    stays: Sequence[Made],
    *,
    but: tuple[UUID, str] | None = None,
) -> Consequences:
    """The difference between before and after, without the step that the act is about."""
    now = [] if after.ended else after.alive()
    old, new = ({(each.task_id, each.element) for each in side} for side in (before, now))
    version = instance.version
    return Consequences(
        cancelled=[step_of(version, each) for each in before if (each.task_id, each.element) not in new | {but}],
        opened=[step_of(version, each) for each in now if (each.task_id, each.element) not in old],
        ended=after.ended,
        stays=stays,
    )
