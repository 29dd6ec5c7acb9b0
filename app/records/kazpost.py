"""Deliveries of Kazpost: the list of the courier against the envelopes that are there (KST-KAZPOST)."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.models import Case, KazpostDelivery, KazpostEnvelope
from app.records.answers import Answers
from app.records.numbers import enter

KIND: Final = "kazpost_delivery"
_BETWEEN: Final = re.compile(r"[\s,;]+")
NOTHING: Final = Text(
    kk="Бірде-бір штрих-код жазылмаған. Сканерленген конверттерді енгізіңіз.",
    ru="Не указано ни одного штрихкода. Внесите отсканированные конверты.",
    en="There is no barcode. Enter the envelopes that were scanned.",
)
SAVED: Final = ("list_number", "courier")


def open_delivery(session: Session, case: Case, *, now: datetime, by: int | None) -> KazpostDelivery:
    """The delivery of a case with its number, R-KAZPOST; opened twice it stays as it is."""
    known = session.get(KazpostDelivery, case.id)
    if known is not None:
        return known
    entry = enter(session, office_id=case.office_id, register="R-KAZPOST", now=now, case_id=case.id, by=by)
    row = KazpostDelivery(
        case_id=case.id, office_id=case.office_id, number=entry.label, came_at=now, list_number="", courier=""
    )
    session.add(row)
    case.kind, case.number = KIND, entry.label
    session.flush()
    return row


def barcodes(written: str) -> list[str]:
    """The barcodes of a text, one a line or with commas between, each once, in their order."""
    return list(dict.fromkeys(each.upper() for each in _BETWEEN.split(written) if each))


def reconcile(session: Session, delivery: KazpostDelivery, *, listed: Iterable[str], found: Iterable[str]) -> None:
    """Put the envelopes of the list and those that were scanned side by side; done again it begins anew."""
    for earlier in envelopes(session, delivery.case_id):
        session.delete(earlier)
    session.flush()
    on_list, scanned = list(listed), list(found)
    for barcode in dict.fromkeys([*on_list, *scanned]):
        session.add(
            KazpostEnvelope(
                delivery_id=delivery.case_id,
                barcode=barcode,
                listed=barcode in on_list,
                found=barcode in scanned,
                wrong_addressee=False,
            )
        )
    session.flush()


def envelopes(session: Session, case_id: int) -> Sequence[KazpostEnvelope]:
    """Every envelope of a delivery, in the order of the list; those that are not on it last."""
    return session.scalars(
        select(KazpostEnvelope).where(KazpostEnvelope.delivery_id == case_id).order_by(KazpostEnvelope.id)
    ).all()


def save_delivery(answers: Answers) -> None:
    """What the forms of a delivery write (F-KAZ-RECON): `kazpost.*`, the envelopes, those with a wrong addressee."""
    if answers.case.kind != KIND:
        return
    given = answers.of("kazpost")
    delivery = answers.session.get_one(KazpostDelivery, answers.case.id)
    for name in SAVED:
        if name in given:
            setattr(delivery, name, given[name] or "")
    if given.get("list_date"):
        delivery.list_date = date.fromisoformat(str(given["list_date"])[:10])
    if "scanned" in given:
        listed, found = barcodes(given.get("listed") or ""), barcodes(given["scanned"] or "")
        if not found and not listed:
            answers.refuse("kazpost.scanned", NOTHING)
        reconcile(answers.session, delivery, listed=listed, found=found)
        answers.case.subject = f"Қазпошта · Казпочта, № {delivery.list_number}"[:300]
    if "wrong_envelopes" in answers.variables:
        wrong = {int(each) for each in answers.variables["wrong_envelopes"] or ()}
        for row in envelopes(answers.session, answers.case.id):
            row.wrong_addressee = row.id in wrong
