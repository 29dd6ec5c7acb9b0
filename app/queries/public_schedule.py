"""The schedule as everybody may see it, without signing in: officials, days, contacts (KST-SCH-1, KRG-7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.texts import LANGUAGES, Text
from app.models import Office, ReceptionDay, SchedulePeriod
from app.models.database import reading
from app.records.blackouts import blackouts_between
from app.records.officials import officials_on
from app.records.schedule import ScheduledDay, days_between, last_of, month_of

IN_ORDER: Final = ("address", "office", "reception", "trust_line", "ethics", "pass_office", "email")
"""KST-SITE-6 … KST-SITE-12."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A line of the contacts: «Приемная» and its number; `address` of a link where it can be one."""

    label: Text
    value: Text
    address: str


@dataclass(frozen=True, slots=True)
class Receiving:
    """An official with the days on which she receives in the month."""

    full_name: str
    position: Text
    days: Sequence[ScheduledDay]


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """Days on which nobody of the office receives, and why."""

    first: date
    last: date
    reason: str


@dataclass(frozen=True, slots=True)
class Act:
    """An act on which receptions stand, as printed; `repealed` ones are still listed (KST-LAW, KRG-1)."""

    clause: str
    title: Text
    repealed: bool


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """A group of the Department's main tasks: its number and name, and the tasks numbered within it (KST-TASK)."""

    number: int
    name: Text
    types: Sequence[tuple[str, Text]]


@dataclass(frozen=True, slots=True)
class PublicSchedule:
    """One month of an office; `months` are those with something to show, `site` the blocks around it (KST-SITE).

    `regulation` is the title of the office's regulation, empty where it has none of its own (KRG-0.9).

    `closed` are the periods of the whole office; why one official does not receive is nobody's business.
    """

    office_id: str
    name: Text
    short_name: Text
    department: Text
    zone: ZoneInfo
    month: date
    today: date
    months: Sequence[date]
    officials: Sequence[Receiving]
    closed: Sequence[ClosedDays]
    staff: Sequence[tuple[str, Text]]
    contacts: Sequence[Contact]
    site: Mapping[str, Any]
    regulation: Text
    acts: Sequence[Act]
    tasks: Sequence[TaskGroup]
    edition: int
    published_at: datetime | None


def offices_with_schedule() -> list[tuple[str, Text]]:
    """The offices of the installation, by name."""
    with reading() as session:
        rows = session.scalars(select(Office).order_by(Office.name_ru))
        return [(row.id, Text(row.name_kk, row.name_ru, row.name_en)) for row in rows]


def public_schedule(office_id: str, month: date | None = None) -> PublicSchedule | None:
    """What is published of a month (of this one without `month`); None without such an office."""
    with reading() as session:
        office = session.get(Office, office_id)
        if office is None:
            return None
        zone = ZoneInfo(office.zone)
        today = clock.now().astimezone(zone).date()
        first = month_of(month or today)
        shown = [each for each in days_between(session, office, first, last_of(first)) if each.published_at]
        period = session.scalars(
            select(SchedulePeriod).where(SchedulePeriod.office_id == office_id, SchedulePeriod.month == first)
        ).first()
        settings = office.settings
        name = Text(office.name_kk, office.name_ru, office.name_en)
        return PublicSchedule(
            office_id=office_id,
            name=name,
            short_name=_text(settings.get("short_name"), name),
            department=_text(settings.get("department"), Text("", "", "")),
            zone=zone,
            month=first,
            today=today,
            months=_months(session, office_id, first, month_of(today)),
            officials=_by_official(shown),
            closed=[
                ClosedDays(each.first_day, each.last_day, each.reason)
                for each in blackouts_between(session, office_id, first, last_of(first))
                if each.official_id is None and period is not None and period.edition
            ],
            staff=[(each.full_name, each.titled) for each in officials_on(session, office, today)],
            contacts=[_contact(key, each) for key, each in sorted(settings.get("contacts", {}).items(), key=_place)],
            site=settings.get("site", {}),
            regulation=_text(settings.get("regulation"), Text("", "", "")),
            acts=[
                Act(each["clause"], _text(each, Text("", "", "")), each.get("status") == "repealed")
                for each in settings.get("legal_basis", [])
            ],
            tasks=[_tasks(each) for each in settings.get("department_tasks", [])],
            edition=period.edition if period else 0,
            published_at=period.published_at if period else None,
        )


def _by_official(days: Sequence[ScheduledDay]) -> list[Receiving]:
    found: dict[int, list[ScheduledDay]] = {}
    for each in days:
        found.setdefault(each.official_id, []).append(each)
    return [Receiving(rows[0].official, rows[0].position, rows) for rows in found.values()]


def _months(session: Session, office_id: str, chosen: date, now: date) -> list[date]:
    """Months from this one on with published days, and the chosen one."""
    month = func.date_trunc("month", ReceptionDay.day)
    rows = session.scalars(
        select(month)
        .where(ReceptionDay.office_id == office_id, ReceptionDay.published_at.is_not(None), ReceptionDay.day >= now)
        .distinct()
    )
    return sorted({chosen, now, *(each.date() for each in rows)})


def _tasks(row: Mapping[str, Any]) -> TaskGroup:
    number, nothing = int(row["group"]), Text("", "", "")
    types = [(f"{number}.{n}", _text(each, nothing)) for n, each in enumerate(row["types"], 1)]
    return TaskGroup(number, _text(row["name"], nothing), types)


def _place(line: tuple[str, Any]) -> tuple[int, str]:
    """Contacts in the order of the akimat's site, others after them."""
    return (IN_ORDER.index(line[0]) if line[0] in IN_ORDER else len(IN_ORDER), line[0])


def _contact(key: str, row: Mapping[str, Any]) -> Contact:
    value = _text(row.get("value", row), Text("", "", ""))
    return Contact(_text(row.get("label"), Text(key, key, key)), value, _link(value.ru))


def _link(value: str) -> str:
    """What a telephone or a mail program opens."""
    if "@" in value and " " not in value:
        return f"mailto:{value}"
    digits = "".join(each for each in value if each.isdigit())
    return f"tel:{digits}" if len(digits) >= 6 and not any(each.isalpha() for each in value) else ""


def _text(value: Any, otherwise: Text) -> Text:
    if isinstance(value, str):
        return Text(value, value, value)
    if not isinstance(value, Mapping):
        return otherwise
    return Text(*(str(value.get(language) or value.get("ru") or "") for language in LANGUAGES))
