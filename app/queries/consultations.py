"""The list of consultations and their counts, help with housing allowances apart (KTEK-2.4 … KTEK-2.6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import text

from app.domain.hours import OfficeCalendar
from app.domain.texts import Text
from app.models import Office
from app.models.database import reading
from app.queries.choices import text_of
from app.records.consultations import HOTLINE
from app.records.terms import office_calendar

PAGE: Final = 50
_WHERE: Final = """
    consultation.office_id = :office
    AND (CAST(:first AS date) IS NULL OR (consultation.requested_at AT TIME ZONE :zone)::date >= :first)
    AND (CAST(:last AS date) IS NULL OR (consultation.requested_at AT TIME ZONE :zone)::date <= :last)
    AND (CAST(:person AS bigint) IS NULL OR consultation.channel = 'hotline' OR consultation.answered_by = :person)
"""
_COUNTS: Final = f"""
    SELECT count(*) AS "all", count(*) FILTER (WHERE channel <> 'hotline') AS service,
           count(*) FILTER (WHERE channel = 'hotline') AS hotline, count(*) FILTER (WHERE allowance) AS allowance,
           count(*) FILTER (WHERE complaint <> '') AS complaint
    FROM consultation WHERE {_WHERE}
"""  # noqa: S608 - our own parts
_VIEWS: Final = {
    "all": "TRUE",
    "service": "consultation.channel <> 'hotline'",
    "hotline": "consultation.channel = 'hotline'",
    "allowance": "consultation.allowance",
    "complaint": "consultation.complaint <> ''",
}
VIEWS: Final = tuple(_VIEWS)


@dataclass(frozen=True, slots=True)
class ConsultationRow:
    """A consultation in the list."""

    case_id: int
    number: str
    requested_at: datetime
    channel: Text
    consumer: str
    question: str
    answer: str
    allowance: bool
    answered_by: str


@dataclass(frozen=True, slots=True)
class ConsultationList:
    """Consultations of a period; `counts` are those of every view, `channels` the ways of asking."""

    rows: Sequence[ConsultationRow]
    counts: Mapping[str, int]
    channels: Sequence[tuple[str, Text]]


def consultation_list(
    office_id: str,
    *,
    view: str = "all",
    first: date | None = None,
    last: date | None = None,
    dispatcher: int | None = None,
    limit: int = PAGE,
    page: int = 0,
) -> ConsultationList:
    """The consultations of an office asked for on these days, newest first.

    A `dispatcher` is shown those of the hotline and those that she has answered herself.
    """
    with reading() as session:
        office = session.get_one(Office, office_id)
        listed = office.settings.get("consultation", {}).get("channels", [])
        channels = {each["code"]: text_of(each["name"]) for each in listed}
        values: dict[str, Any] = {"office": office_id, "zone": office.zone, "first": first, "last": last}
        values["person"] = dispatcher
        counts = dict(session.execute(text(_COUNTS), values).mappings().one())
        found = session.execute(
            text(
                f"""
                SELECT consultation.*, case_file.number, applicant.full_name, person.full_name AS answerer
                FROM consultation JOIN case_file ON case_file.id = consultation.case_id
                LEFT JOIN applicant ON applicant.id = case_file.applicant_id
                LEFT JOIN person ON person.id = consultation.answered_by
                WHERE {_WHERE} AND {_VIEWS.get(view, _VIEWS["all"])}
                ORDER BY consultation.requested_at DESC, consultation.case_id DESC LIMIT :limit OFFSET :offset
                """  # noqa: S608 - our own parts
            ),
            {**values, "limit": limit, "offset": page * limit},
        ).mappings()
        rows = [
            ConsultationRow(
                case_id=row["case_id"],
                number=row["number"] or "",
                requested_at=row["requested_at"].astimezone(ZoneInfo(office.zone)),
                channel=channels.get(row["channel"]) or Text(*[row["channel"]] * 3),
                consumer=row["full_name"] or "",
                question=row["question"],
                answer=row["answer"],
                allowance=row["allowance"],
                answered_by=row["answerer"] or "",
            )
            for row in found
        ]
    return ConsultationList(rows, counts, list(channels.items()))


def hours_of(office_id: str, channel: str, first: date, days: int) -> Sequence[tuple[date, str]]:
    """From when to when a channel is served on the days from `first` on, "" where it is not (T-KTEK-03, T-KTEK-04).

    The hotline never closes; everything else is served on working days in office hours.
    """
    with reading() as session:
        calendar = office_calendar(session, office_id)
    return [(day, _hours(calendar, channel, day)) for day in (first + timedelta(days=n) for n in range(days))]


def _hours(calendar: OfficeCalendar, channel: str, day: date) -> str:
    if channel == HOTLINE:
        return "00:00–24:00"
    if not calendar.days.is_working(day):
        return ""
    return ", ".join(f"{begins:%H:%M}–{ends:%H:%M}" for begins, ends in calendar.hours_on(day).spans)
