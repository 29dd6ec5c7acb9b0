"""Publish a process that somebody sends: diagrams, forms, texts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.problems import Problem
from app.domain.texts import Text
from app.models import Office, ProcessVersion
from app.models.database import reading
from app.records.bundles import unpack
from app.usecases.access import Actor
from app.usecases.deploy import publish
from app.usecases.lint import lint_bundle
from app.usecases.transaction import transaction

SECTIONS: Final = ("diagrams", "forms", "letters", "documents", "fields")
Sections = Mapping[str, Mapping[str, Any] | None]


class DiagramMissingError(AutomationError):
    """A bundle without the diagram of its own process."""

    status = 422
    message = Text(
        kk="Жиынтықта «{file}» диаграммасы жоқ.",
        ru="В пакете нет диаграммы «{file}».",
        en="The bundle has no diagram “{file}”.",
    )


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The version that now holds; `new` is false when nothing had changed."""

    process: str
    number: int
    new: bool


def upload(process: str, sections: Sections, *, by: Actor) -> Uploaded:
    """Publish a bundle as the next version of `process`; a section that is None is taken from the version before.

    `sections` has "diagrams" (file name → XML, among them `<process>.bpmn`), "forms" (key → schema), "letters" and
    "documents" (name → Markdown), "fields" (of these two: the text of fields.toml). Raises `DiagramMissingError`,
    `NotDeployableError` with every error, `ForbiddenError`.
    """
    by.demand("process.deploy")
    with transaction() as session:
        # Two uploads at once number their versions one after the other.
        session.execute(select(Office.id).where(Office.id == by.office_id).with_for_update(key_share=True))
        bundle = _completed(session, process, sections, by.office_id)
        done = publish(session, by.office_id, bundle, by=by.id, now=clock.now())
        return Uploaded(process, done.number, done.new)


def check(process: str, sections: Sections, *, by: Actor) -> list[Problem]:
    """Everything that is wrong with a bundle, as `upload` takes it; nothing is published.

    Raises `DiagramMissingError`, `ForbiddenError`.
    """
    by.demand("process.deploy")
    with reading() as session:
        return lint_bundle(session, by.office_id, _completed(session, process, sections, by.office_id))


def _completed(session: Session, process: str, sections: Sections, office_id: str) -> dict[str, Any]:
    """The bundle with what was left out taken from the newest version."""
    before = session.scalar(
        select(ProcessVersion.bundle)
        .where(ProcessVersion.office_id == office_id, ProcessVersion.process_key == process)
        .order_by(ProcessVersion.number.desc())
        .limit(1)
    )
    kept = unpack(before) if before is not None else {}
    bundle = {"process": process} | {
        name: dict(given) if (given := sections.get(name)) is not None else kept.get(name, {}) for name in SECTIONS
    }
    if f"{process}.bpmn" not in bundle["diagrams"]:
        raise DiagramMissingError(file=f"{process}.bpmn")
    return bundle
