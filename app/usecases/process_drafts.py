"""Drafts of processes: begun, opened, saved by the editor, set aside, taken from a file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.problems import Problem
from app.domain.texts import Text
from app.engine.changes import Change, changes_between
from app.engine.first_diagram import first_diagram
from app.engine.rewriting import rewritten
from app.engine.xml import decoded, read_xml
from app.models import Office, Person, ProcessDraft, ProcessVersion
from app.models.database import reading
from app.records.bundles import unpack
from app.usecases.access import Actor
from app.usecases.lint import lint_bundle
from app.usecases.published import NotFoundError
from app.usecases.transaction import transaction

PERMISSION: Final = "process.deploy"
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{1,60}$")


class DraftConflictError(AutomationError):
    """Somebody saved the draft since it was opened."""

    status = 409
    message = Text(
        kk="Сіз ашқаннан кейін жобаны {who} сақтады ({moment}). Сіздің өзгерістеріңіз әлі жазылған жоқ: кімнің нұсқасы "
        "жалғасатынын таңдаңыз, екіншісі сақталып қалады.",
        ru="Пока вы рисовали, черновик сохранил(а) {who} ({moment}). Ваши изменения ещё не записаны: выберите, чей "
        "вариант продолжается, второй сохранится рядом.",
        en="{who} saved the draft while you were drawing ({moment}). Your changes are not saved yet: choose whose "
        "version goes on, the other one is kept beside it.",
    )


class ProcessNameError(AutomationError):
    """A new process without a proper name."""

    status = 422
    message = Text(
        kk="Процеске кодын (латынның кіші әріптері, цифрлар мен _; бос болуы керек) және қазақша, орысша атауын "
        "беріңіз.",
        ru="Дайте процессу код (строчные латинские буквы, цифры и _; он должен быть свободен) и название по-казахски "
        "и по-русски.",
        en="Give the process a code (small Latin letters, digits and _, not taken yet) and a name in Kazakh and in "
        "Russian.",
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """What the editor opens; `revision` 0 means that nobody has saved anything: it is the newest version itself."""

    process: str
    diagram: str
    forms: Mapping[str, Any]
    letters: Mapping[str, str]
    documents: Mapping[str, str]
    fields: Mapping[str, str]
    others: Mapping[str, str]
    revision: int
    base_number: int | None
    newest_number: int | None
    saved_at: datetime | None
    saved_by: str

    @property
    def bundle(self) -> dict[str, Any]:
        """The draft as it would be published."""
        return {
            "process": self.process,
            "diagrams": {**self.others, f"{self.process}.bpmn": self.diagram},
            "forms": dict(self.forms),
            "letters": dict(self.letters),
            "documents": dict(self.documents),
            "fields": dict(self.fields),
        }


@dataclass(frozen=True, slots=True)
class Saved:
    """A save: the new revision, the text as it is kept, what is wrong with it."""

    revision: int
    saved_at: datetime | None
    diagram: str
    problems: tuple[Problem, ...]


def open_draft(process: str, *, by: Actor) -> Draft:
    """The draft of the process, or its newest version where there is none; raises `NotFoundError`."""
    by.demand(PERMISSION)
    with reading() as session:
        return opened(session, process, by)


def open_with_problems(process: str, *, by: Actor) -> tuple[Draft, list[Problem]]:
    """`open_draft` and what is wrong with it."""
    by.demand(PERMISSION)
    with reading() as session:
        draft = opened(session, process, by)
        return draft, lint_bundle(session, by.office_id, draft.bundle)


def begin_process(process: str, name: Text, *, by: Actor) -> None:
    """Begin to draw a process of its own: a start, an end, its name in three languages.

    Raises `ProcessNameError` for a key that is no name or is taken, or where the name lacks Kazakh or Russian.
    """
    by.demand(PERMISSION)
    with transaction() as session:
        queue(session, by.office_id)
        taken = bundle_of_version(session, process, by.office_id) or present(session, process, by.office_id)
        if _KEY.match(process) is None or taken or not (name.kk and name.ru):
            raise ProcessNameError
        session.add(
            ProcessDraft(
                office_id=by.office_id,
                process_key=process,
                person_id=by.id,
                base_number=None,
                revision=1,
                diagram=first_diagram(process, name),
                forms={},
                saved_at=clock.now(),
            )
        )


def save_draft(
    process: str,
    diagram: str,
    forms: Mapping[str, Any] | None,
    *,
    revision: int,
    base: int | None,
    by: Actor,
    over: bool = False,
) -> Saved:
    """Keep what was drawn, in the words of the text it came from; unchanged it is not kept at all.

    `revision` and `base` are those that were opened; `over` saves above somebody else's, whose draft is set aside.
    `forms` None: those of the draft. Raises `DraftConflictError`, `NotFoundError`, and a `DiagramXmlError`.
    """
    by.demand(PERMISSION)
    with transaction() as session:
        queue(session, by.office_id)
        known = opened(session, process, by)
        foreign = (known.revision, known.base_number) != (revision, base)
        if foreign and not over:
            raise _conflict(known)
        text = _as_published(session, process, known, rewritten(known.diagram, diagram), by)
        chosen = dict(known.forms if forms is None else forms)
        row = present(session, process, by.office_id)
        at = known.saved_at
        lost = row if foreign else None
        if lost is not None:
            _put_aside(session, lost)
            row = None
        if text != known.diagram or chosen != known.forms or foreign:
            row = _written(session, text, chosen, row, replace(known, base_number=base), by)
            if lost is not None:  # what was drawn is contested, not what was written
                row.letters, row.documents = lost.letters, lost.documents
            at = row.saved_at
        problems = tuple(lint_bundle(session, by.office_id, _with(known, text, chosen).bundle))
        return Saved(row.revision if row else 0, at, text, problems)


def keep_beside(process: str, diagram: str, forms: Mapping[str, Any] | None, *, by: Actor) -> None:
    """Keep a draft that lost against another one among those set aside."""
    by.demand(PERMISSION)
    with transaction() as session:
        known = opened(session, process, by)
        row = new_row(rewritten(known.diagram, diagram), dict(known.forms if forms is None else forms), known, by)
        row.set_aside_at = clock.now()
        session.add(row)


def discard_draft(process: str, *, by: Actor) -> None:
    """Set the draft aside: the newest version is opened again. Raises `NotFoundError` when there is none."""
    by.demand(PERMISSION)
    with transaction() as session:
        queue(session, by.office_id)
        row = present(session, process, by.office_id)
        if row is None:
            raise NotFoundError
        _put_aside(session, row)


def take_up(draft_id: int, *, by: Actor) -> str:
    """Go on with a draft that was set aside; the present one is set aside for it. Returns the process."""
    by.demand(PERMISSION)
    with transaction() as session:
        queue(session, by.office_id)
        row = session.scalar(
            select(ProcessDraft).where(ProcessDraft.id == draft_id, ProcessDraft.office_id == by.office_id)
        )
        if row is None or row.set_aside_at is None:
            raise NotFoundError
        current = present(session, row.process_key, by.office_id)
        if current is not None:
            _put_aside(session, current)
        row.set_aside_at = None
        row.revision = max(row.revision, current.revision if current else 0) + 1
        return row.process_key


def import_text(process: str, content: bytes, *, by: Actor) -> tuple[str, list[Problem], list[Change]]:
    """An uploaded diagram as text, what is wrong with it, what it changes; nothing is kept.

    Raises a `DiagramXmlError` for what cannot be read as a diagram at all.
    """
    by.demand(PERMISSION)
    text = decoded(content)
    read_xml(text.encode())
    with reading() as session:
        known = opened(session, process, by)
        problems = lint_bundle(session, by.office_id, _with(known, text, known.forms).bundle)
    return text, problems, changes_between(known.diagram.encode(), text.encode())


def replace_draft(process: str, text: str, *, by: Actor) -> None:
    """Make an uploaded diagram the draft, letter by letter; the present draft is set aside."""
    by.demand(PERMISSION)
    read_xml(text.encode())
    with transaction() as session:
        queue(session, by.office_id)
        known = opened(session, process, by)
        current = present(session, process, by.office_id)
        if current is not None:
            _put_aside(session, current)
        _written(session, text, dict(known.forms), None, known, by)


def queue(session: Session, office_id: str) -> None:
    """Those who save or publish in one office do it one after the other."""
    session.execute(select(Office.id).where(Office.id == office_id).with_for_update(key_share=True))


def bundle_of_version(
    session: Session, process: str, office_id: str, number: int | None = None
) -> dict[str, Any] | None:
    """What was published as this version, or as the newest; None where there is none."""
    asked = select(ProcessVersion.bundle).where(
        ProcessVersion.office_id == office_id, ProcessVersion.process_key == process
    )
    if number is not None:
        asked = asked.where(ProcessVersion.number == number)
    blob = session.scalar(asked.order_by(ProcessVersion.number.desc()).limit(1))
    return unpack(blob) if blob is not None else None


def present(session: Session, process: str, office_id: str) -> ProcessDraft | None:
    """The draft that the editor opens."""
    return session.scalar(
        select(ProcessDraft).where(
            ProcessDraft.office_id == office_id,
            ProcessDraft.process_key == process,
            ProcessDraft.set_aside_at.is_(None),
        )
    )


def opened(session: Session, process: str, by: Actor) -> Draft:
    """As `open_draft`, in the caller's session."""
    newest = bundle_of_version(session, process, by.office_id)
    row = present(session, process, by.office_id)
    if newest is None and row is None:
        raise NotFoundError
    number = session.scalar(
        select(ProcessVersion.number)
        .where(ProcessVersion.office_id == by.office_id, ProcessVersion.process_key == process)
        .order_by(ProcessVersion.number.desc())
        .limit(1)
    )
    bundle: dict[str, Any] = newest or {"diagrams": {}, "forms": {}, "letters": {}, "documents": {}}
    diagrams = dict(bundle["diagrams"])
    own = diagrams.pop(f"{process}.bpmn", "")
    return Draft(
        process=process,
        diagram=row.diagram if row else own,
        forms=row.forms if row else bundle["forms"],
        letters=bundle["letters"] | (row.letters if row else {}),
        documents=bundle["documents"] | (row.documents if row else {}),
        fields=bundle.get("fields", {}),
        others=diagrams,
        revision=row.revision if row else 0,
        base_number=row.base_number if row else number,
        newest_number=number,
        saved_at=row.saved_at if row else None,
        saved_by=session.get_one(Person, row.person_id).full_name if row else "",
    )


