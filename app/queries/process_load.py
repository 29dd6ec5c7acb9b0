"""How many instances run on which version, and how a process is drawn."""

from collections.abc import Mapping

from sqlalchemy import func, select

from app.domain.diagram import Drawing
from app.models import ProcessInstance, ProcessVersion
from app.models.database import reading
from app.queries.elements import drawing_of_version


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
