"""What is known of a document of the journal, as letters, documents, forms and pages show it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import get_month_names
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.models import HandOver, IncomingDocument, MonitoringEntry, Office, Person, Unit
from app.models.database import brought
from app.records.case_rows import CaseRows
from app.records.group import group_of

SIGNED: Final = {
    True: Text("қол қойылған", "подписано", "signed"),
    False: Text("қол қойылмаған", "не подписано", "not signed"),
}
ACKNOWLEDGED: Final = {
    "slip": Text("талон", "талон", "slip"),
    "mark": Text("екінші данадағы белгі", "отметка на втором экземпляре", "mark on the second copy"),
}
HANDED: Final = {
    "resolution": Text(
        "бұрыштамасымен бөлімше басшысына", "с резолюцией начальнику отдела", "with resolution, unit head"
    ),
    "original": Text("түпнұсқасы орындаушыға", "оригинал исполнителю", "original, executor"),
    "pr_copy": Text("көшірмесі мониторингке", "копия на мониторинг", "copy, monitoring"),
    "executor_copy": Text(
        "орындаушыға, көшірмедегі қолмен", "исполнителю под подпись на копии", "executor, on the copy"
    ),
    "branch_copy": Text("көшірмесі филиал бастығына", "копия начальнику филиала", "copy, head of the branch"),
}


INCOMING_FACTS: Final = frozenset({"incoming", "annex", "monitored", "executors", "hand_overs"})


def incoming_facts(session: Session, rows: CaseRows, language: str) -> dict[str, Any]:
    """Facts of a case that stands in a journal of incoming documents, by their paths; of other cases nothing."""
    row, office = rows.incoming, rows.office
    if row is None:
        return {}
    known = brought(session, Person, (*row.executors, row.resolved_by))
    found = {
        "incoming": _incoming(session, office, row, language),
        "annex": _annex(rows, row),
        "monitored": _monitored(session, row),
        "executors": [{"n": str(n), "name": name} for n, name in enumerate(names(session, row.executors), 1)],
        "hand_overs": _handed(session, row, ZoneInfo(office.zone), language),
    }
    del known
    return found


def _incoming(session: Session, office: Office, row: IncomingDocument, language: str) -> dict[str, str]:
    zone, executors = ZoneInfo(office.zone), names(session, row.executors)
    return {
        "number": row.number or "",
        "date": _day(row.registered_at, zone),
        "company": _named(group_of(session, office.id).company(row.company), language),
        "branch": _unit(session, row, language),
        "kind": listed(office, "kinds", row.kind, language),
        "group": _named(_found(office.settings["ske"].get("consumer_groups", []), row.consumer_group), language),
        "outgoing": ", ".join(filter(None, (row.outgoing_number, _plain(row.outgoing_date)))),
        "signed": "" if row.signed is None else SIGNED[row.signed].in_(language),
        "resolution": row.resolution,
        "resolved_on": _day(row.resolved_at, zone),
        "resolved_by": ", ".join(names(session, [row.resolved_by] if row.resolved_by else [])),
        "due": _plain(row.due_on),
        "executors": ", ".join(executors),
        "controller": next(iter(executors), ""),
        "transferred": _day(row.transferred_at, zone),
        "visit": _plain(row.visit_on),
    }


def _annex(rows: CaseRows, row: IncomingDocument) -> dict[str, str]:
    """The lines of annexes 1–3 as printed; of the kinds one is "1" and is underlined (SKE-A1 … SKE-A3)."""
    appeal, who, zone = rows.appeal, rows.applicant, ZoneInfo(rows.office.zone)
    kinds = ("complaint", "claim", "review", "proposal")
    return {
        "addressee_name": row.addressee,
        "consumer": who.full_name if who else "",
        "address": (who.address or "") if who else "",
        "phone": (who.phone or "") if who else "",
        "email": (who.email or "") if who else "",
        "heading": row.heading,
        "text": appeal.substance if appeal else "",
        "date": printed(appeal.received_at.astimezone(zone).date()) if appeal else "",
        "signatory": row.signatory or (who.full_name if who else ""),
        **{kind: "1" if row.kind == kind else "" for kind in kinds},
    }


def printed(day: date) -> str:
    """A date as the annexes print it: «02» июня 2025 г. (SKE-A1.10)."""
    return f"«{day:%d}» {get_month_names('wide', locale='ru')[day.month]} {day.year} г."


def _monitored(session: Session, row: IncomingDocument) -> dict[str, str]:
    entry = session.scalars(select(MonitoringEntry).where(MonitoringEntry.case_id == row.case_id)).first()
    return {"number": entry.label if entry else "", "mark": entry.mark if entry else ""}


def _handed(session: Session, row: IncomingDocument, zone: ZoneInfo, language: str) -> list[dict[str, str]]:
    rows = session.execute(
        select(HandOver, Person.full_name)
        .join(Person, Person.id == HandOver.receiver_id)
        .where(HandOver.case_id == row.case_id)
        .order_by(HandOver.id)
    )
    return [
        {"what": HANDED[each.what].in_(language), "who": name, "on": _day(each.handed_at, zone)} for each, name in rows
    ]


def names(session: Session, people: Sequence[int]) -> list[str]:
    """The names of people by their ids, in this order."""
    known = {row.id: row.full_name for row in brought(session, Person, people)}
    return [known[each] for each in people if each in known]


def listed(office: Office, name: str, code: str | None, language: str) -> str:
    """The office's word for a code of one of its lists of appeals."""
    return _named(_found(office.settings.get("appeal", {}).get(name, []), code), language)


def _found(rows: Sequence[Mapping[str, Any]], code: str | None) -> Mapping[str, Any]:
    return next((each for each in rows if each["code"] == code), {})


def _named(row: Mapping[str, Any], language: str) -> str:
    said: Mapping[str, str] = row.get("name", {})
    return str(said.get(language) or said.get("ru") or "")


def _unit(session: Session, row: IncomingDocument, language: str) -> str:
    if not row.branch:
        return ""
    unit = session.scalars(select(Unit).where(Unit.office_id == row.office_id, Unit.code == row.branch)).first()
    return str(getattr(unit, f"name_{language}")) if unit else ""


def _day(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%d.%m.%Y}" if moment else ""


def _plain(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else ""
