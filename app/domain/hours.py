"""Office hours by date, and the calendar of one office: its days, hours and zone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from app.domain.calendar import COUNTRY_ZONE, WorkingCalendar
from app.domain.errors import AutomationError
from app.domain.texts import Text

_HOUR: Final = r"([01]?[0-9]|2[0-3]):([0-5][0-9])"
_SPAN: Final = re.compile(f"{_HOUR}-{_HOUR}", re.ASCII)


class OfficeHoursError(AutomationError):
    """Office hours that cannot be."""

    status: ClassVar[int] = 422
    message: ClassVar[Text] = Text(
        kk="«{hours}» жұмыс уақыты қате: «09:00-18:30» түрінде жазыңыз, түскі үзіліс жұмыс уақытының ішінде болсын.",
        ru="Неверные часы «{hours}»: пишите в виде «09:00-18:30», обед — внутри рабочего времени.",
        en='Wrong hours "{hours}": write them as "09:00-18:30", with lunch inside the office hours.',
    )

    def __init__(self, hours: str) -> None:
        super().__init__(hours=hours)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When the office works on a working day, from `valid_from` on; lunch is left out of working minutes.

    Raises `OfficeHoursError` when the times do not follow one another.
    """

    opens: time
    closes: time
    lunch_from: time | None = None
    lunch_to: time | None = None
    valid_from: date = date.min

    def __post_init__(self) -> None:
        lunch = [at for at in (self.lunch_from, self.lunch_to) if at is not None]
        order = [self.opens, *lunch, self.closes]
        if len(lunch) == 1 or any(earlier >= later for earlier, later in pairwise(order)):
            raise OfficeHoursError(str(self))

    @classmethod
    def parse(cls, hours: str, lunch: str | None = None) -> "OfficeHours":
        """Hours written `09:00-18:30` and lunch `13:00-14:30`."""
        opens, closes = _span(hours)
        return cls(opens, closes, *_span(lunch)) if lunch else cls(opens, closes)

    @property
    def spans(self) -> tuple[tuple[time, time], ...]:
        """The parts of the day in which work is done, in order."""
        if self.lunch_from is None or self.lunch_to is None:
            return ((self.opens, self.closes),)
        return (self.opens, self.lunch_from), (self.lunch_to, self.closes)

    @property
    def working_minutes(self) -> int:
        """Working minutes of one day."""
        return sum(_minute(end) - _minute(start) for start, end in self.spans)

    @property
    def lunch_minutes(self) -> int:
        """Minutes of the lunch break; 0 without one."""
        return _minute(self.closes) - _minute(self.opens) - self.working_minutes

    def __str__(self) -> str:
        lunch = f", {_shown(self.lunch_from)}-{_shown(self.lunch_to)}" if self.lunch_from or self.lunch_to else ""
        return f"{_shown(self.opens)}-{_shown(self.closes)}{lunch}"


DEFAULT_HOURS: Final = OfficeHours(time(9), time(18, 30), time(13), time(14, 30))


@dataclass(frozen=True)
class OfficeCalendar:
    """The days, hours and zone of one office. `version` is stored with every term counted by it.

    Of several `hours` those hold whose `valid_from` came last; before the first of them the first.
    """

    days: WorkingCalendar
    hours: Sequence[OfficeHours] = (DEFAULT_HOURS,)
    zone: ZoneInfo = COUNTRY_ZONE
    version: int = 0

    def __post_init__(self) -> None:
        if not self.hours:
            raise OfficeHoursError("")
        object.__setattr__(self, "hours", tuple(sorted(self.hours, key=lambda hours: hours.valid_from)))

    def hours_on(self, day: date) -> OfficeHours:
        """The hours that hold on `day`, whether or not it is worked."""
        if len(self.hours) == 1:
            return self.hours[0]
        valid = [hours for hours in self.hours if hours.valid_from <= day]
        return valid[-1] if valid else self.hours[0]

    def opening(self, day: date) -> datetime:
        """Start of office hours on `day`, aware, whether or not the day is worked."""
        return datetime.combine(day, self.hours_on(day).opens, self.zone)

    def closing(self, day: date) -> datetime:
        """Close of business on `day`, aware, whether or not the day is worked."""
        return datetime.combine(day, self.hours_on(day).closes, self.zone)

    def local(self, moment: datetime) -> datetime:
        """The aware `moment` in the office's zone."""
        return moment.astimezone(self.zone)


def _span(written: str) -> tuple[time, time]:
    found = _SPAN.fullmatch(written.replace("–", "-").replace(" ", ""))
    if found is None:
        raise OfficeHoursError(written)
    opens, opens_minute, closes, closes_minute = map(int, found.groups())
    return time(opens, opens_minute), time(closes, closes_minute)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _shown(at: time | None) -> str:
    return f"{at:%H:%M}" if at else "?"
