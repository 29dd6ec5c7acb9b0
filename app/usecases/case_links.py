"""Link cases that belong together, and undo it."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import Case, CaseLink
from app.records.formats import mark_both_formats
from app.usecases.access import Actor
from app.usecases.history import Event, record
from app.usecases.published import NotFoundError
from app.usecases.transaction import transaction

KINDS: Final = ("duplicate", "repeat", "mass")
LONGEST: Final = 1000


class NoSuchCaseError(AutomationError):
    """Nothing can be linked under this number."""

    status = 422
    message = Text(
        kk="«{number}» нөмірлі басқа іс табылмады. Нөмірін тексеріңіз.",
        ru="Другого дела с номером «{number}» нет. Проверьте номер.",
        en="There is no other case with the number “{number}”. Check the number.",
    )


class LinkedAlreadyError(AutomationError):
    """The two cases are linked now."""

    status = 409
    message = Text(kk="Бұл істер байланыстырылған.", ru="Эти дела уже связаны.", en="These cases are already linked.")


class WhyUnlinkError(AutomationError):
    """A link is undone with a reason only."""

    status = 422
    message = Text(
        kk="Байланысты неге алып тастайтыныңызды жазыңыз.",
        ru="Напишите, почему связь убирается.",
        en="Write why the link is removed.",
    )


def link(case_id: int, *, number: str, kind: str, reason: str, by: Actor) -> None:
    """Say that a case belongs to the earlier one with `number`, and how: `KINDS`.

    An appeal that came both on paper and electronically is marked so on its cards (KST-TYPE-2).
    Raises `NoSuchCaseError`, `LinkedAlreadyError`, and `NotFoundError` for a case of another office.
    """
    by.demand("case.link")
    with transaction() as session:
        case = _case(session, case_id, by)
        other = session.scalars(
            select(Case).where(Case.office_id == by.office_id, Case.number == number.strip(), Case.id != case.id)
        ).first()
        if other is None or kind not in KINDS:
            raise NoSuchCaseError(number=number.strip())
        if _linked(session, case.id, other.id):
            raise LinkedAlreadyError
        now = clock.now()
        session.add(
            CaseLink(
                office_id=by.office_id,
                case_id=case.id,
                other_id=other.id,
                kind=kind,
                reason=reason.strip()[:LONGEST],
                linked_at=now,
                linked_by=by.id,
            )
        )
        session.flush()  # the link counts when the two are looked at
        for each in (case.id, other.id):
            mark_both_formats(session, each)
        _tell(session, "cases_linked", (case.id, other.id), {"kind": kind}, by)


def unlink(link_id: int, *, reason: str, by: Actor) -> int:
    """Undo a link with a reason; the row stays. Returns the case that referred to the other."""
    by.demand("case.link")
    if not reason.strip():
        raise WhyUnlinkError
    with transaction() as session:
        row = session.get(CaseLink, link_id, with_for_update=True)
        if row is None or row.office_id != by.office_id or row.unlinked_at is not None:
            raise NotFoundError
        row.unlinked_at, row.unlinked_by, row.unlink_reason = clock.now(), by.id, reason.strip()[:LONGEST]
        _tell(session, "cases_unlinked", (row.case_id, row.other_id), {"kind": row.kind}, by)
        return row.case_id


def _tell(session: Session, what: str, pair: tuple[int, int], facts: dict[str, str], by: Actor) -> None:
    for one, other in (pair, pair[::-1]):
        event = Event(what, None, {**facts, "other": other})
        record(session, [event], at=clock.now(), office_id=by.office_id, case_id=one, by=by.id)


def _linked(session: Session, one: int, other: int) -> bool:
    pairs = ((one, other), (other, one))
    return any(
        session.scalars(
            select(CaseLink.id).where(
                CaseLink.case_id == first, CaseLink.other_id == second, CaseLink.unlinked_at.is_(None)
            )
        ).first()
        for first, second in pairs
    )


def _case(session: Session, case_id: int, by: Actor) -> Case:
    case = session.get(Case, case_id)
    if case is None or case.office_id != by.office_id:
        raise NotFoundError
    return case
