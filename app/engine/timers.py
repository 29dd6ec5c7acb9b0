"""Timers: what their text means, when they are due, and the business clock under SpiffWorkflow."""

import re
from calendar import monthrange
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from SpiffWorkflow.bpmn.specs.event_definitions import timer as spiff_timer
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from app.domain import clock
from app.engine.errors import TimerTextError
from app.engine.expressions import SafeEnv

OFFICE_ZONE: Final = ZoneInfo("Asia/Almaty")
LONGEST_CATCH_UP: Final = 100
"""A cycle of more turns than this makes up for missed turns with one."""

_DURATION: Final = re.compile(
    r"P(?!$)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+(?:[.,]\d+)?)W)?(?:(?P<days>\d+(?:[.,]\d+)?)D)?"
    r"(?:T(?!$)(?:(?P<hours>\d+(?:[.,]\d+)?)H)?(?:(?P<minutes>\d+(?:[.,]\d+)?)M)?(?:(?P<seconds>\d+(?:[.,]\d+)?)S)?)?"
)
_CYCLE: Final = re.compile(r"R(?P<turns>\d*)/(?:(?P<start>[^/P][^/]*)/)?(?:(?P<every>P[^/]+)|(?P<end>[^/P][^/]*))")
_DAY: Final = r"\d{4}(?:-\d\d-\d\d|-?W\d\d-?\d|-\d{3}|\d{4})"
_PLAIN: Final = re.compile(rf"[-+]?P[\dT]\S*|R-?\d*/\S+|{_DAY}(?:[T ]\S+)?", re.IGNORECASE)
_ORDINAL: Final = re.compile(r"(\d{4})-(\d{3})(?=T|$)")
_MIDNIGHT: Final = re.compile(r"(?<=T)24(?=(?::?00){1,2}(?:[Z+-]|$))")


class BusinessDatetime(datetime):
    """A `datetime` whose `now` is business time."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "BusinessDatetime":
        """Business time in `tz`; without one, naive in the office's zone."""
        moment = clock.now().astimezone(tz or OFFICE_ZONE)
        return cls.fromisoformat((moment if tz else moment.replace(tzinfo=None)).isoformat())


