"""The analyses of appeals that an office has begun, and whether one more may begin."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.texts import Text
from app.models import Office, Report
from app.models.database import reading
from app.reports.catalogue import ANALYSES, KINDS, kinds_of
from app.reports.rows import Period, period_of

SHOWN: Final = 5
"""Analyses that the page lists."""


@dataclass(frozen=True, slots=True)
class BegunAnalysis:
    """An analysis with its report; `note` are its conclusions, empty until they are written."""

    kind: str
    title: Text
    period: str
    first: date
    note: str
    considered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Analyses:
    """What an office has begun; whether it makes (`made`) analyses at all, and one of the days asked for may begin."""

    begun: Sequence[BegunAnalysis]
    made: bool
    may_begin: bool


def analyses(office_id: str, first: date, last: date) -> Analyses:
    """The latest analyses of the office, the newest period first, and what may be begun for these days."""
    with reading() as session:
        office = session.get_one(Office, office_id)
        query = (
            select(Report)
            .where(Report.office_id == office_id, Report.kind.in_([kind.code for kind in ANALYSES]))
            .order_by(Report.period_to.desc(), Report.id.desc())
            .limit(SHOWN)
        )
        kind = analysis_of(session, office_id, first, last)
        return Analyses(
            begun=[_begun(row, ZoneInfo(office.zone)) for row in session.scalars(query)],
            made=any(each in ANALYSES for each in kinds_of(session, office_id)),
            may_begin=kind is not None and not is_begun(session, office_id, kind, first),
        )


def _begun(row: Report, zone: ZoneInfo) -> BegunAnalysis:
    period = Period(row.period_from, row.period_to, zone)
    return BegunAnalysis(row.kind, KINDS[row.kind].title, period.name, period.first, row.comment, row.sent_at)


def analysis_of(session: Session, office_id: str, first: date, last: date) -> str | None:
    """The report that an analysis of these days makes; None for days that are no period of one, or not over."""
    zone = ZoneInfo(session.get_one(Office, office_id).zone)
    if last >= clock.now().astimezone(zone).date():
        return None
    made = {kind.code for kind in kinds_of(session, office_id)}
    return next(
        (kind.code for kind in ANALYSES if kind.code in made and period_of(kind, first, zone).days == (first, last)),
        None,
    )


def is_begun(session: Session, office_id: str, kind: str, first: date) -> bool:
    """Whether the analysis has its report."""
    query = select(Report.id).where(Report.office_id == office_id, Report.kind == kind, Report.period_from == first)
    return session.scalar(query) is not None
