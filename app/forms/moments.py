"""Fields of days and times."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar, Final

from app.domain.texts import Text
from app.forms import messages
from app.forms.fields import Asking, Field, Typed, labelled
from app.forms.submission import Submission, one


@dataclass(frozen=True, slots=True, kw_only=True)
class DateTimeField(Field):
    """A day, a time of day, or both: `2026-11-27`, `10:20`, `2026-11-27T10:20:00+05:00`.

    Three short inputs `<name>-day`, `-month`, `-year` and one `<name>-time`; or the ISO value under the name itself.
    """

    kind: ClassVar[str] = "datetime"

    subtype: str = "date"
    not_past: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """The inputs it is made of, in the order of writing."""
        return _PARTS[self.subtype]

    def missing(self) -> Text:
        return self.sentences.get("required") or labelled(_ASKS[self.subtype], self.label)

    def typed(self, submitted: Submission, name: str) -> Typed:
        parts = {part: one(submitted, f"{name}-{part}") for part in self.parts}
        return parts if any(parts.values()) else one(submitted, name)

    def read(self, typed: Typed, asking: Asking, /) -> object:
        if isinstance(typed, Mapping):
            parts = {part: str(typed.get(part) or "").strip() for part in self.parts}
            if not any(parts.values()):
                return None
            value = self._from_parts(parts, asking)
        elif isinstance(typed, str):
            if not typed.strip():
                return None
            value = self._from_iso(typed.strip(), asking)
        elif typed is None:
            return None
        else:
            raise self.refusal(messages.DATE_SHAPE)
        if self.not_past and isinstance(value, date) and self._day(value, asking) < asking.today:
            raise self.refusal(messages.DAY_PASSED, own="past")
        return value.isoformat(timespec="minutes") if isinstance(value, time) else value.isoformat()

    def _day(self, value: date, asking: Asking) -> date:
        return value.astimezone(asking.zone).date() if isinstance(value, datetime) else value

    def _from_parts(self, parts: Mapping[str, str], asking: Asking) -> date | time:
        if self.subtype == "time":
            return self._time(parts["time"])
        day = self._date(parts)
        if self.subtype == "date":
            return day
        return datetime.combine(day, self._time(parts["time"]), asking.zone)

    def _date(self, parts: Mapping[str, str]) -> date:
        shapes = {"day": r"[0-9]{1,2}", "month": r"[0-9]{1,2}", "year": r"(19|20|21)[0-9]{2}"}
        for part, shape in shapes.items():
            if not re.fullmatch(shape, parts[part]):
                raise self.refusal(messages.DATE_PARTS)
        try:
            return date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
        except ValueError:
            raise self.refusal(messages.NO_SUCH_DAY, **parts) from None

    def _time(self, text: str) -> time:
        match = re.fullmatch(r"([0-9]{1,2})[:.\-]([0-9]{2})(?::[0-9]{2})?", text)
        if match is None or int(match[1]) > 23 or int(match[2]) > 59:
            raise self.refusal(messages.TIME_SHAPE)
        return time(int(match[1]), int(match[2]))

    def _from_iso(self, text: str, asking: Asking) -> date | time:
        if self.subtype == "time":
            return self._time(text)
        if not re.match(r"(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}", text):
            raise self.refusal(messages.DATE_SHAPE)
        try:
            if self.subtype == "date":
                return date.fromisoformat(text[:10])
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise self.refusal(messages.DATE_SHAPE) from None
        return moment if moment.tzinfo else moment.replace(tzinfo=asking.zone)


_DAY_PARTS: Final = ("day", "month", "year")
_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "date": _DAY_PARTS,
    "time": ("time",),
    "datetime": (*_DAY_PARTS, "time"),
}
SUBTYPES: Final = frozenset(_PARTS)
_ASKS: Final = {"date": messages.GIVE_DATE, "time": messages.GIVE_TIME, "datetime": messages.GIVE_MOMENT}
