"""How far a deadline is, in working days of the office."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from app.domain import wording
from app.domain.hours import OfficeCalendar
from app.domain.rule_words import UNITS
from app.domain.texts import Text

_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Remaining:
    """How far a deadline is, as lists show it.

    `working_days` are the office's working days after today up to the due day; for a late one, after the due day up
    to today. `text` says it in words, `day` is the due date with its weekday.
    """

    kind: Literal["late", "today", "soon", "ok"]
    working_days: int
    due: datetime
    text: Text
    day: Text


def remaining(due: datetime, now: datetime, calendar: OfficeCalendar) -> Remaining:
    """What is left of a term due at `due` when it is `now` (both aware), in working days of the office.

    late: after `due`; today: later today; soon: at most one working day ahead; else ok.
    """
    local_due, today = calendar.local(due), calendar.local(now).date()
    due_day, day = local_due.date(), wording.short_day(local_due)
    if now > due:
        late_by = calendar.days.count(due_day + _ONE_DAY, today)
        return Remaining("late", late_by, local_due, _late_text(late_by, local_due), day)
    if due_day == today:
        until = wording.until_hour(local_due)
        text = Text(f"бүгін {until.kk}", f"сегодня {until.ru}", f"today {until.en}")
        return Remaining("today", 0, local_due, text, day)
    left = calendar.days.count(today + _ONE_DAY, due_day)
    return Remaining("soon" if left <= 1 else "ok", left, local_due, _left_text(left), day)


def _late_text(working_days: int, due: datetime) -> Text:
    if working_days == 0:
        when = wording.moment(due)
        return Text(f"мерзімі өтті: {when.kk}", f"срок истёк: {when.ru}", f"overdue since {when.en}")
    count = wording.counted(working_days, UNITS["working day"])
    return Text(f"{count.kk} кешіктірілді", f"просрочено на {count.ru}", f"{count.en} late")


def _left_text(working_days: int) -> Text:
    if working_days == 0:
        return Text("бір жұмыс күнінен аз", "меньше рабочего дня", "less than a working day")
    return wording.counted(working_days, UNITS["working day"])
