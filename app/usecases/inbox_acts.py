"""What a person does with a message of the inbox: it belongs to a case, becomes an appeal, or is put aside."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.incoming import Incoming
from app.domain.names import sort_key
from app.domain.texts import Text
from app.models import Case, InboxMessage
from app.records.files import attach
from app.records.inbox import file_ids
from app.usecases.access import Actor
from app.usecases.history import Event, record
from app.usecases.incoming import open_appeal, receiver_of
from app.usecases.published import NotFoundError
from app.usecases.tasks import ReasonMissingError
from app.usecases.transaction import transaction


class MessageSettledError(AutomationError):
    """Somebody has settled the message already."""

    status = 409
    message = Text(
        kk="Бұл хат бойынша шешім қабылданып қойған.",
        ru="По этому письму решение уже принято.",
        en="This message has been settled already.",
    )


class NoSuchCaseError(AutomationError):
    """The office has no case of this number."""

    status = 422
    message = Text(
        kk="«{number}» нөмірлі іс жоқ. Нөмірін тексеріңіз.",
        ru="Дела с номером «{number}» нет. Проверьте номер.",
        en="There is no case with the number “{number}”. Check it.",
    )


def attach_to_case(message_id: int, number: str, *, by: Actor) -> int:
    """The message belongs to the case of this number: its files become the case's; returns the case.

    Raises `NoSuchCaseError`, `MessageSettledError`, `NotFoundError`, `ForbiddenError`.
    """
    by.demand("inbox.work")
    with transaction() as session:
        row = _waiting(session, message_id, by)
        case = session.scalars(
            select(Case).where(Case.office_id == by.office_id, Case.number == number.strip())
        ).first()
        if case is None:
            raise NoSuchCaseError(number=number.strip()[:60])
        _settle(session, row, case, by)
        return case.id


def make_appeal(message_id: int, source: str, *, by: Actor) -> int:
    """The message becomes an appeal of a source of the office, with its sender, words and files; returns the case.

    Raises `MessageSettledError`, `NotFoundError`, `ForbiddenError`.
    """
    by.demand("inbox.work")
    by.demand("appeal.open")
    with transaction() as session:
        row = _waiting(session, message_id, by)
        place = receiver_of(session, by.office_id, source, by=by, by_mail=True)
        name = row.sender_name or row.sender
        sent = Incoming(
            external_number="",
            applicant_kind="person",
            full_name=name if sort_key(name) else row.sender,
            organisation="",
            iin="",
            address="",
            phone="",
            email=row.sender,
            language=by.language if by.language == "kk" else "ru",
            sent_on="",
            text=row.text or row.subject,
        )
        event = Event("appeal_sent_in", None, {"source": source, "channel": "mail", "inbox": row.id})
        case = open_appeal(session, place, sent, by=by.id, event=event)
        _settle(session, row, case, by)
        return case.id


def put_aside(message_id: int, *, reason: str, by: Actor) -> None:
    """The message needs nothing; `reason` says why. Raises `ReasonMissingError`, `MessageSettledError`."""
    by.demand("inbox.work")
    if not reason.strip():
        raise ReasonMissingError
    with transaction() as session:
        row, now = _waiting(session, message_id, by), clock.now()
        row.status, row.reason, row.decided_by, row.decided_at = "put_aside", reason.strip()[:2000], by.id, now
        event = Event("mail_put_aside", None, {"inbox": row.id}, {"reason": row.reason})
        record(session, [event], at=now, office_id=by.office_id, by=by.id)


def _settle(session: Session, row: InboxMessage, case: Case, by: Actor) -> None:
    now = clock.now()
    row.status, row.case_id, row.decided_by, row.decided_at = "case", case.id, by.id, now
    attach(
        session,
        file_ids(row),
        office_id=by.office_id,
        case_id=case.id,
        kind="attachment",
        element=None,
        now=now,
        by=by.id,
    )
    event = Event("mail_attached", None, {"inbox": row.id})
    record(session, [event], at=now, office_id=by.office_id, case_id=case.id, by=by.id)


def _waiting(session: Session, message_id: int, by: Actor) -> InboxMessage:
    row = session.scalars(
        select(InboxMessage)
        .where(InboxMessage.id == message_id, InboxMessage.office_id == by.office_id)
        .with_for_update()
    ).first()
    if row is None:
        raise NotFoundError
    if row.status != "waiting":
        raise MessageSettledError
    return row