spiff_timer.datetime = BusinessDatetime  # once, here: SpiffWorkflow's own timers live by business time too


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a timer is due (aware, UTC) and, for a cycle, how often again: `left` turns after this, None without end."""

    due: datetime
    every: str | None = None
    left: int | None = 0

    def following(self, now: datetime) -> "Schedule | None":
        """The next turn; a long cycle (endless or over 100 turns) leaves out the turns `now` has passed already."""
        if self.every is None or self.left == 0:
            return None
        due, left = _after(self.due, self.every), None if self.left is None else self.left - 1
        long = left is None or left > LONGEST_CATCH_UP
        while long and due <= now and due > self.due and left != 0:
            due, left = _after(due, self.every), None if left is None else left - 1
        return Schedule(due, self.every, left)

    def as_json(self) -> dict[str, object]:
        """`{"due": ISO, "every": duration, "left": turns}`, as it is kept in the state."""
        return {"due": self.due.isoformat(), "every": self.every, "left": self.left}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Schedule":
        """The schedule that `as_json` wrote."""
        return cls(datetime.fromisoformat(value["due"]), value["every"], value["left"])


def is_plain(text: str) -> bool:
    """Whether the text of a timer is plain ISO 8601 (a date, `PT5M`, `R3/PT10M`) and no expression."""
    return _PLAIN.fullmatch(text.strip()) is not None


def schedule(value: object, *, now: datetime, element: str) -> Schedule:
    """The schedule a timer's value means: an ISO 8601 moment, duration from `now`, or cycle.

    A moment without a zone is the office's. Raises `TimerTextError` naming `element` for anything else.
    """
    try:
        if not isinstance(value, str):
            raise ValueError(value)
        return _read(value.strip(), now)
    except (ValueError, OverflowError):
        pass
    raise TimerTextError(element=element, value=str(value)[:200])


def start_schedule(
    text: str, *, functions: Mapping[str, Callable[..., object]], now: datetime, element: str
) -> Schedule:
    """The schedule of a timer start event whose text is `text`; its expression sees `functions` and no variables."""
    value = text.strip() if is_plain(text) else SafeEnv(functions).evaluate(text.strip(), {})
    return schedule(value, now=now, element=element)


def _read(value: str, now: datetime) -> Schedule:
    upper = value.upper()
    if upper.startswith("R"):
        return _cycle(upper, now)
    if upper.startswith("P"):
        return Schedule(_after(now, upper))
    return Schedule(_moment(value))


def _cycle(value: str, now: datetime) -> Schedule:
    match = _CYCLE.fullmatch(value)
    if match is None:
        raise ValueError(value)
    turns = int(match["turns"]) if match["turns"] else None
    every = match["every"] or _between(match["start"] or "", match["end"])
    if turns == 0 or _after(now, every) <= now:
        raise ValueError(value)
    due = _moment(match["start"]) if match["start"] else _after(now, every)
    return Schedule(due, every, None if turns is None else turns - 1)


def _between(start: str, end: str) -> str:
    """The time from one moment to another as a duration, which is negative and so no duration if they are reversed."""
    return f"PT{(_moment(end) - _moment(start)).total_seconds():.3f}S"


def _moment(value: str) -> datetime:
    ordinal = _ORDINAL.match(value)
    if ordinal:
        day = date(int(ordinal[1]), 1, 1) + timedelta(int(ordinal[2]) - 1)
        if day.year != int(ordinal[1]):
            raise ValueError(value)
        value = f"{day}{value[ordinal.end() :]}"
    midnight = _MIDNIGHT.search(value)
    moment = datetime.fromisoformat(_MIDNIGHT.sub("00", value)) + timedelta(days=midnight is not None)
    return (moment if moment.tzinfo else moment.replace(tzinfo=OFFICE_ZONE)).astimezone(UTC)


def _after(start: datetime, duration: str) -> datetime:
    match = _DURATION.fullmatch(duration)
    if match is None:
        raise ValueError(duration)
    parts = {name: float((value or "0").replace(",", ".")) for name, value in match.groupdict().items()}
    local = start.astimezone(OFFICE_ZONE).replace(tzinfo=None)
    months = local.year * 12 + local.month - 1 + int(parts["years"]) * 12 + int(parts["months"])
    year, month = months // 12, months % 12 + 1
    if year > 9999:
        raise OverflowError(duration)
    local = local.replace(year=year, month=month, day=min(local.day, monthrange(year, month)[1]))
    local += timedelta(weeks=parts["weeks"], days=parts["days"])
    exact = timedelta(hours=parts["hours"], minutes=parts["minutes"], seconds=parts["seconds"])
    return local.replace(tzinfo=OFFICE_ZONE).astimezone(UTC) + exact


class TimerDefinition(TimerEventDefinition):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A timer whose text is plain ISO 8601 or an expression; the kind of its value, not of its tag, decides.

    `name` is the id of the event. The schedule stands in the token's `internal_data["timers"]` under that id.
    """

    def __init__(self, name: str, expression: str, **kwargs: Any) -> None:
        super().__init__(name, expression.strip(), **kwargs)
        self.plain = is_plain(self.expression)

    def schedule_of(self, token: Any) -> Schedule:
        """The timer's schedule, worked out when it is first asked for. Raises `TimerTextError`, `ExpressionError`."""
        kept = token.internal_data.setdefault("timers", {})
        if self.name not in kept:
            kept[self.name] = self._evaluated(token).as_json()
        return Schedule.from_json(kept[self.name])

    def reschedule(self, token: Any) -> None:
        """Work the schedule out anew from the token's data as they are now."""
        token.internal_data.setdefault("timers", {})[self.name] = self._evaluated(token).as_json()

    def names(self, environment: SafeEnv) -> frozenset[str]:
        """The variables that the timer's text mentions."""
        return frozenset() if self.plain else environment.names(self.expression, "eval")

    def is_counted_by(self, functions: Collection[str], environment: SafeEnv) -> bool:
        """Whether the timer is one moment that an expression counts by these of the world's functions and no other."""
        called = frozenset() if self.plain else environment.given(self.expression, "eval")
        return bool(called) and called <= frozenset(functions)

    def has_fired(self, token: Any) -> bool:
        """Whether the timer is due by business time."""
        return self.schedule_of(token).due <= clock.now()

    def reset(self, token: Any) -> None:
        """Forget the schedule: the event has passed."""
        token.internal_data.get("timers", {}).pop(self.name, None)

    def again(self, token: Any) -> dict[str, Any] | None:
        """The internal data with which the next turn of a cycle waits; None after the last."""
        following = self.schedule_of(token).following(clock.now())
        return None if following is None else {"timers": {self.name: following.as_json()}}

    def kept(self, token: Any) -> dict[str, Any]:
        """The internal data with which the same turn waits on after another event has come."""
        return {"timers": {self.name: self.schedule_of(token).as_json()}}

    def _evaluated(self, token: Any) -> Schedule:
        engine = token.workflow.script_engine
        value = self.expression if self.plain else engine.evaluate(token, self.expression)
        return schedule(value, now=clock.now(), element=token.element)
