"""Replies that leave an office: those sent on a day, by their way, and those that are ready (SKE-3.7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import and_, select

from app.domain.texts import Text
from app.models import Applicant, Case, Office, Person, Reply, ReplyDispatch
from app.models.database import reading
from app.queries.choices import text_of
from app.records.replies import OWN
from app.records.zones import zone_of_office

MOST: Final = 2000
"""How many rows a day may have on the page and in its file."""


@dataclass(frozen=True, slots=True)
class DispatchRow:
    """A reply that was sent, or that is ready: then method, barcode, moment and employee are empty."""

    case_id: int
    number: str
    written_on: date | None
    case_number: str
    recipient: str
    address: str
    method: Text
    barcode: str
    sent_at: datetime | None
    sent_by: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Dispatches:
    """The replies sent on a day, in the order of their dispatch, and how many are ready to be sent now."""

    rows: Sequence[DispatchRow]
    ready: Sequence[DispatchRow]
    counts: Mapping[str, int]


def methods_of(office_id: str) -> Sequence[tuple[str, Text]]:
    """The ways in which the office sends replies: code and name."""
    with reading() as session:
        settings = session.get_one(Office, office_id).settings
    return [(each["code"], text_of(each["name"])) for each in settings.get("replies", {}).get("dispatch_methods", ())]


def dispatches(office_id: str, day: date, *, method: str = "") -> Dispatches:
    """The replies that left the office on a day of its clock, by one method where it is named."""
    zone = zone_of_office(office_id)
    begins = datetime.combine(day, time(), zone)
    names = dict(methods_of(office_id))
    columns: Any = select(
        Reply.case_id,
        Reply.outgoing_number,
        Reply.outgoing_on,
        Case.number,
        Applicant.full_name,
        Applicant.address,
        ReplyDispatch,
        Person.full_name.label("sender"),
    )
    joined = (
        columns.join(Case, Case.id == Reply.case_id)
        .outerjoin(Applicant, Applicant.id == Case.applicant_id)
        .outerjoin(ReplyDispatch, ReplyDispatch.reply_id == Reply.id)
        .outerjoin(Person, Person.id == ReplyDispatch.sent_by)
        .where(Reply.office_id == office_id, Reply.source == OWN)
        .limit(MOST)
    )
    sent = and_(ReplyDispatch.sent_at >= begins, ReplyDispatch.sent_at < begins + timedelta(days=1))
    with reading() as session:
        found = session.execute(joined.where(sent).order_by(ReplyDispatch.sent_at, ReplyDispatch.id)).all()
        prepared = joined.where(Reply.state == "prepared", Case.closed_at.is_(None))
        ready = session.execute(prepared.order_by(Reply.prepared_at, Reply.id)).all()
    rows = [_row(each, names) for each in found]
    counts = {code: sum(each[6].method == code for each in found) for code in names}
    chosen = [row for row, each in zip(rows, found, strict=True) if method in ("", each[6].method)]
    return Dispatches(chosen, [_row(each, names) for each in ready], counts)


def _row(found: Any, names: Mapping[str, Text]) -> DispatchRow:
    sent: ReplyDispatch | None = found[6]
    nothing = Text("", "", "")
    return DispatchRow(
        case_id=found[0],
        number=found[1] or "",
        written_on=found[2],
        case_number=found[3] or "",
        recipient=found[4] or "",
        address=found[5] or "",
        method=names.get(sent.method, nothing) if sent else nothing,
        barcode=sent.barcode or "" if sent else "",
        sent_at=sent.sent_at if sent else None,
        sent_by=found[7] or "",
        evidence=sent.evidence if sent else "",
    )
