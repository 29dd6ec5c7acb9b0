"""Deadline terms of an office: the rule and the calendar that hold on the anchor's day."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.domain.calendar import CHECKED_YEARS, Decision, WorkingCalendar
from app.domain.deadlines import Term, compute
from app.domain.errors import AutomationError
from app.domain.hours import OfficeCalendar, OfficeHours
from app.domain.rules import parse_rule
from app.domain.terms import Roll
from app.domain.texts import Text
from app.models import CalendarDecision, CalendarYear, CaseTerm, DeadlineRule, Office, OfficeHoursRow

BEFORE: Final = Text(
    kk="Мына мерзім басталғанша: {term}", ru="К началу этого срока: {term}", en="By the beginning of this term: {term}"
)


class UnknownRuleError(AutomationError):
    """A diagram names a deadline rule that the office does not have on that day."""

    status = 422
    message = Text(
        kk="«{rule}» мерзім ережесі бұл кеңседе жоқ.",
        ru="В этой организации нет правила срока «{rule}».",
        en="This office has no deadline rule “{rule}”.",
    )


class BadAnchorError(AutomationError):
    """The moment that a term counts from is missing or is no date."""

    status = 422
    message = Text(
        kk="«{rule}» мерзімі үшін санау басталатын күн жоқ немесе қате: {anchor}.",
        ru="Для срока «{rule}» нет даты отсчёта или она неверна: {anchor}.",
        en="The term “{rule}” has no valid moment to count from: {anchor}.",
    )


class Terms:
    """Computes the terms of one office inside one transaction, reading rules and calendar at most once."""

    def __init__(self, session: Session, office_id: str) -> None:
        self._session = session
        self._office_id = office_id
        self._computed: dict[tuple[str, str], tuple[Term, dict[str, Any]]] = {}

    def deadline(self, rule: str, anchor: str) -> str:
        """The due moment of `rule` counted from `anchor` (both ISO 8601, UTC)."""
        return self.term(rule, anchor)[0].due.astimezone(UTC).isoformat()

    def opens(self, rule: str, anchor: str) -> str:
        """The moment on which a task of `rule` appears: start of office hours of its day."""
        return self.term(rule, anchor)[0].opens.astimezone(UTC).isoformat()

    def term(self, rule: str, anchor: str) -> tuple[Term, dict[str, Any]]:
        """The term and what is stored of it: rule row, calendar version, moments, days and explanation."""
        key = (rule, anchor)
        if key not in self._computed:
            self._computed[key] = self._compute(rule, anchor)
        return self._computed[key]

    def explained(self, due: str) -> dict[str, Any] | None:
        """The stored form of the term computed here that ends at `due` (ISO 8601, UTC), or else begins then."""
        for term, stored in self._computed.values():
            if term.due.astimezone(UTC).isoformat() == due:
                return stored
        for term, stored in self._computed.values():
            if term.opens.astimezone(UTC).isoformat() == due:
                return stored | {"explanation": BEFORE.with_values(term=term.explanation).as_dict()}
        return None

    def _compute(self, key: str, anchor: str) -> tuple[Term, dict[str, Any]]:
        office = office_calendar(self._session, self._office_id)
        try:
            moment = datetime.fromisoformat(anchor)
        except (TypeError, ValueError):
            raise BadAnchorError(rule=key, anchor=anchor) from None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=office.zone)
        row = rule_on(self._session, self._office_id, key, moment)
        basis = Text(row.basis_kk, row.basis_ru, row.basis_en)
        term = compute(
            parse_rule(row.expression),
            moment,
            office,
            roll=cast(Roll, row.roll),
            basis=basis,
            clause=row.clause or None,
        )
        return term, stored_term(term, key=key, row=row, anchor=moment, version=office.version)


def stored_term(term: Term, *, key: str, row: DeadlineRule, anchor: datetime, version: int) -> dict[str, Any]:
    """What a task keeps of its term, as JSON."""
    return {
        "rule": key,
        "rule_id": row.id,
        "expression": row.expression,
        "roll": row.roll,
        "clause": row.clause,
        "calendar_version": version,
        "anchor": anchor.isoformat(),
        "opens": term.opens.isoformat(),
        "due": term.due.isoformat(),
        "preliminary": term.preliminary,
        "explanation": term.explanation.as_dict(),
        "days": [
            [day.date.isoformat(), day.number, day.working, day.why.as_dict() if day.why else None] for day in term.days
        ],
    }


def keep_term(session: Session, case_id: int | None, stored: dict[str, Any]) -> str:
    """Keep what explains a due moment that the data of the case will carry; returns the moment (ISO 8601, UTC)."""
    due = datetime.fromisoformat(stored["due"])
    if case_id is not None:
        row = insert(CaseTerm).values(case_id=case_id, due_at=due, term=stored)
        session.execute(
            row.on_conflict_do_update(index_elements=["case_id", "due_at"], set_={"term": row.excluded.term})
        )
    return due.astimezone(UTC).isoformat()


def kept_term(session: Session, case_id: int | None, due: str) -> dict[str, Any] | None:
    """What `keep_term` kept of this due moment of the case."""
    key = {"case_id": case_id, "due_at": datetime.fromisoformat(due)}
    return session.scalar(select(CaseTerm.term).filter_by(**key)) if case_id is not None else None


def rule_on(session: Session, office_id: str, key: str, moment: datetime) -> DeadlineRule:
    """The row of the rule that holds on the day of `moment`; the latest entry wins; raises `UnknownRuleError`."""
    row = known_rule(session, office_id, key, moment)
    if row is None:
        raise UnknownRuleError(rule=key)
    return row


def known_rule(session: Session, office_id: str, key: str, moment: datetime) -> DeadlineRule | None:
    """As `rule_on`, None where the office has no such rule on that day of its clock."""
    day = moment.astimezone(ZoneInfo(session.get_one(Office, office_id).zone)).date()
    return session.scalars(
        select(DeadlineRule)
        .where(DeadlineRule.office_id == office_id, DeadlineRule.key == key, DeadlineRule.valid_from <= day)
        .order_by(DeadlineRule.valid_from.desc(), DeadlineRule.entered_at.desc())
        .limit(1)
    ).first()


_calendars: dict[tuple[str, tuple[Any, ...]], OfficeCalendar] = {}


def office_calendar(session: Session, office_id: str) -> OfficeCalendar:
    """The office's calendar as it is known now, built once per calendar version."""
    stamp = tuple(
        session.execute(
            select(
                select(func.max(CalendarDecision.version)).scalar_subquery(),
                select(func.count(CalendarDecision.revoked_at)).scalar_subquery(),
                select(func.max(CalendarYear.approved_at)).where(CalendarYear.office_id == office_id).scalar_subquery(),
                select(func.max(OfficeHoursRow.entered_at))
                .where(OfficeHoursRow.office_id == office_id)
                .scalar_subquery(),
            )
        ).one()
    )
    known = _calendars.get((office_id, stamp))
    if known is None:
        known = _calendars[office_id, stamp] = _build(session, office_id, version=(stamp[0] or 0) + stamp[1])
    return known


