"""A file of official transfers comes into the production calendar: all of it, or nothing and why, line by line."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from sqlalchemy import select

from app.domain import clock
from app.domain.calendar import Decision
from app.domain.errors import AutomationError
from app.domain.hours import OfficeCalendar
from app.domain.texts import Text
from app.domain.transfers import LineProblem, TransferLine, read_transfers
from app.models import Person, RoleGrant
from app.models.database import reading
from app.records.terms import office_calendar
from app.usecases.access import Actor
from app.usecases.calendar import (
    Change,
    Moving,
    Preview,
    decisions_for,
    next_version,
    plan_recount,
    preview_of,
    row_of,
    with_decisions,
)
from app.usecases.history import Event, record
from app.usecases.published import NotFoundError
from app.usecases.transaction import transaction


class TransfersRefusedError(AutomationError):
    """The file has faults; `problems` tells each at its line."""

    status: ClassVar[int] = 422
    message = Text(
        kk="Файл енгізілмеді: түзететін жерлер бар ({n}).",
        ru="Файл не внесён: есть что исправить ({n}).",
        en="The file was not entered: there is something to correct ({n}).",
    )

    def __init__(self, problems: Sequence[LineProblem]) -> None:
        super().__init__(n=len(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What a file would do: the pairs to be entered, those that stand already, every fault, and the effect."""

    new: tuple[TransferLine, ...]
    standing: tuple[TransferLine, ...]
    problems: tuple[LineProblem, ...]
    effect: Preview

    @property
    def years(self) -> tuple[int, ...]:
        """The years of the days that would change."""
        return tuple(sorted({day.year for day in self.effect.days}))


@dataclass(frozen=True, slots=True)
class _Weighed:
    """The file against a calendar: what of it is new, and the decisions that this makes."""

    new: tuple[TransferLine, ...]
    standing: tuple[TransferLine, ...]
    problems: tuple[LineProblem, ...]
    decisions: tuple[Decision, ...]
    after: OfficeCalendar


def preview_import(content: bytes, *, by: Actor) -> ImportPreview:
    """What the file would do; nothing has changed yet. Faults are told, never raised."""
    by.demand("calendar.edit")
    with reading() as session:
        office = office_calendar(session, by.office_id)
        weighed = _weigh(content, office, by)
        effect = preview_of(session, by.office_id, office, weighed.after)
    return ImportPreview(weighed.new, weighed.standing, weighed.problems, effect)


def import_transfers(content: bytes, *, moving: Moving, by: Actor) -> int:
    """Enter every pair of the file that does not stand yet as one version; returns how many.

    Open deadlines move only as `moving` consents. Raises `TransfersRefusedError` with every fault; then nothing of the
    file is entered. A file that was entered before changes nothing.
    """
    by.demand("calendar.edit")
    with transaction() as session:
        version = next_version(session)
        office = office_calendar(session, by.office_id)
        weighed = _weigh(content, office, by)
        if weighed.problems:
            raise TransfersRefusedError(weighed.problems)
        if not weighed.new:
            return 0
        effect = preview_of(session, by.office_id, office, weighed.after)
        rows = [row_of(each, version, by) for each in weighed.decisions]
        session.add_all(rows)
        session.flush()
        facts = {
            "version": version,
            "decisions": [row.id for row in rows],
            "days": {row.day.isoformat(): "working" if row.working else "off" for row in rows},
            "imported": len(weighed.new),
            "terms": moving,
        }
        record(session, [Event("calendar_decided", None, facts)], at=clock.now(), office_id=by.office_id, by=by.id)
        plan_recount(session, by.office_id, effect.moved, moving, version=version, by=by.id)
        return len(weighed.new)


def importer(login: str) -> Actor:
    """Whoever enters a file from the command line, with the roles she holds today. Raises `NotFoundError`."""
    with reading() as session:
        person = session.scalars(select(Person).where(Person.login == login.strip().casefold(), Person.active)).first()
        if person is None or person.office_id is None:
            raise NotFoundError
        today = office_calendar(session, person.office_id).local(clock.now()).date()
        roles = session.scalars(
            select(RoleGrant.role).where(
                RoleGrant.person_id == person.id,
                RoleGrant.office_id == person.office_id,
                RoleGrant.valid_from <= today,
                (RoleGrant.valid_to.is_(None)) | (RoleGrant.valid_to >= today),
            )
        )
        return Actor(person.id, person.office_id, person.full_name, person.language, frozenset(roles))


def _weigh(content: bytes, office: OfficeCalendar, by: Actor) -> _Weighed:
    """Each line against the calendar as the lines before it have made it."""
    file = read_transfers(content)
    new, standing, problems = [], [], list(file.problems)
    decisions: list[Decision] = []
    after = office
    for line in file.lines:
        try:
            if _stands(after, line):
                standing.append(line)
                continue
            made = decisions_for(_change(line), after.days, by)
        except AutomationError as refused:
            problems.append(LineProblem(line.line, refused.text))
        else:
            new.append(line)
            decisions += made
            after = with_decisions(office, [*office.days.decisions, *decisions])
    ordered = tuple(sorted(problems, key=lambda problem: problem.line))
    return _Weighed(tuple(new), tuple(standing), ordered, tuple(decisions), after)


def _stands(office: OfficeCalendar, line: TransferLine) -> bool:
    """Whether the calendar has both days so already, be it by the package or by an earlier decision."""
    return line.day_off != line.moved_to and (
        _is_transfer_day(office, line.day_off) and not office.days.is_working(line.moved_to)
    )


def _is_transfer_day(office: OfficeCalendar, day: date) -> bool:
    """Whether a day that would be off in a plain week is worked."""
    plain = replace(office.days, decisions=())
    return office.days.is_working(day) and (day.weekday() >= office.days.week or not plain.is_working(day))


def _change(line: TransferLine) -> Change:
    return Change(day=line.day_off, moved_to=line.moved_to, document=line.document, document_date=line.document_date)
