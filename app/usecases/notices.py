"""Notices that a person sends or says: what was sent on paper, what came of a call (KRG-31, KRG-5, KST-S04.2)."""

from datetime import date, datetime, time
from typing import Final

from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import Applicant, Case, Letter
from app.records.letters import letter_job
from app.records.zones import zone_of_office
from app.usecases.access import Actor
from app.usecases.history import Event, record
from app.usecases.published import NotFoundError
from app.usecases.transaction import transaction, wake_workers

OUTCOMES: Final = ("told", "not_reached", "write")


class NoticeSentError(AutomationError):
    """The notice does not wait any more."""

    status = 409
    message = Text(
        kk="Бұл хабарлама әлдеқашан жіберілген немесе айтылған.",
        ru="Это уведомление уже отправлено или передано.",
        en="This notice has been sent or told already.",
    )


class WrongDayError(AutomationError):
    """A notice cannot have been sent before it was made, nor in the future."""

    status = 422
    message = Text(
        kk="Жіберілген күнді тексеріңіз: хабарлама жасалғаннан ерте де, бүгіннен кеш те болмауы керек.",
        ru="Проверьте дату отправки: не раньше, чем составлено уведомление, и не позже сегодняшнего дня.",
        en="Check the day: not before the notice was made and not later than today.",
    )


def note_sending(letter_id: int, on: date | None, *, remarks: str = "", by: Actor) -> None:
    """The paper was sent on a day of the office's calendar (today if None); `remarks` may be the number of the parcel.

    Raises `NotFoundError`, `NoticeSentError`, `WrongDayError`.
    """
    by.demand("booking.move")
    with transaction() as session:
        letter = _waiting(session, letter_id, "to_post", by)
        letter.sent_at = _moment(letter, on)
        letter.status = "sent"
        _note(session, letter, "letter_sent", remarks, by)


def note_call(letter_id: int, outcome: str, *, remarks: str = "", by: Actor) -> None:
    """What came of the call: told, not reached (the call goes on waiting), or the notice is to be written on paper.

    Raises `NotFoundError`, `NoticeSentError`.
    """
    by.demand("booking.move")
    if outcome not in OUTCOMES:
        raise NotFoundError
    with transaction() as session:
        letter = _waiting(session, letter_id, "to_call", by)
        if outcome == "not_reached":
            _note(session, letter, "notice_not_reached", remarks, by)
            return
        if outcome == "told":
            letter.sent_at, letter.status = clock.now(), "sent"
            _note(session, letter, "letter_sent", remarks, by)
            return
        _on_paper(session, letter)
        _note(session, letter, "notice_on_paper", remarks, by)
        wake_workers(session, clock.now())


def _waiting(session: Session, letter_id: int, status: str, by: Actor) -> Letter:
    letter = session.get(Letter, letter_id, with_for_update=True)
    if letter is None or letter.office_id != by.office_id or letter.case_id is None:
        raise NotFoundError
    if letter.status != status:
        raise NoticeSentError
    return letter


def _moment(letter: Letter, on: date | None) -> datetime:
    zone = zone_of_office(letter.office_id or "")
    now = clock.now()
    if on is None or on == now.astimezone(zone).date():
        return now
    if not letter.created_at.astimezone(zone).date() <= on < now.astimezone(zone).date():
        raise WrongDayError
    return max(letter.created_at, datetime.combine(on, time(12), zone))


def _on_paper(session: Session, letter: Letter) -> None:
    """The same words, to be typeset and posted."""
    case = session.get_one(Case, letter.case_id)
    applicant = session.get_one(Applicant, case.applicant_id)
    letter.channel, letter.status, letter.address = "post", "queued", applicant.address or ""
    session.add(letter_job(letter, clock.now()))


def _note(session: Session, letter: Letter, kind: str, remarks: str, by: Actor) -> None:
    facts = {"letter": letter.id, "template": letter.template, "channel": letter.channel}
    payload = {"remarks": remarks.strip()[:1000]} if remarks.strip() else {}
    event = Event(kind, None, facts, payload)
    record(session, [event], at=clock.now(), office_id=letter.office_id, case_id=letter.case_id, by=by.id)
