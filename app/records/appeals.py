"""Appeals as they come in: their rows, the journal of each day, the even split among registrars."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.domain.even_split import lightest
from app.domain.regions import OTHER, Regions
from app.domain.texts import Text
from app.models import Appeal, AppealCard, Applicant, JournalRow, Office, Person, RoleGrant
from app.records.answers import Answers
from app.records.case_rows import CaseRows
from app.records.formats import BOTH_FORMATS, came_twice
from app.records.numbers import enter
from app.records.substitutes import absences_at
from app.records.zones import zone_of_office

KIND: Final = "appeal"
REGISTRAR: Final = "registrar"
BY_HAND: Final = "hand"
_APPEAL: Final = ("cause", "explanations", "sheets", "substance", "nature", "district", "external_number")
_OPTIONAL: Final = frozenset({"sheets", "nature", "district", "external_number"})
_CARD: Final = (
    *("body_id", "social_status", "age", "occupation", "district", "language", "annotation", "needs_attention"),
    *("category", "topic", "complaint_subject", "complaint_object", "type_mark", "executor_id", "control"),
    "check_remarks",
)
_NUMBERS: Final = frozenset({"body_id", "executor_id"})
_YES_NO: Final = frozenset({"control"})
_ONE_SPLIT: Final = text("SELECT pg_advisory_xact_lock(hashtext('appeals.distribute'), hashtext(:office))")
NOT_FILLED: Final = Text(
    kk="Карточка толық емес. Тіркеушіге қайтарыңыз.",
    ru="Карточка заполнена не полностью. Верните её регистратору.",
    en="The card is not complete. Return it to the registrar.",
)
_DEMANDED: Final = (
    "body_id",
    "social_status",
    "language",
    "annotation",
    "category",
    "type_mark",
    "executor_id",
    "control",
)


def source_settings(office: Office, code: str) -> Mapping[str, Any]:
    """A source of appeals as the office has it (KST-SRC), its own portal among them.

    Raises `StopIteration` for one it does not have.
    """
    found: Sequence[Mapping[str, Any]] = office.settings.get("appeal", {}).get("sources", [])
    own = office.settings.get("portal", {}).get("source")
    return next(each for each in (*found, *([own] if own else [])) if each["code"] == code)


def take_in(
    session: Session, *, office_id: str, case_id: int, source: str, external_number: str | None = None, now: datetime
) -> Appeal:
    """The appeal of a case, as it has come by one of the office's sources; one that is there stays as it is."""
    row = session.get(Appeal, case_id)
    if row is not None:
        return row
    medium = source_settings(session.get_one(Office, office_id), source)["medium"]
    row = Appeal(
        case_id=case_id,
        office_id=office_id,
        source=source,
        medium=medium,
        external_number=external_number or None,
        received_at=now,
        cause="",
        explanations="",
        substance="",
    )
    session.add(row)
    session.flush()
    return row


def accept(session: Session, row: Appeal, *, now: datetime, by: int | None) -> None:
    """The office takes the appeal (KST-HAND-2); from then on it waits for its number in the journal."""
    row.accepted_at, row.accepted_by = now, by
    session.flush()


def enter_in_journal(session: Session, row: Appeal, *, now: datetime, by: int | None) -> JournalRow:
    """Enter the appeal in the journal of this day with the next through number, R-JRN (KST-JRN-1, KST-JRN-2)."""
    known = session.scalars(select(JournalRow).where(JournalRow.case_id == row.case_id)).first()
    if known is not None:
        return known
    entry = enter(
        session,
        office_id=row.office_id,
        register="R-JRN",
        now=now,
        case_id=row.case_id,
        facts={"source": row.source, "medium": row.medium},
        by=by,
    )
    journal = JournalRow(
        office_id=row.office_id,
        case_id=row.case_id,
        day=today(row.office_id, now),
        number=entry.number,
        label=entry.label,
        source=row.source,
        entered_at=now,
        entered_by=by,
        distribution={},
    )
    session.add(journal)
    session.flush()
    return journal


def distribute(session: Session, row: JournalRow, *, now: datetime) -> int | None:
    """Give a row of the journal to the registrar present who has the fewest of that day; returns who, None: nobody.

    One at a time in an office, so that two officers never see the same counts (KST-JRN-3). Who had how many and who was
    away stays with the row.
    """
    session.execute(_ONE_SPLIT, {"office": row.office_id})
    registrars = _holders(session, row.office_id, today(row.office_id, now))
    away = {each.person_id for each in absences_at(session, row.office_id, now)}
    given = list(
        session.execute(
            select(JournalRow.registrar_id, JournalRow.id).where(
                JournalRow.office_id == row.office_id, JournalRow.day == row.day, JournalRow.registrar_id.is_not(None)
            )
        )
    )
    loads = {person: sum(each.registrar_id == person for each in given) for person in registrars if person not in away}
    last = {each.registrar_id: each.id for each in sorted(given, key=lambda each: each.id)}
    row.registrar_id = lightest(loads, last)
    row.distribution = {
        "loads": {str(person): count for person, count in loads.items()},
        "absent": [person for person in registrars if person in away],
    }
    session.flush()
    return row.registrar_id


