"""Staff enter that an applicant takes her appeal or request back: she has come, written or called."""

import io
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.gateways.files import inspect_upload
from app.models import Case, Message, PortalFiling
from app.records.withdrawals import replied, withdrawal_heard
from app.usecases.access import Actor
from app.usecases.case_acts import attach_upload
from app.usecases.history import Event, record
from app.usecases.outbox import post
from app.usecases.published import NotFoundError
from app.usecases.transaction import transaction

LONGEST: Final = 4000


class GroundMissingError(AutomationError):
    """Nothing says how the applicant has asked for it."""

    status = 422
    message = Text(
        kk="Өтініш берушінің қалай және неге қайтарып алғанын жазыңыз.",
        ru="Напишите, как и почему заявитель отзывает обращение.",
        en="Write how and why the applicant takes the appeal back.",
    )


class NotConfirmedError(AutomationError):
    """The box that says it is her will was left empty."""

    status = 422
    message = Text(
        kk="Бұл өтініш берушінің еркі екенін растаңыз: қарау тоқтатылады, оны қайтара алмайсыз.",
        ru="Подтвердите, что такова воля заявителя: рассмотрение прекратится, вернуть его будет нельзя.",
        en="Confirm that this is the applicant's will: the consideration ends and cannot be taken up again.",
    )


class RepliedError(AutomationError):
    """The answer has left."""

    status = 409
    message = Text(
        kk="Жауап өтініш берушіге жіберіліп қойған, сондықтан өтінішті енді қайтарып алуға болмайды.",
        ru="Ответ заявителю уже отправлен, поэтому отозвать обращение больше нельзя.",
        en="The answer has been sent to the applicant, so the appeal can no longer be taken back.",
    )


class NotWithdrawableError(AutomationError):
    """Its process does not wait for a withdrawal now."""

    status = 409
    message = Text(
        kk="Бұл істі қазір қайтарып алу мүмкін емес: ол жабылған немесе осындай қадамда тұр.",
        ru="Это дело сейчас нельзя отозвать: оно закрыто или находится на таком шаге.",
        en="This case cannot be taken back now: it is closed or at a step that does not allow it.",
    )


@dataclass(frozen=True, slots=True)
class Ground:
    """How the applicant has asked for it; `name` and `content` are her application, where there is one on paper."""

    reason: str
    confirmed: bool
    name: str = ""
    content: bytes = b""


def withdraw(case_id: int, ground: Ground, *, by: Actor) -> None:
    """The case ends as withdrawn, as when she does it on the portal. A second time changes nothing.

    Raises `GroundMissingError`, `NotConfirmedError`, `RepliedError`, `NotWithdrawableError`, and what `inspect_upload`
    raises.
    """
    by.demand("withdrawal.enter")
    reason = ground.reason.strip()[:LONGEST]
    if not reason:
        raise GroundMissingError
    if not ground.confirmed:
        raise NotConfirmedError
    checked = inspect_upload(ground.name, io.BytesIO(ground.content)) if ground.name else None
    with transaction() as session:
        query = select(Case).where(Case.id == case_id, Case.office_id == by.office_id)
        case = session.scalars(query.with_for_update()).first()
        if case is None:
            raise NotFoundError
        filing = session.scalars(select(PortalFiling).where(PortalFiling.case_id == case.id)).first()
        if _sent(session, case) or (filing is not None and filing.withdrawn_at is not None):
            return
        message = _message(session, case)
        now = clock.now()
        told = {"reason": reason}
        post(session, case.office_id, message, case_id=case.id, payload=told, now=now, idempotency_key=_key(case))
        if filing is not None:
            filing.withdrawn_at, filing.withdrawal_reason = now, reason
        paper = {"file": attach_upload(session, case, checked, ground.content, now=now, by=by)} if checked else {}
        event = Event("withdrawal_entered", None, {"message": message, **paper}, told)
        record(session, [event], at=now, office_id=case.office_id, case_id=case.id, by=by.id)


def _message(session: Session, case: Case) -> str:
    message = withdrawal_heard(session, case.id)
    if message:
        return message
    raise RepliedError if replied(session, case.id) else NotWithdrawableError


def _key(case: Case) -> str:
    return f"withdrawn:{case.id}"


def _sent(session: Session, case: Case) -> bool:
    query = select(Message.id).where(Message.office_id == case.office_id, Message.idempotency_key == _key(case))
    return session.scalar(query) is not None
