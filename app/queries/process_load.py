"""How many instances run on which version and where they stand, and how a process is drawn."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

from app.domain.diagram import Drawing
from app.domain.texts import Text
from app.models import Case, Job, ProcessInstance, ProcessVersion, Subscription, UserTask
from app.models.database import reading
from app.queries.elements import drawing_of_version, element_name, elements_of_version

RUNNING: Final = ("running", "suspended")
LISTED: Final = 200
"""Running instances shown of one version."""


@dataclass(frozen=True, slots=True)
class RunningRow:
    """An instance of a version and where it stands; `number` is its case's."""

    instance: int
    case_id: int | None
    number: str
    status: str
    started_at: datetime
    places: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """Who runs on one version: instances by element, and in a list of at most `LISTED`, newest first."""

    drawing: Drawing | None
    at: Mapping[str, int]
    rows: tuple[RunningRow, ...]


def instances_by_version(office_id: str) -> Mapping[tuple[str, int], int]:
    """Running instances by process and version number; versions without any are left out."""
    with reading() as session:
        rows = session.execute(
            select(ProcessVersion.process_key, ProcessVersion.number, func.count())
            .join(ProcessInstance, ProcessInstance.version_id == ProcessVersion.id)
            .where(ProcessVersion.office_id == office_id, ProcessInstance.status == "running")
            .group_by(ProcessVersion.process_key, ProcessVersion.number)
        )
        return {(key, number): count for key, number, count in rows}


def picture_of(office_id: str, process: str) -> Drawing | None:
    """The drawing of the newest version; None when the office has no such process or the file no picture."""
    with reading() as session:
        version_id = session.scalar(
            select(ProcessVersion.id)
            .where(ProcessVersion.office_id == office_id, ProcessVersion.process_key == process)
            .order_by(ProcessVersion.number.desc())
            .limit(1)
        )
    return drawing_of_version(version_id) if version_id is not None else None


def load_of(version_id: int) -> Load:
    """Where the instances of a version stand: at user tasks, timers, calls and messages they wait for.

    Events at the edge of an activity listen while it is worked on; nobody stands there.
    """
    kinds = {name: element.kind for name, element in elements_of_version(version_id).items()}
    with reading() as session:
        standing = {each for each in _standing(session, version_id) if kinds.get(each[1]) != "boundaryEvent"}
        instances = session.execute(
            select(ProcessInstance, Case.number)
            .outerjoin(Case, Case.id == ProcessInstance.case_id)
            .where(ProcessInstance.version_id == version_id, ProcessInstance.status.in_(RUNNING))
            .order_by(ProcessInstance.id.desc())
            .limit(LISTED)
        ).all()
    places: dict[int, list[Text]] = {}
    for instance, element in sorted(standing):
        places.setdefault(instance, []).append(element_name(version_id, element))
    rows = tuple(
        RunningRow(
            instance=row.id,
            case_id=row.case_id,
            number=number or "",
            status=row.status,
            started_at=row.started_at,
            places=tuple(places.get(row.id, ())),
        )
        for row, number in instances
    )
    return Load(drawing_of_version(version_id), Counter(element for _, element in standing), rows)


def _standing(session: Session, version_id: int) -> set[tuple[int, str]]:
    """Instances and the elements at which they wait, each once."""
    sources = (
        select(UserTask.instance_id, UserTask.element).where(UserTask.status == "open"),
        select(Job.instance_id, Job.element).where(Job.element.is_not(None)),
        select(Subscription.instance_id, Subscription.element),
    )
    waiting = union(*sources).subquery()
    rows = session.execute(
        select(waiting.c.instance_id, waiting.c.element)
        .join(ProcessInstance, ProcessInstance.id == waiting.c.instance_id)
        .where(ProcessInstance.version_id == version_id, ProcessInstance.status.in_(RUNNING))
    )
    return {(instance, element) for instance, element in rows}
