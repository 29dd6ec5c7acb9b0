"""What an applicant does with her appointment by her link: look, move, cancel; and how the office takes it back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.engine.run import Run
from app.handlers.registry import Step, handler
from app.models import Case, ReceptionDay, Slot, VisitLink
from app.models.database import reading
from app.queries.visits import Visit, change_until, visit_of
from app.records.bookings import active_booking
from app.records.calendar_files import CalendarFile, appointment_file
from app.records.free_slots import refusal
from app.records.holds import Claim, SlotClosedError, SlotTakenError, claim_seat, let_go
from app.records.visit_links import link_by_secret, revoke_links
from app.usecases.access import Actor
from app.usecases.advance import Locked, carry_on
from app.usecases.history import Event, record
from app.usecases.limits import count_attempt
from app.usecases.published import NotFoundError
from app.usecases.reception_moves import NotMovableError, hold_instance, move_in
from app.usecases.transaction import transaction

WITHDRAWN: Final = "request.withdrawn"
PURPOSE: Final = "visit"
GUESSING: Final = timedelta(minutes=10)


class LinkEndedError(AutomationError):
    """The link is wrong, was revoked, or its case is closed."""

    status: ClassVar[int] = 404
    message = Text(
        kk="Бұл сілтеме жарамсыз: ескірген, қайтарып алынған немесе іс жабылған. Қабылдау бөлмесіне қоңырау шалыңыз.",
        ru="Эта ссылка не действует: она устарела, отозвана или дело закрыто. Позвоните в приёмную.",
        en="This link does not work: it is old, was revoked, or the case is closed. Please call the reception office.",
    )


class MoveRefusedError(AutomationError):
    """The applicant may not move the appointment herself any more."""

    status: ClassVar[int] = 409
    message = Text(
        kk="Қабылдауды сілтеме арқылы енді ауыстыруға болмайды. Қабылдау бөлмесіне қоңырау шалыңыз{phone}.",
        ru="Перенести приём по ссылке уже нельзя. Позвоните в приёмную{phone}.",
        en="The appointment can no longer be moved by the link. Please call the reception office{phone}.",
    )


class CancelRefusedError(AutomationError):
    """The process does not listen for a withdrawal any more: the day itself has come."""

    status: ClassVar[int] = 409
    message = Text(
        kk="Бұл қабылдаудан сілтеме арқылы енді бас тартуға болмайды. Қабылдау бөлмесіне қоңырау шалыңыз.",
        ru="Отменить этот приём по ссылке уже нельзя. Позвоните в приёмную.",
        en="This appointment can no longer be cancelled by the link. Please call the reception office.",
    )


BY_APPLICANT: Final = "Өтініш беруші сілтеме арқылы · Заявитель по ссылке · The applicant, by the link"


@dataclass(frozen=True, slots=True)
class _Herself:
    """The applicant who acts by her link: nobody of the office."""

    office_id: str
    id: int | None = None


def open_visit(secret: str, *, address: str) -> Visit:
    """What the link shows. Raises `LinkEndedError`, and `TooManyAttemptsError` for an address that guesses."""
    with reading() as session:
        link = link_by_secret(session, secret)
        found = visit_of(session, link, now=clock.now()) if link else None
    if found is None:
        count_attempt(f"visit:{address}", most=30, window=GUESSING)
        raise LinkEndedError
    return found


def keep_time(secret: str, slot_id: int) -> datetime:
    """Keep another time for her while she confirms; returns until when.

    Raises `LinkEndedError`, `MoveRefusedError`, `SlotClosedError`, and `SlotTakenError` with the next free times.
    """
    with transaction() as session:
        link, visit = _held(session, secret)
        _demand_move(session, visit, slot_id)
        now = clock.now()
        try:
            return claim_seat(session, Claim(link.office_id, link.case_id, slot_id, now, purpose=PURPOSE)).until
        except SlotTakenError:
            raise refusal(session, link.office_id, slot_id, now=now) from None


def move_visit(secret: str, slot_id: int) -> None:
    """Move the appointment to a time of the same official; everybody is told as when the office moves it (KST-S07.2).

    Raises as `keep_time`, and what `move_in` raises.
    """
    with transaction() as session:
        link, visit = _held(session, secret)
        _demand_move(session, visit, slot_id)
        try:
            move_in(session, link.case_id, slot_id, reason=BY_APPLICANT, by=_Herself(link.office_id))
        except SlotTakenError:
            raise refusal(session, link.office_id, slot_id, now=clock.now()) from None
        moved = session.execute(
            update(VisitLink)
            .where(VisitLink.id == link.id, VisitLink.revoked_at.is_(None), VisitLink.moves < visit.moves_allowed)
            .values(moves=VisitLink.moves + 1)
        )
        if not getattr(moved, "rowcount", 0):
            raise _refused(visit)


def cancel_visit(secret: str) -> None:
    """Withdraw the request: the case closes, its place is free again, a letter confirms it.

    Raises `LinkEndedError`, `CancelRefusedError`.
    """
    with transaction() as session:
        link, _ = _held(session, secret)
        by = _Herself(link.office_id)
        instance = hold_instance(session, link.case_id, by)
        booking = active_booking(session, link.case_id)
        facts = {"booking": booking.id if booking else None}

        def act(run: Run) -> None:
            if not any(each.message == WITHDRAWN for each in run.subscriptions()):
                raise CancelRefusedError
            run.deliver(WITHDRAWN, {})

        carry_on(session, instance, act, event=Event("visit_cancelled", None, facts, {"reason": BY_APPLICANT}))
        let_go(session, link.case_id)


def visit_calendar(secret: str) -> CalendarFile:
    """The calendar file of the appointment. Raises `LinkEndedError`."""
    with reading() as session:
        link = link_by_secret(session, secret)
        booking = active_booking(session, link.case_id) if link else None
        if booking is None:
            raise LinkEndedError
        return appointment_file(session, booking, now=clock.now())


def revoke_visit_link(case_id: int, *, by: Actor) -> None:
    """No link of the case works any more. Raises `NotFoundError`."""
    by.demand("booking.move")
    with transaction() as session:
        _own_case(session, case_id, by)
        now = clock.now()
        revoke_links(session, case_id, now=now, by=by.id)
        record(session, [Event("visit_link_revoked")], at=now, office_id=by.office_id, case_id=case_id, by=by.id)


def send_new_link(case_id: int, *, by: Actor) -> None:
    """Revoke what the applicant has and write her the appointment anew with another link.

    Raises `NotFoundError`, `NotMovableError` without an appointment, `InstanceEndedError`.
    """
    by.demand("booking.move")
    with transaction() as session:
        _own_case(session, case_id, by)
        now = clock.now()
        instance = hold_instance(session, case_id, by)
        if active_booking(session, case_id) is None:
            raise NotMovableError
        revoke_links(session, case_id, now=now, by=by.id)
        handler("letters.notify_applicant").call(_step(session, instance, now, by), template="appointment")
        record(session, [Event("visit_link_renewed")], at=now, office_id=by.office_id, case_id=case_id, by=by.id)


def _step(session: Session, instance: Locked, now: datetime, by: Actor) -> Step:
    return Step(
        session=session,
        office_id=instance.office_id,
        case_id=instance.case_id,
        instance_id=instance.id,
        element="visit_link",
        now=now,
        by=by.id,
        letters=instance.version.letters,
        documents=instance.version.documents,
    )


def _held(session: Session, secret: str) -> tuple[VisitLink, Visit]:
    link = link_by_secret(session, secret)
    visit = visit_of(session, link, now=clock.now()) if link else None
    if link is None or visit is None:
        raise LinkEndedError
    return link, visit


def _demand_move(session: Session, visit: Visit, slot_id: int) -> None:
    """She may move it, and to this time: of the same official and far enough ahead, taken or not."""
    if not visit.may_move:
        raise _refused(visit)
    starts_at = session.scalar(
        select(Slot.starts_at)
        .join(ReceptionDay, ReceptionDay.id == Slot.day_id)
        .where(
            Slot.id == slot_id,
            Slot.office_id == visit.office_id,
            ReceptionDay.official_id == visit.official_id,
        )
    )
    if starts_at is None or change_until(session, visit.office_id, starts_at) <= clock.now():
        raise SlotClosedError


def _refused(visit: Visit) -> MoveRefusedError:
    return MoveRefusedError(phone=f": {visit.phone}" if visit.phone else "")


def _own_case(session: Session, case_id: int, by: Actor) -> None:
    case = session.get(Case, case_id)
    if case is None or case.office_id != by.office_id:
        raise NotFoundError
