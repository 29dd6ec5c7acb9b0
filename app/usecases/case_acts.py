"""What people do to a case besides its tasks: notes, documents, information that came."""

import io
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.gateways.files import CheckedFile, inspect_upload
from app.models import Case, Note, Subscription
from app.records.files import attach, store
from app.usecases.access import Actor
from app.usecases.history import Event, record
from app.usecases.outbox import post
from app.usecases.published import NotFoundError
from app.usecases.transaction import transaction

LONGEST_NOTE = 4000


class EmptyNoteError(AutomationError):
    """There is nothing in the note."""

    status = 422
    message = Text(kk="Ескертпе мәтінін жазыңыз.", ru="Напишите текст заметки.", en="Write the text of the note.")


class NothingWaitsForItError(AutomationError):
    """The case does not wait for this now."""

    status = 409
    message = Text(
        kk="Іс қазір мұны күтіп тұрған жоқ.",
        ru="Дело сейчас этого не ждёт.",
        en="The case does not wait for this now.",
    )


def add_note(case_id: int, text: str, *, by: Actor) -> None:
    """A note for colleagues; raises `EmptyNoteError`."""
    by.demand("case.note")
    if not text.strip():
        raise EmptyNoteError
    with transaction() as session:
        case = _case(session, case_id, by)
        now = clock.now()
        session.add(
            Note(
                office_id=case.office_id,
                case_id=case.id,
                written_at=now,
                written_by=by.id,
                text=text.strip()[:LONGEST_NOTE],
            )
        )
        record(session, [Event("note_added")], at=now, office_id=case.office_id, case_id=case.id, by=by.id)


def add_document(case_id: int, name: str, content: bytes, *, by: Actor) -> None:
    """Attach a file to the case; raises what `inspect_upload` raises."""
    by.demand("case.attach")
    checked = inspect_upload(name, io.BytesIO(content))
    with transaction() as session:
        case = _case(session, case_id, by)
        now = clock.now()
        file_id = attach_upload(session, case, checked, content, now=now, by=by)
        event = Event("document_added", None, {"file": file_id})
        record(session, [event], at=now, office_id=case.office_id, case_id=case.id, by=by.id)


def attach_upload(
    session: Session, case: Case, checked: CheckedFile, content: bytes, *, now: datetime, by: Actor
) -> int:
    """Keep a file that was looked at among the documents of the case; returns its id."""
    made: dict[str, Any] = {"office_id": case.office_id, "now": now, "by": by.id}
    file = store(session, name=checked.name, media_type=checked.media_type, content=content, **made)
    attach(session, [file.id], case_id=case.id, kind="attachment", element=None, **made)
    return file.id


def information_received(case_id: int, *, by: Actor) -> None:
    """What was asked for has come from elsewhere: the brief need not wait (step 2)."""
    by.demand("message.send")
    _send(case_id, "information.received", by)


def feedback_needed(case_id: int, *, by: Actor) -> None:
    """The applicant is to be told how things stand: a task to write to her appears beside the others (KRG-39.3)."""
    by.demand("message.send")
    _send(case_id, "feedback.needed", by)


def _send(case_id: int, message: str, by: Actor) -> None:
    with transaction() as session:
        case = _case(session, case_id, by)
        waits = session.scalar(
            select(Subscription.id).where(Subscription.case_id == case.id, Subscription.message == message).limit(1)
        )
        if waits is None:
            raise NothingWaitsForItError
        now = clock.now()
        post(session, case.office_id, message, case_id=case.id, payload={}, now=now)
        event = Event("message_sent", None, {"message": message})
        record(session, [event], at=now, office_id=case.office_id, case_id=case.id, by=by.id)


def _case(session: Session, case_id: int, by: Actor) -> Case:
    case = session.scalars(select(Case).where(Case.id == case_id, Case.office_id == by.office_id)).first()
    if case is None:
        raise NotFoundError
    return case