def _as_published(session: Session, process: str, known: Draft, text: str, by: Actor) -> str:
    """The published text itself where the drawing says the same again, as after undoing everything."""
    base = bundle_of_version(session, process, by.office_id, known.base_number) if known.base_number else None
    source = base["diagrams"].get(f"{process}.bpmn") if base else None
    return source if source is not None and rewritten(source, text) == source else text


def _put_aside(session: Session, row: ProcessDraft) -> None:
    row.set_aside_at = clock.now()
    session.flush()  # there is one present draft at a time


def _written(
    session: Session,
    text: str,
    forms: dict[str, Any],
    row: ProcessDraft | None,
    known: Draft,
    by: Actor,
) -> ProcessDraft:
    if row is None:
        row = new_row(text, forms, known, by)
        session.add(row)
    row.diagram, row.forms, row.person_id = text, forms, by.id
    row.saved_at = clock.now()
    row.revision = known.revision + 1
    session.flush()
    return row


def new_row(text: str, forms: dict[str, Any], known: Draft, by: Actor) -> ProcessDraft:
    """A draft that goes on from what was opened."""
    return ProcessDraft(
        office_id=by.office_id,
        process_key=known.process,
        person_id=by.id,
        base_number=known.base_number,
        revision=known.revision,
        diagram=text,
        forms=forms,
        saved_at=clock.now(),
    )


def _with(known: Draft, text: str, forms: Mapping[str, Any]) -> Draft:
    return replace(known, diagram=text, forms=forms)


def _conflict(known: Draft) -> DraftConflictError:
    moment = f"{known.saved_at:%d.%m.%Y %H:%M} UTC" if known.saved_at else "—"
    return DraftConflictError(who=known.saved_by or "—", moment=moment)