def _build(session: Session, office_id: str, *, version: int) -> OfficeCalendar:
    office = session.get_one(Office, office_id)
    decisions = session.scalars(
        select(CalendarDecision)
        .where(
            (CalendarDecision.office_id == office_id) | CalendarDecision.office_id.is_(None),
            CalendarDecision.revoked_at.is_(None),
        )
        .order_by(CalendarDecision.id)
    )
    years = session.scalars(select(CalendarYear.year).where(CalendarYear.office_id == office_id))
    days = WorkingCalendar(
        decisions=tuple(decision(row) for row in decisions), approved=CHECKED_YEARS | frozenset(years)
    )
    return OfficeCalendar(
        days=days, hours=tuple(hours(session, office_id)), zone=ZoneInfo(office.zone), version=version
    )


def decision(row: CalendarDecision) -> Decision:
    """A stored decision as the domain knows it."""
    return Decision(
        day=row.day,
        working=row.working,
        reason=Text(row.reason_kk, row.reason_ru, row.reason_en),
        layer="official" if row.layer == "official" else "local",
        document=row.document,
        document_date=row.document_date,
        pair_day=row.pair_day,
        entered_at=row.entered_at,
    )


def hours(session: Session, office_id: str) -> list[OfficeHours]:
    """The dated office hours, oldest first."""
    rows = session.scalars(
        select(OfficeHoursRow)
        .where(OfficeHoursRow.office_id == office_id)
        .order_by(OfficeHoursRow.valid_from, OfficeHoursRow.entered_at)
    )
    return [
        OfficeHours(
            opens=row.opens,
            closes=row.closes,
            lunch_from=row.lunch_from,
            lunch_to=row.lunch_to,
            valid_from=row.valid_from,
        )
        for row in rows
    ]


def explanation_of(stored: Mapping[str, Any]) -> Text:
    """The stored explanation as a text."""
    return Text(**{key: stored["explanation"].get(key, "") for key in ("kk", "ru", "en")})
