"""Periodic reports as pages show them: what was sent, what is due, and the figures of a period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.texts import Language, Text
from app.gateways.documents import Provenance, to_docx, to_pdf
from app.models import Office, ProcessVersion, Report
from app.models.database import reading
from app.records.bundles import unpack
from app.records.terms import Terms
from app.reports import files
from app.reports.catalogue import KINDS, kinds_of
from app.reports.rows import Period, ReportKind, Row, due_of, from_figures, period_of, periods_before

PERIODS: Final = 5
FORMATS: Final = {"csv": files.CSV, "xlsx": files.XLSX, "pdf": files.PDF, "docx": files.DOCX}


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A report of a period on the list. `state`: sent, open (its period runs), due, overdue; `due_at` none: no term."""

    kind: str
    title: Text
    clause: str
    period: str
    first: date
    due_at: datetime | None
    state: str
    sent_at: datetime | None
    sent_to: Sequence[str]


@dataclass(frozen=True, slots=True)
class ReportPage:
    """One report with its rows: those that were sent, else as they are counted now (`kept` says which)."""

    line: ReportLine
    rows: Sequence[Row]
    kept: bool
    comment: str
    periods: Sequence[tuple[date, str]]


def report_list(office_id: str) -> list[ReportLine]:
    """The reports of the office for the running period and those before it, the newest first."""
    now = clock.now()
    with reading() as session:
        office = session.get_one(Office, office_id)
        zone = ZoneInfo(office.zone)
        known = _kept(session, office_id)
        terms = Terms(session, office_id)
        return [
            _line(kind, period, known.get((kind.code, period.first)), due_of(kind, period, terms), now)
            for kind in kinds_of(session, office_id)
            for period in _periods(session, office_id, kind, known, zone)
        ]


def report_page(office_id: str, code: str, first: date) -> ReportPage | None:
    """The report of the kind whose period holds the day; None for a kind that the office does not make."""
    now = clock.now()
    with reading() as session:
        kind = next((each for each in kinds_of(session, office_id) if each.code == code), None)
        if kind is None:
            return None
        zone = ZoneInfo(session.get_one(Office, office_id).zone)
        period, known = period_of(kind, first, zone), _kept(session, office_id)
        row = known.get((code, period.first))
        if row is None and kind.by_hand:
            return None
        kept = row is not None and bool(row.figures)
        return ReportPage(
            line=_line(kind, period, row, due_of(kind, period, Terms(session, office_id)), now),
            rows=from_figures(row.figures) if row is not None and kept else kind.build(session, office_id, period),
            kept=kept,
            comment=row.comment if row is not None else "",
            periods=[(each.first, each.name) for each in _periods(session, office_id, kind, known, zone)],
        )


def _periods(
    session: Session, office_id: str, kind: ReportKind, known: Mapping[tuple[str, date], Report], zone: ZoneInfo
) -> list[Period]:
    """The latest periods of a kind since the office makes it; of one that is begun by hand those that were begun."""
    if kind.by_hand:
        begun = sorted((row.period_from, row.period_to) for (code, _), row in known.items() if code == kind.code)
        return [Period(first, last, zone) for first, last in reversed(begun)]
    today, since = clock.now().astimezone(zone).date(), _since(session, office_id, kind)
    return [each for each in periods_before(kind, today, zone, PERIODS) if each.ends > since]


def report_file(office_id: str, page: ReportPage, form: str, language: Language, made_by: str) -> bytes:
    """The rows of the page as csv, xlsx, pdf or docx; the last two by the office's template, in Kazakh or Russian."""
    if form == "csv":
        return files.as_csv(page.rows, language)
    if form == "xlsx":
        return files.as_xlsx(page.rows, language)
    with reading() as session:
        office = session.get_one(Office, office_id)
        kind, zone = KINDS[page.line.kind], ZoneInfo(office.zone)
        made = Provenance(made_by=made_by, made_at=clock.now().astimezone(zone), number="")
        written: Language = "ru" if language == "en" else language
        period = period_of(kind, page.line.first, zone)
        templates = _templates(session, office_id, kind)
        document = files.as_document(kind, period, page.rows, office, written, templates, made)
    return to_pdf(document, made) if form == "pdf" else to_docx(document, made)


def _templates(session: Session, office_id: str, kind: ReportKind) -> Mapping[str, str]:
    bundle = session.scalars(
        select(ProcessVersion.bundle)
        .where(ProcessVersion.office_id == office_id, ProcessVersion.process_key == kind.process)
        .order_by(ProcessVersion.number.desc())
        .limit(1)
    ).one()
    templates: Mapping[str, str] = unpack(bundle)["documents"]
    return templates


def _kept(session: Session, office_id: str) -> dict[tuple[str, date], Report]:
    rows = session.scalars(select(Report).where(Report.office_id == office_id)).all()
    return {(row.kind, row.period_from): row for row in rows}


def _since(session: Session, office_id: str, kind: ReportKind) -> datetime:
    """Since when the office makes this report: the first version of its process, or its first report."""
    published = select(func.min(ProcessVersion.published_at)).where(
        ProcessVersion.office_id == office_id, ProcessVersion.process_key == kind.process
    )
    begun = select(func.min(Report.begun_at)).where(Report.office_id == office_id, Report.kind == kind.code)
    found = [each for each in (session.scalar(published), session.scalar(begun)) if each is not None]
    return min(found, default=clock.now())


def _line(kind: ReportKind, period: Period, row: Report | None, due_at: datetime, now: datetime) -> ReportLine:
    sent_at = row.sent_at if row is not None else None
    if sent_at is not None:
        state = "sent"
    elif due_at < now and not kind.by_hand:
        state = "overdue"
    else:
        state = "due" if row is not None else "open"
    return ReportLine(
        kind=kind.code,
        title=kind.title,
        clause=kind.clause,
        period=period.name,
        first=period.first,
        due_at=None if kind.by_hand else due_at,
        state=state,
        sent_at=sent_at,
        sent_to=row.sent_to if row is not None else (),
    )
