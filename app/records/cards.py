"""Registration cards: one base section a person, one current section an appeal (KST-REG)."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.contacts import phones, place, same_phone, same_street
from app.domain.names import sort_key
from app.domain.person_names import one_name
from app.models import Appeal, AppealCard, Applicant, CardBase, CardBaseChange, Case
from app.records.alike import alike
from app.records.appeals import today
from app.records.numbers import enter

CHANGEABLE: Final = ("address", "phone")
KEPT: Final = ("full_name", "kind", "represented_person")


class BaseKeptError(Exception):
    """An answer would change what the base section of a card keeps (BR-10, AC-03): `field`, and what it `says`."""

    def __init__(self, field: str, says: str) -> None:
        super().__init__(field)
        self.field = field
        self.says = says


def known_base(session: Session, applicant: Applicant) -> CardBase | None:
    """The base section of this applicant: by IIN; of one without, by the same name at the same address or phone.

    The name may be spelled in Kazakh, Russian or Latin letters, the address and the phone in any usual way.
    """
    if applicant.iin:
        return session.scalars(
            select(CardBase)
            .where(CardBase.office_id == applicant.office_id, CardBase.iin == applicant.iin)
            .order_by(CardBase.id)
        ).first()
    found = alike(session, applicant.described, office_id=applicant.office_id, among=CardBase)
    hers = (
        each.row
        for each in found
        if each.row.iin is None
        and each.row.kind == applicant.kind
        and one_name(each.row.full_name, applicant.full_name)
        and _same_place(each.row, applicant)
    )
    return min(hers, key=lambda row: row.id, default=None)


def _same_place(base: CardBase, applicant: Applicant) -> bool:
    if same_phone(phones(base.phone), phones(applicant.phone)):
        return True
    one, other = place(base.address), place(applicant.address)
    known = one.known and other.known and same_street(one, other)
    return (known and (one.house, one.flat) == (other.house, other.flat)) or (
        _plain(base.address) == _plain(applicant.address) != ""
    )


def _plain(value: str | None) -> str:
    return " ".join((value or "").casefold().split())


def base_for(session: Session, applicant: Applicant, *, now: datetime, by: int | None) -> CardBase:
    """The base section for an applicant: hers if she is known, else a new one; raises `BaseKeptError`.

    A new address or phone goes into it, the former value is kept (KST-REG-4).
    """
    base = known_base(session, applicant)
    if base is None:
        base = CardBase(
            office_id=applicant.office_id,
            kind=applicant.kind,
            full_name=applicant.full_name,
            sort_key=sort_key(applicant.full_name),
            iin=applicant.iin,
            represented_person=applicant.represented_person,
            address=applicant.address,
            phone=applicant.phone,
            made_at=now,
            made_by=by,
        )
        session.add(base)
        session.flush()
        return base
    for name in KEPT:
        if not _kept(getattr(base, name), getattr(applicant, name)):
            raise BaseKeptError(name, getattr(base, name) or "")
    change_base(session, base, applicant, now=now, by=by)
    return base


def change_base(session: Session, base: CardBase, applicant: Applicant, *, now: datetime, by: int | None) -> None:
    """Write the applicant's address and phone into her base section; each former value is kept (KST-REG-4)."""
    for name in CHANGEABLE:
        _change(session, base, name, getattr(applicant, name), now=now, by=by)


def _kept(stored: str | None, typed: str | None) -> bool:
    """Whether the answer says what is stored; another spelling of the same name is no other name."""
    return _plain(stored) == _plain(typed) or bool(stored and typed and one_name(stored, typed))


def _change(session: Session, base: CardBase, name: str, value: str | None, *, now: datetime, by: int | None) -> None:
    former = getattr(base, name)
    if value is None or value == former:
        return
    session.add(CardBaseChange(base_id=base.id, field=name, former=former, changed_at=now, changed_by=by))
    setattr(base, name, value)
    session.flush()


def make_card(session: Session, appeal: Appeal, base: CardBase, *, now: datetime, by: int | None) -> AppealCard:
    """The card of an appeal with its number, R-CARDS (KST-REG-2); made twice it stays as it is.

    The same citizen on another question gets a new number (KST-REG-6). A repeat on the same question keeps that of the
    first card with its count after it, 12/2025-2 (assumed), and names the earlier one.
    """
    session.refresh(base, with_for_update=True)  # two cards of a citizen at once count each other
    card = session.get(AppealCard, appeal.case_id)
    if card is not None:
        return card
    earlier = list(
        session.scalars(
            select(AppealCard)
            .join(Appeal, Appeal.case_id == AppealCard.case_id)
            .where(AppealCard.base_id == base.id, Appeal.nature == appeal.nature)
            .order_by(AppealCard.made_at, AppealCard.case_id)
        )
    )
    if earlier:
        number = f"{earlier[0].number}-{len(earlier) + 1}"
    else:
        facts = {"base": base.id, "nature": appeal.nature}
        number = enter(
            session,
            office_id=appeal.office_id,
            register="R-CARDS",
            now=now,
            case_id=appeal.case_id,
            facts=facts,
            by=by,
        ).label
    card = AppealCard(
        case_id=appeal.case_id,
        office_id=appeal.office_id,
        base_id=base.id,
        number=number,
        made_at=now,
        made_by=by,
        appeal_date=today(appeal.office_id, appeal.received_at),
        repeat_of=earlier[-1].case_id if earlier else None,
    )
    session.add(card)
    session.get_one(Case, appeal.case_id).number = number
    session.flush()
    return card