def sign(session: Session, row: JournalRow, *, now: datetime, by: int | None) -> None:
    """The registrar takes the appeal under signature: who and when (KST-JRN-4, BR-31)."""
    row.signed_at, row.signed_by = now, by
    if row.registrar_id is None:
        row.registrar_id = by
    session.flush()


def today(office_id: str, now: datetime) -> date:
    """The day of the office's clock."""
    return now.astimezone(zone_of_office(office_id)).date()


def _holders(session: Session, office_id: str, day: date) -> Sequence[int]:
    return session.scalars(
        select(Person.id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            RoleGrant.office_id == office_id,
            RoleGrant.role == REGISTRAR,
            RoleGrant.valid_from <= day,
            (RoleGrant.valid_to.is_(None)) | (RoleGrant.valid_to >= day),
            Person.active,
        )
        .distinct()
        .order_by(Person.id)
    ).all()


def save_appeal(answers: Answers) -> None:
    """What forms of an appeal write: `appeal.*` as it came in, `card.*` into the current section of its card."""
    answers.attach(answers.records.get("appeal.files"), "attachment")
    if answers.case.kind != KIND:
        return
    _save_intake(answers)
    _save_card(answers)


def _save_intake(answers: Answers) -> None:
    given = answers.of("appeal")
    if not given:
        return
    row = take_in(
        answers.session,
        office_id=answers.office_id,
        case_id=answers.case.id,
        source=BY_HAND,
        now=answers.now,
    )
    _name_district(given)
    for name in _APPEAL:
        if name in given:
            setattr(row, name, given[name] or (None if name in _OPTIONAL else ""))
    if given.get("substance"):
        answers.case.subject = row.substance[:300]
    elif given.get("cause") and not answers.case.subject:
        answers.case.subject = row.cause[:300]


def _save_card(answers: Answers) -> None:
    given = answers.of("card")
    right = answers.variables.get("registration_right")
    if not given and right is None:
        return
    card = answers.session.get_one(AppealCard, answers.case.id)
    _name_district(given)
    for name in _CARD:
        if name in given:
            setattr(card, name, _typed(name, given[name]))
    if "category" in given:
        _one_category(card)
    if given.get("language") in ("kk", "ru"):
        _speak(answers, given["language"])
    if right == "yes":
        if any(getattr(card, name) is None for name in _DEMANDED):
            answers.refuse("registration_right", NOT_FILLED)
        card.checked_at, card.checked_by = answers.now, answers.by


def _name_district(given: dict[str, Any]) -> None:
    """Of a place that is not in the office's list the words."""
    if given.get("district") == OTHER:
        given["district"] = given.get("district_other")


def _typed(name: str, value: Any) -> Any:
    if name in _NUMBERS:
        return int(value) if value else None
    if name in _YES_NO:
        return {"yes": True, "no": False}.get(str(value))
    if name == "needs_attention":
        return bool(value)
    return value or None


def _one_category(card: AppealCard) -> None:
    """Exactly one category, and of the others nothing stays (BR-14)."""
    if card.category != "strategic":
        card.topic = None
    if card.category != "complaint":
        card.complaint_subject = card.complaint_object = None


def _speak(answers: Answers, language: str) -> None:
    case = answers.case
    case.language = language
    applicant = answers.session.get(Applicant, case.applicant_id) if case.applicant_id else None
    if applicant is not None:
        applicant.language = language


def values_of_appeal(session: Session, rows: CaseRows) -> dict[str, Any]:
    """Record path → what is known of an appeal and its card, as its forms would have sent it."""
    row, card = rows.appeal, rows.card
    known: dict[str, Any] = {f"appeal.{name}": getattr(row, name) for name in _APPEAL} if row else {}
    known |= _district(rows.office, "appeal", row) if row else {}
    if row is not None and card is None:
        known["card.type_mark"] = None
    if card is not None:
        known |= {f"card.{name}": _sent(name, getattr(card, name)) for name in _CARD}
        known |= _district(rows.office, "card", card)
        known["card.language"] = card.language or rows.case.language
        known["card.category"] = card.category or "typical"
        known["card.type_mark"] = card.type_mark or _usual_mark(session, row)
    return known


def _district(office: Office, record: str, row: Appeal | AppealCard) -> dict[str, Any]:
    """A region of the office, or the words that name another place."""
    if not row.district:
        return {}
    regions = Regions.of(office.settings)
    if regions.knows(row.district):
        return {f"{record}.district": regions.code_of(row.district)}
    return {f"{record}.district": OTHER, f"{record}.district_other": row.district}


def _sent(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _NUMBERS:
        return str(value)
    return ("yes" if value else "no") if name in _YES_NO else value


def _usual_mark(session: Session, row: Appeal | None) -> str:
    if row is not None and came_twice(session, row):
        return BOTH_FORMATS
    return "electronic_only" if row is not None and row.medium == "electronic" else "paper_only"
