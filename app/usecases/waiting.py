"""The waiting list at work: put somebody on it, offer what becomes free to the first in order, take the answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar, Final

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.deadlines import compute
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import Case, Office, ProcessInstance, SlotHold, WaitingEntry
from app.models.database import reading
from app.records.bookings import active_booking
from app.records.free_slots import FreeSlot
from app.records.holds import Claim, SlotTakenError, claim_seat, let_go
from app.records.offers import write_offer
from app.records.terms import UnknownRuleError, office_calendar, rule_on
from app.records.visit_links import link_by_secret
from app.records.waiting import OPEN, open_entry, place_for, waiting_list
from app.usecases.access import Actor
from app.usecases.advance import InstanceEndedError
from app.usecases.history import Event, record
from app.usecases.published import NotFoundError, published
from app.usecases.reception_moves import Mover, hold_instance, move_in
from app.usecases.transaction import transaction
from app.usecases.visits import LinkEndedError

OFFER: Final = "offer"
OFFER_RULE: Final = "reception.waiting_offer"
OFFERS: Final = 2
ANSWER_IN: Final = timedelta(days=1)
TO_BE_BOOKED: Final = "1 working day after offer.accepted"
BY_OFFER: Final = "Күту тізімінен · Из листа ожидания · From the waiting list"


class WaitsAlreadyError(AutomationError):
    """The case stands on the list."""

    status: ClassVar[int] = 409
    message = Text(
        kk="Бұл іс күту тізімінде тұр.",
        ru="Это дело уже в листе ожидания.",
        en="This case is on the waiting list already.",
    )


class WrongPeriodError(AutomationError):
    """The period ends before it begins, or is over."""

    status: ClassVar[int] = 422
    message = Text(
        kk="Кезеңнің соңы басынан кейін және бүгіннен ерте болмауы керек.",
        ru="Конец периода должен быть не раньше начала и не в прошлом.",
        en="The period must end after it begins and not in the past.",
    )


class OfferEndedError(AutomationError):
    """The offer is over: it ran out, was answered, or the place is gone."""

    status: ClassVar[int] = 409
    message = Text(
        kk="Бұл ұсыныстың мерзімі өтті немесе оған жауап берілді. Келесі бос орын шыққанда хабарлаймыз.",
        ru="Это предложение истекло или на него уже ответили. Сообщим, когда появится следующее место.",
        en="This offer has run out or was answered. We tell you when the next place becomes free.",
    )


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody waits for: an official (None: any), from and to which day (None: open)."""

    official_id: int | None = None
    from_day: date | None = None
    to_day: date | None = None


@dataclass(frozen=True, slots=True)
class _Herself:
    office_id: str
    id: int | None = None


def wait_for_place(case_id: int, wish: Wish, *, by: Actor) -> int:
    """Put a case at the end of its group of the list; returns the entry's id.

    Raises `NotFoundError`, `WrongPeriodError`, `WaitsAlreadyError`, `InstanceEndedError` for a closed case.
    """
    by.demand("booking.move")
    with transaction() as session:
        case = session.get(Case, case_id)
        if case is None or case.office_id != by.office_id:
            raise NotFoundError
        if case.closed_at is not None:
            raise InstanceEndedError
        now = clock.now()
        today = office_calendar(session, by.office_id).local(now).date()
        if wish.to_day is not None and wish.to_day < max(wish.from_day or today, today):
            raise WrongPeriodError
        entry = WaitingEntry(
            office_id=by.office_id,
            case_id=case_id,
            official_id=wish.official_id,
            from_day=wish.from_day,
            to_day=wish.to_day,
            entered_at=now,
            entered_by=by.id,
            status="waiting",
            offers=0,
        )
        try:
            with session.begin_nested():
                session.add(entry)
        except IntegrityError:
            raise WaitsAlreadyError from None
        _note(session, entry, "waiting_entered", by.id)
        return entry.id


def offer_places() -> int:
    """Let offers run out and offer every place that is free to the first who would take it; returns how many.

    One commit an entry, so that one that cannot be offered holds back nobody.
    """
    for entry_id in _in_order():
        with transaction() as session:
            _let_run_out(session, entry_id)
    made = 0
    for entry_id in _in_order():
        with transaction() as session:
            made += _offer(session, entry_id)
    return made


def _in_order() -> list[int]:
    """Everybody who waits, office by office in the order of its list."""
    with reading() as session:
        return [
            each.entry.id
            for office in session.scalars(select(Office).order_by(Office.id)).all()
            for each in waiting_list(session, office)
        ]


def answer_offer(entry_id: int, *, accept: bool, by: Actor) -> None:
    """What she said on the telephone. Raises `NotFoundError`, `OfferEndedError`, and what `move_in` raises."""
    by.demand("booking.move")
    with transaction() as session:
        entry = session.get(WaitingEntry, entry_id)
        if entry is None or entry.office_id != by.office_id:
            raise NotFoundError
        _answer(session, entry, accept=accept, by=by)


