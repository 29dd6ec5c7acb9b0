"""Documents of consumers in the journals of a group: what forms say of them, hand-overs, monitoring (SKE-1, SKE-2)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.names import sort_key
from app.domain.texts import LANGUAGES, Text
from app.models import Appeal, Applicant, HandOver, IncomingDocument, Letter, MonitoringEntry, Office
from app.records.answers import Answers
from app.records.appeals import source_settings
from app.records.case_rows import CaseRows
from app.records.group import group_of
from app.records.numbers import enter
from app.records.receipts import keep_receipt
from app.records.zones import zone_of_office

HOUSEHOLD: Final = "household"
_TEXTS: Final = ("outgoing_number", "addressee", "heading", "signatory", "resolution")
_CODES: Final = ("company", "kind", "consumer_group", "acknowledged")
_DATES: Final = ("outgoing_date", "due_on", "visit_on")
NO_SURNAME: Final = Text(
    kk="Тұтынушының тегі мен атын жазыңыз.",
    ru="Укажите фамилию и имя потребителя.",
    en="Enter the consumer's surname and name.",
)
DUE_PAST: Final = Text(
    kk="Бұрыштама мерзімі өткен күн бола алмайды.",
    ru="Срок по резолюции не может быть в прошлом.",
    en="The term of the resolution cannot be in the past.",
)
OUTGOING_LATER: Final = Text(
    kk="Шығыс күні болашақта бола алмайды.",
    ru="Дата исходящего не может быть в будущем.",
    en="The outgoing date cannot be in the future.",
)
TWICE: Final = Text(
    kk="Бір орындаушы екі рет көрсетілген.",
    ru="Исполнитель указан дважды.",
    en="An executor is named twice.",
)
VISIT_PAST: Final = Text(
    kk="Филиал бастығының келетін күні өтіп кеткен.",
    ru="День приезда начальника филиала уже прошёл.",
    en="The day on which the head of the branch comes has passed.",
)
OTHER_WAY: Final = Text(
    kk="РУСЭ-де мұндай құжат басқа жолмен қабылданады. Оны «{source}» ретінде алыңыз.",
    ru="В РУСЭ такой документ принимают другим путём. Примите его как «{source}».",
    en="At a РУСЭ such a document is taken in another way. Take it in as “{source}”.",
)
SECTION_2: Final = frozenset({"review", "proposal"})


def document_of(session: Session, case_id: int | None) -> IncomingDocument:
    """The row of the journal that a case is; there or not yet numbered."""
    return session.get_one(IncomingDocument, case_id)


def kind_settings(office: Office, code: str | None) -> Mapping[str, Any]:
    """A kind of documents as the office has it: `annex`, `base`; empty before the kind is known."""
    kinds: Sequence[Mapping[str, Any]] = office.settings.get("appeal", {}).get("kinds", [])
    return next((each for each in kinds if each["code"] == code), {})


def hand_over(
    session: Session, row: IncomingDocument, *, what: str, paper: str, to: int, now: datetime, by: int | None
) -> HandOver:
    """Note that somebody got a paper under signature (BR-31)."""
    made = HandOver(
        office_id=row.office_id,
        case_id=row.case_id,
        what=what,
        paper=paper,
        receiver_id=to,
        handed_by=by,
        handed_at=now,
    )
    session.add(made)
    session.flush()
    return made


def hand_overs(session: Session, case_id: int) -> Sequence[HandOver]:
    """What was handed over of a case, in order."""
    return session.scalars(select(HandOver).where(HandOver.case_id == case_id).order_by(HandOver.id)).all()


def monitor(
    session: Session, row: IncomingDocument, *, copied: bool, now: datetime, by: int | None
) -> MonitoringEntry | None:
    """Enter a document in the monitoring base of its kind with the next serial number and the mark, once (SKE-2.4).

    None for a kind that no base monitors.
    """
    known = session.scalars(select(MonitoringEntry).where(MonitoringEntry.case_id == row.case_id)).first()
    office = session.get_one(Office, row.office_id)
    base = kind_settings(office, row.kind).get("base")
    if known is not None or base is None:
        return known
    entry = enter(
        session,
        office_id=row.office_id,
        register=base,
        now=now,
        case_id=row.case_id,
        facts={"kind": row.kind, "copied": copied},
        by=by,
    )
    made = MonitoringEntry(
        office_id=row.office_id,
        case_id=row.case_id,
        base=base,
        number=entry.number,
        label=entry.label,
        mark=str(office.settings.get("ske", {}).get("mark", {}).get("sign", "")),
        copied=copied,
        entered_at=now,
        entered_by=by,
    )
    session.add(made)
    session.flush()
    return made


def open_proposals(session: Session, office_id: str) -> Sequence[MonitoringEntry]:
    """Proposals of the base that nobody has analysed yet, in order (SKE-2.14)."""
    return session.scalars(
        select(MonitoringEntry)
        .join(IncomingDocument, IncomingDocument.case_id == MonitoringEntry.case_id)
        .where(
            MonitoringEntry.office_id == office_id,
            MonitoringEntry.analysed_at.is_(None),
            IncomingDocument.kind == "proposal",
        )
        .order_by(MonitoringEntry.id)
    ).all()


def closing_of(office_id: str, day: date) -> str:
    """A day of the office as the anchor of a term: its noon, ISO 8601 in UTC."""
    return datetime.combine(day, time(12), zone_of_office(office_id)).astimezone(UTC).isoformat()


def save_incoming(answers: Answers) -> None:
    """What forms write of a document: `incoming.*`, the report of its delivery in `receipt.*`."""
    given = answers.of("incoming")
    if given:
        row = document_of(answers.session, answers.case.id)
        _save_words(row, given)
        _refuse_way(answers, row, given)
        _save_sender(answers, row)
        _save_resolution(answers, row, given)
        _save_visit(answers, row, given)
    _save_report(answers)


def _refuse_way(answers: Answers, row: IncomingDocument, given: Mapping[str, Any]) -> None:
    """A document brought to a РУСЭ goes by section 1 or by section 2, as the office has set (SKE-1.9, SKE-2.2)."""
    group = group_of(answers.session, answers.office_id)
    branch = group.branch(row.branch)
    appeal = answers.session.get_one(Appeal, row.case_id)
    if not given.get("kind") or branch is None or branch["kind"] != "ruse":
        return
    route = group.settings.get("branch_route", "by_kind")
    second = row.kind in SECTION_2 if route == "by_kind" else route == "section_2"
    right = "service_centre" if second else "branch"
    if appeal.source in ("branch", "service_centre") and appeal.source != right:
        name = source_settings(group.office, right)["name"]
        answers.refuse("incoming.kind", Text(*(OTHER_WAY.in_(each).format(source=name[each]) for each in LANGUAGES)))


def _save_words(row: IncomingDocument, given: Mapping[str, Any]) -> None:
    for name in _TEXTS:
        if name in given:
            setattr(row, name, given[name] or "")
    for name in _CODES:
        if given.get(name):
            setattr(row, name, given[name])
    for name in _DATES:
        if name in given:
            setattr(row, name, date.fromisoformat(str(given[name])[:10]) if given[name] else None)
    if given.get("signed"):
        row.signed = given["signed"] == "yes"


def _save_sender(answers: Answers, row: IncomingDocument) -> None:
    """Group I states surname and name, group II its own name (SKE-1.2.1, SKE-1.2.2)."""
    applicant = answers.session.get(Applicant, answers.case.applicant_id) if answers.case.applicant_id else None
    if applicant is None or "consumer_group" not in answers.of("incoming"):
        return
    if row.outgoing_date is not None and row.outgoing_date > _today(answers):
        answers.refuse("incoming.outgoing_date", OUTGOING_LATER)
    if row.consumer_group == HOUSEHOLD and len(applicant.full_name.split()) < 2:
        answers.refuse("applicant.full_name", NO_SURNAME)
    applicant.kind = "person" if row.consumer_group == HOUSEHOLD else "legal_entity"
    organisation = answers.of("incoming").get("organisation")
    if row.consumer_group != HOUSEHOLD and organisation:
        applicant.full_name = organisation
        applicant.sort_key = sort_key(organisation)


def _save_resolution(answers: Answers, row: IncomingDocument, given: Mapping[str, Any]) -> None:
    if "executors" not in given:
        return
    executors = [int(each["executor"]) for each in given["executors"] or []]
    if len(set(executors)) != len(executors):
        answers.refuse("incoming.executors", TWICE)
    if row.due_on is not None and row.due_on < _today(answers):
        answers.refuse("incoming.due_on", DUE_PAST)
    row.executors = executors
    row.resolved_at, row.resolved_by = answers.now, answers.by


def _save_visit(answers: Answers, row: IncomingDocument, given: Mapping[str, Any]) -> None:
    if given.get("visit_on") and row.visit_on is not None and row.visit_on < _today(answers):
        answers.refuse("incoming.visit_on", VISIT_PAST)


def _save_report(answers: Answers) -> None:
    """The clerk keeps the report that came to her own mail as evidence, or notes whom she called (SKE-1.12)."""
    outcome, given = answers.variables.get("receipt_outcome"), answers.of("receipt")
    if outcome not in ("report", "phone"):
        return
    row = document_of(answers.session, answers.case.id)
    letter = answers.session.get_one(Letter, row.letter_id)
    files = [int(each) for each in given.get("files") or ()]
    answers.attach(files, "receipt")
    keep_receipt(
        answers.session,
        letter,
        kind=str(given.get("kind") or "delivered") if outcome == "report" else "delayed",
        recipient=letter.address.casefold(),
        reported_at=answers.moment(given.get("reported_at")) or answers.now,
        now=answers.now,
        detail=str(given.get("said") or ""),
        file_id=next(iter(files), None),
        by=answers.by,
    )


def _today(answers: Answers) -> date:
    day: date = answers.now.astimezone(zone_of_office(answers.office_id)).date()
    return day


def values_of_incoming(session: Session, rows: CaseRows) -> dict[str, Any]:
    """Record path → what is known of a document, as its forms would have sent it."""
    row, applicant = rows.incoming, rows.applicant
    if row is None:
        return {}
    known: dict[str, Any] = {f"incoming.{name}": getattr(row, name) or None for name in (*_TEXTS, *_CODES)}
    known |= {f"incoming.{name}": day.isoformat() if (day := getattr(row, name)) else None for name in _DATES}
    known["incoming.signed"] = None if row.signed is None else "yes" if row.signed else "no"
    known["incoming.executors"] = [{"executor": str(each)} for each in row.executors] or None
    if row.branch and not row.visit_on:
        today = row.resolved_at.astimezone(zone_of_office(row.office_id)).date() if row.resolved_at else date.max
        visit = group_of(session, row.office_id).next_visit(row.branch, today)
        known["incoming.visit_on"] = visit.isoformat() if visit else None
    if applicant is not None and row.consumer_group not in (None, HOUSEHOLD):
        known["incoming.organisation"] = applicant.full_name
    return known
