"""The plan of work with stakeholders as its pages show it: sections, measures, events, what is done (RPT-KTEK-P)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import text

from app.domain import clock
from app.domain.stakeholder_plan import Plan
from app.models.database import reading
from app.records.plan_events import plan_of
from app.records.terms import office_calendar

STATES: Final = ("done", "planned", "overdue")
_EVENTS: Final = text(
    """
    SELECT plan_event.*, case_file.number,
           (SELECT count(*) FROM document
            WHERE document.case_id = plan_event.case_id AND document.kind = 'evidence') AS evidence
    FROM plan_event JOIN case_file ON case_file.id = plan_event.case_id
    WHERE plan_event.office_id = :office
      AND (CAST(:first AS date) IS NULL OR plan_event.planned_on >= :first)
      AND (CAST(:last AS date) IS NULL OR plan_event.planned_on <= :last)
    ORDER BY plan_event.measure, plan_event.planned_on NULLS LAST, plan_event.case_id
    """
)
_COUNTS: Final = text(
    """
    WITH asked AS (
        SELECT coalesce(CAST(:first AS date), '-infinity') AS first, coalesce(CAST(:last AS date), 'infinity') AS last
    )
    SELECT (SELECT count(*) FROM case_file WHERE office_id = :office AND kind = 'director_reception'
            AND status = 'received' AND (closed_at AT TIME ZONE :zone)::date BETWEEN asked.first AND asked.last
           ) AS reception,
           count(*) FILTER (WHERE channel <> 'hotline') AS consultation,
           count(*) FILTER (WHERE channel = 'hotline') AS hotline,
           count(*) FILTER (WHERE allowance) AS allowance
    FROM asked LEFT JOIN consultation
        ON office_id = :office AND (answered_at AT TIME ZONE :zone)::date BETWEEN asked.first AND asked.last
    GROUP BY asked.first, asked.last
    """
)


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event of a measure. `state` is done, planned or overdue: its day has passed without a result."""

    case_id: int
    measure: str
    number: str
    place: str
    responsible: str
    planned_on: date | None
    held_on: date | None
    reference: str
    result: str
    evidence: int
    repeats: str
    state: str


@dataclass(frozen=True, slots=True)
class PlanPage:
    """The plan, its events by measure, how many receptions and consultations were held, how many events stand how."""

    plan: Plan
    events: Mapping[str, Sequence[EventRow]]
    counts: Mapping[str, int]
    totals: Mapping[str, int]

    @property
    def rows(self) -> Sequence[EventRow]:
        """Every event, in the order of the plan."""
        return [row for measure in self.plan.measures for row in self.events.get(measure.code, ())]


def plan_page(
    office_id: str, *, first: date | None = None, last: date | None = None, state: str = ""
) -> PlanPage | None:
    """The plan of an office with the events planned for these days, of one `state` or all; None without a plan."""
    with reading() as session:
        plan = plan_of(session, office_id)
        if plan is None:
            return None
        calendar = office_calendar(session, office_id)
        today = calendar.local(clock.now()).date()
        days = {"office": office_id, "first": first, "last": last}
        found = session.execute(_EVENTS, days).mappings().all()
        counts = dict(session.execute(_COUNTS, {**days, "zone": calendar.zone.key}).mappings().one())
    rows = [
        EventRow(
            **{name: row[name] for name in EventRow.__slots__ if name != "state"},
            state=_state(row["done_at"] is not None, row["planned_on"], today),
        )
        for row in found
    ]
    totals = {each: sum(row.state == each for row in rows) for each in STATES}
    events: dict[str, list[EventRow]] = {}
    for row in rows:
        if state in ("", row.state):
            events.setdefault(row.measure, []).append(row)
    return PlanPage(plan, events, counts, totals)


def _state(done: bool, planned_on: date | None, today: date) -> str:
    if done:
        return "done"
    return "overdue" if planned_on is not None and planned_on < today else "planned"