def answer_by_link(secret: str, *, accept: bool) -> None:
    """What she said by her link. Raises `LinkEndedError`, `OfferEndedError`, and what `move_in` raises."""
    with transaction() as session:
        link = link_by_secret(session, secret)
        entry = open_entry(session, link.case_id) if link else None
        if link is None:
            raise LinkEndedError
        if entry is None:
            raise OfferEndedError
        _answer(session, entry, accept=accept, by=_Herself(entry.office_id))


def stop_waiting(entry_id: int, *, by: Actor) -> None:
    """Take somebody off the list. Raises `NotFoundError`."""
    by.demand("booking.move")
    with transaction() as session:
        entry = _locked(session, entry_id)
        if entry is None or entry.office_id != by.office_id:
            raise NotFoundError
        _end(session, entry, "removed", by.id)


def _answer(session: Session, entry: WaitingEntry, *, accept: bool, by: Mover) -> None:
    instance = hold_instance(session, entry.case_id, by)  # the instance first, as everywhere
    session.refresh(entry, with_for_update=True)
    now = clock.now()
    if entry.status != "offered" or entry.slot_id is None or (entry.offered_until or now) <= now:
        raise OfferEndedError
    if not accept:
        _end(session, entry, "declined", by.id)
    elif active_booking(session, instance.case_id or 0) is not None:
        move_in(session, entry.case_id, entry.slot_id, reason=BY_OFFER, by=by)
        _end(session, entry, "taken", by.id)
    else:
        until = compute(TO_BE_BOOKED, now, office_calendar(session, entry.office_id)).due
        try:
            claim_seat(session, Claim(entry.office_id, entry.case_id, entry.slot_id, now, until, OFFER))
        except SlotTakenError:
            raise OfferEndedError from None
        entry.status, entry.offered_until = "accepted", until
        _note(session, entry, "offer_accepted", by.id)


def _let_run_out(session: Session, entry_id: int) -> None:
    """An offer that was not answered goes to the next; who let `OFFERS` of them pass is taken off the list."""
    entry = _locked(session, entry_id)
    now = clock.now()
    if entry is None:
        return
    if entry.status == "accepted" and active_booking(session, entry.case_id) is not None:
        _end(session, entry, "taken", None)
    elif entry.status in ("offered", "accepted") and (entry.offered_until or now) <= now:
        let_go(session, entry.case_id)
        if entry.offers >= OFFERS:
            _end(session, entry, "lapsed", None)
        else:
            entry.status, entry.entered_at, entry.slot_id, entry.offered_until = "waiting", now, None, None
            _note(session, entry, "offer_ran_out", None)
    elif entry.to_day is not None and entry.to_day < office_calendar(session, entry.office_id).local(now).date():
        _end(session, entry, "lapsed", None)


def _offer(session: Session, entry_id: int) -> int:
    entry = _locked(session, entry_id)
    if entry is None or entry.status != "waiting":
        return 0
    case = session.get_one(Case, entry.case_id)
    if case.closed_at is not None:
        _end(session, entry, "removed", None)
        return 0
    now = clock.now()
    free = place_for(session, entry, now)
    until = min(_answer_until(session, entry, now), free.starts_at) if free else now
    if free is None or not _kept(session, entry, free, now, until):
        return 0
    entry.status, entry.slot_id, entry.offered_at, entry.offered_until = "offered", free.slot_id, now, until
    entry.offers += 1
    session.flush()
    _note(session, entry, "place_offered", None)
    write_offer(session, entry, _letters(session, entry), now)
    return 1


def _letters(session: Session, entry: WaitingEntry) -> Mapping[str, str]:
    """The letters of the version on which the case runs."""
    version_id = session.scalar(
        select(ProcessInstance.version_id)
        .where(ProcessInstance.case_id == entry.case_id)
        .order_by(ProcessInstance.id)
        .limit(1)
    )
    return published(session, version_id).letters if version_id is not None else {}


def _kept(session: Session, entry: WaitingEntry, free: FreeSlot, now: datetime, until: datetime) -> bool:
    try:
        claim_seat(session, Claim(entry.office_id, entry.case_id, free.slot_id, now, until, OFFER))
    except SlotTakenError:
        return False
    return True


def _answer_until(session: Session, entry: WaitingEntry, now: datetime) -> datetime:
    try:
        rule = rule_on(session, entry.office_id, OFFER_RULE, now)
    except UnknownRuleError:
        return now + ANSWER_IN
    return compute(rule.expression, now, office_calendar(session, entry.office_id)).due


def _locked(session: Session, entry_id: int) -> WaitingEntry | None:
    return session.scalars(
        select(WaitingEntry).where(WaitingEntry.id == entry_id, WaitingEntry.status.in_(OPEN)).with_for_update()
    ).first()


def _end(session: Session, entry: WaitingEntry, status: str, by: int | None) -> None:
    entry.status, entry.ended_at = status, clock.now()
    if status != "taken":
        session.execute(delete(SlotHold).where(SlotHold.case_id == entry.case_id, SlotHold.purpose == OFFER))
    _note(session, entry, f"waiting_{status}", by)


def _note(session: Session, entry: WaitingEntry, event: str, by: int | None) -> None:
    facts = {"entry": entry.id, "slot": entry.slot_id}
    record(
        session,
        [Event(event, None, facts)],
        at=clock.now(),
        office_id=entry.office_id,
        case_id=entry.case_id,
        by=by,
    )
