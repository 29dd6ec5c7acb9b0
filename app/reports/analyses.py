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


@dataclass(frozen=True, slots=True)
class BegunAnalysis:
    """An analysis with its report; `note` are its conclusions, empty until they are written."""

    kind: str
    title: Text
    period: str
    first: date
    note: str
    considered_at: datetime | None


def begun_analyses(office_id: str) -> Sequence[BegunAnalysis]:
    """The latest analyses of the office, the newest period first."""
    with reading() as session:
        zone = ZoneInfo(session.get_one(Office, office_id).zone)
        query = (
            select(Report)
            .where(Report.office_id == office_id, Report.kind.in_([kind.code for kind in ANALYSES]))
            .order_by(Report.period_to.desc(), Report.id.desc())
            .limit(SHOWN)
        )
        return [
            BegunAnalysis(
                row.kind,
                KINDS[row.kind].title,
                Period(row.period_from, row.period_to, zone).name,
                row.period_from,
                row.comment,
                row.sent_at,
            )
            for row in session.scalars(query)
        ]


def may_begin(office_id: str, first: date, last: date) -> bool:
    """Whether these days are a period that is over and that the office, which makes analyses, has not begun."""
    with reading() as session:
        kind = analysis_of(session, office_id, first, last)
        return kind is not None and not is_begun(session, office_id, kind, first)


def makes_analyses(office_id: str) -> bool:
    """Whether the office has analyses among its reports."""
    with reading() as session:
        return any(kind in ANALYSES for kind in kinds_of(session, office_id))


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
