"""Published versions, unpacked once per process: definition, forms, letters and documents."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, bindparam, func, select
from sqlalchemy.orm import Session

from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.engine.parser import Definition, parse
from app.engine.vocabulary import EventKind
from app.forms import Form, compile_form
from app.models import ProcessVersion
from app.models.database import engine
from app.records.bundles import unpack


@dataclass(frozen=True, slots=True)
class Published:
    """One immutable version: what the diagram, its forms and its texts are."""

    version_id: int
    office_id: str
    process_key: str
    number: int
    hash: str
    definition: Definition
    forms: Mapping[str, Form]
    letters: Mapping[str, str]
    documents: Mapping[str, str]
    diagrams: Mapping[str, bytes]

    def form_of(self, element: str) -> Form:
        """The form of a user task; raises `FormMissingError`."""
        return self._form(self.definition.elements[element].properties.get("formKey", element), element)

    def outside_form_of(self, element: str) -> Form | None:
        """The form by which somebody outside the office may do the task (`outsideFormKey`); None: nobody may."""
        key = self.definition.elements[element].properties.get("outsideFormKey")
        return self._form(key, element) if key else None

    def _form(self, key: str, element: str) -> Form:
        form = self.forms.get(key)
        if form is None:
            raise FormMissingError(element=element)
        return form.for_element(element)


class FormMissingError(AutomationError):
    """A user task without a form in its version."""

    status = 500
    message = Text(
        kk="«{element}» тапсырмасының осы нұсқада нысаны жоқ.",
        ru="У задачи «{element}» в этой версии нет формы.",
        en="The task “{element}” has no form in this version.",
    )


class NotFoundError(AutomationError):
    """What was asked for does not exist, or not for this reader."""

    status = 404
    message = Text(kk="Мұндай бет жоқ.", ru="Такой страницы нет.", en="There is no such page.")


_cache: WeakKeyDictionary[Engine, dict[int, Published]] = WeakKeyDictionary()
"""What was unpacked, by the pool it came through: another database has other versions under the same ids."""


def published(session: Session, version_id: int) -> Published:
    """The version, from memory after the first time; raises `NotFoundError`."""
    known = _cache.setdefault(engine(), {})
    found = known.get(version_id)
    if found is None:
        row = session.get(ProcessVersion, version_id)
        if row is None:
            raise NotFoundError
        found = known[version_id] = _unpack(row.id, row.office_id, row.process_key, row.number, row.hash, row.bundle)
    return found


@lru_cache(maxsize=256)
def _unpack(version_id: int, office_id: str, key: str, number: int, digest: str, blob: bytes) -> Published:
    bundle = unpack(blob)
    diagrams = {name: source.encode() for name, source in bundle["diagrams"].items()}
    return Published(
        version_id=version_id,
        office_id=office_id,
        process_key=key,
        number=number,
        hash=digest,
        definition=parse(diagrams, bundle["process"], digest),
        forms={name: compile_form(schema) for name, schema in bundle["forms"].items()},
        letters=bundle["letters"],
        documents=bundle["documents"],
        diagrams=diagrams,
    )


def forget() -> None:
    """Forget what is in memory, as when the process works with another database."""
    _cache.clear()


_versions = ProcessVersion.__table__
_newest = (
    select(_versions.c.id)
    .where(_versions.c.office_id == bindparam("office"), _versions.c.process_key == bindparam("process"))
    .order_by(_versions.c.number.desc())
    .limit(1)
)


def newest_version_id(session: Session, office_id: str, process_key: str) -> int:
    """The version that new instances start with; raises `NotFoundError`."""
    found: int | None = session.connection().execute(_newest, {"office": office_id, "process": process_key}).scalar()
    if found is None:
        raise NotFoundError
    return found


_all_newest = (
    select(func.max(_versions.c.id))
    .where(_versions.c.office_id == bindparam("office"))
    .group_by(_versions.c.process_key)
    .order_by(_versions.c.process_key)
)


def newest_versions(session: Session, office_id: str) -> list[Published]:
    """The version of each process of an office that new instances start with."""
    found = session.connection().execute(_all_newest, {"office": office_id}).scalars().all()
    return [published(session, version_id) for version_id in found]


def starts_with(session: Session, office_id: str, kind: EventKind, name: str) -> dict[str, str]:
    """The start events, by process, that a message or signal of this name starts instances at."""
    found = {}
    for version in newest_versions(session, office_id):
        definition = version.definition
        starts = definition.start_messages if kind == "message" else definition.start_signals
        if name in starts:
            found[version.process_key] = starts[name]
    return found
