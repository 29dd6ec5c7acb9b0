"""Answers of forms that belong to no case: reception days that they plan (paths report.*, day.*, unified.*)."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.models import Booking, Office, ReceptionDay, Slot
from app.records.answers import RecordsRefusedError
from app.records.bookings import OFF_THE_LIST
from app.records.officials import officials_on
from app.records.reception_days import DayRefusedError, place_words, put_day
from app.records.terms import office_calendar
from app.records.unified_day import KIND, days_of, usual_plan

NOT_A_DEPUTY: Final = Text(
    "Кестеден тыс әкімнің орынбасары ғана қабылдайды (KRG-9).",
    "Вне графика принимает только заместитель акима (KRG-9).",
    "Only a deputy akim receives outside the schedule (KRG-9).",
)
AFTER_MEETING: Final = Text(
    "Бұл күн есеп беру кездесуінен кейін болуы керек.",
    "Этот день должен быть после отчётной встречи.",
    "This day must be after the report meeting.",
)
BEFORE_MEETING: Final = Text(
    "Бұл күн есеп беру кездесуіне дейін болуы керек.",
    "Этот день должен быть до отчётной встречи.",
    "This day must be before the report meeting.",
)
PEOPLE_BOOKED: Final = Text(
    "Жазылғандары бар қабылдау күні өзгермейді: алдымен қабылдау бетінде күнді ауыстырыңыз.",
    "День, на который уже записаны люди, здесь не меняют: сначала перенесите его на странице приёма.",
    "A day with people booked is not changed here: move it on the page of the reception first.",
)


@dataclass(frozen=True, slots=True)
class _Given:
    session: Session
    office: Office
    records: Mapping[str, Any]
    variables: Mapping[str, Any]
    by: int
    now: datetime

    def of(self, record: str) -> dict[str, Any]:
        start = record + "."
        return {path[len(start) :]: value for path, value in self.records.items() if path.startswith(start)}


def save_schedule_answers(
    session: Session,
    *,
    office_id: str,
    records: Mapping[str, Any],
    variables: Mapping[str, Any],
    by: int,
    now: datetime,
) -> dict[str, Any]:
    """Plan what the form asks for; returns the variables that follow from it. Raises `RecordsRefusedError`."""
    given = _Given(session, session.get_one(Office, office_id), records, variables, by, now)
    more: dict[str, Any] = {}
    for save in _SAVERS:
        more |= save(given)
    session.flush()
    return more


def _save_report_days(given: _Given) -> dict[str, Any]:
    """One reception before the report meeting and one after it (KRG-6, T-KRG-06B)."""
    report = given.of("report")
    if not report:
        return {}
    meeting = date.fromisoformat(str(given.variables["meeting_on"])[:10])
    before, after = (date.fromisoformat(str(report[key])[:10]) for key in ("before_on", "after_on"))
    if before >= meeting:
        raise RecordsRefusedError({"report.before_on": BEFORE_MEETING})
    if after <= meeting:
        raise RecordsRefusedError({"report.after_on": AFTER_MEETING})
    found = []
    for side, day in (("before", before), ("after", after)):
        basis = {"report_meeting": meeting.isoformat(), "side": side}
        plan = usual_plan(given.office, int(report["official"]), day, kind="report_meeting", basis=basis)
        paths = {"day": f"report.{side}_on", "official_id": "report.official"}
        with _at_fields(paths, f"report.{side}_on"):
            found.append(put_day(given.session, given.office.id, plan).id)
    return {"day_ids": found}


def _save_assigned_day(given: _Given) -> dict[str, Any]:
    """A deputy's reception outside the schedule, on the day that the akim's assignment names (KRG-9, BR-22)."""
    asked = given.of("day")
    if not asked:
        return {}
    day, deputy = date.fromisoformat(str(asked["on"])[:10]), int(asked["official"])
    if deputy not in {each.id for each in officials_on(given.session, given.office, day, roles=("deputy_akim",))}:
        raise RecordsRefusedError({"day.official": NOT_A_DEPUTY})
    hour: dict[str, Any] = {"starts": time.fromisoformat(str(asked["hour"])[:5])} if asked.get("hour") else {}
    if hour:
        hour["ends"] = given_end(given, day, hour["starts"])
    basis = {"assignment": str(asked["assignment"]), "recorded_by": given.by, "recorded_at": given.now.isoformat()}
    plan = usual_plan(given.office, deputy, day, kind="out_of_schedule", basis=basis, **hour)
    with _at_fields({"day": "day.on", "official_id": "day.official", "starts": "day.hour"}, "day.hour"):
        row = put_day(given.session, given.office.id, plan)
    return {
        "reception_day_id": str(row.id),
        "official_id": str(deputy),
        "reception_on": day.isoformat(),
        "day_ids": [row.id],
    }


def given_end(given: _Given, day: date, starts: time) -> time:
    """The usual end of a reception, or the close of business when it begins later than that."""
    usual = time.fromisoformat(given.office.settings.get("reception", {}).get("slots_to", "13:00"))
    closes = office_calendar(given.session, given.office.id).hours_on(day).closes
    return usual if starts < usual else closes


def _save_unified_day(given: _Given) -> dict[str, Any]:
    """The confirmed unified day: these officials, on this day, at this place; others of it are taken out (KST-DAY)."""
    asked = given.of("unified")
    if not asked:
        return {}
    session, office = given.session, given.office
    day, place = date.fromisoformat(str(asked["on"])[:10]), str(asked["place"])
    wanted = {int(each) for each in asked["officials"]}
    known = days_of(session, office.id, [int(each) for each in given.variables.get("day_ids") or []])
    rows: list[ReceptionDay] = []
    for row in known:
        if row.status == "planned" and row.day == day and row.official_id in wanted:
            rows.append(row)
        elif _booked(session, row.id):
            path = "unified.on" if row.official_id in wanted else "unified.officials"
            raise RecordsRefusedError({path: PEOPLE_BOOKED})
        else:
            row.status = "cancelled"
    session.flush()
    for official in sorted(wanted - {row.official_id for row in rows}):
        with _at_fields({"day": "unified.on", "official_id": "unified.officials"}, "unified.on"):
            rows.append(put_day(session, office.id, usual_plan(office, official, day, place=place)))
    chosen = next(each for each in office.settings["reception"]["places"] if each["code"] == place)
    for row in rows:
        row.kind = KIND
        row.place_kk, row.place_ru, row.place_en = place_words(chosen)
    return {"day_ids": sorted(row.id for row in rows), "unified_on": day.isoformat()}


def _booked(session: Session, day_id: int) -> int:
    counted = select(func.count()).select_from(Booking).join(Slot, Slot.id == Booking.slot_id)
    return session.scalar(counted.where(Slot.day_id == day_id, Booking.status.not_in(OFF_THE_LIST))) or 0


@contextmanager
def _at_fields(paths: Mapping[str, str], otherwise: str) -> Iterator[None]:
    """Tells what is refused of a day at the fields of the form that asked for it."""
    try:
        yield
    except DayRefusedError as refused:
        raise RecordsRefusedError(
            {paths.get(field, otherwise): said for field, said in refused.errors.items()}
        ) from refused


_SAVERS: Final[tuple[Callable[[_Given], dict[str, Any]], ...]] = (
    _save_report_days,
    _save_assigned_day,
    _save_unified_day,
)
