"""Two clocks: business time, which may be virtual, and wall time, which never is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells business time."""

    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class ShiftedClock:
    """Wall time moved by `shift`: the demo's virtual clock keeps ticking between its jumps."""

    shift: timedelta = timedelta(0)

    def now(self) -> datetime:
        return wall() + self.shift


@dataclass(slots=True)
class StandingClock:
    """A clock that stands still until somebody sets `moment` (tests, simulation)."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


_clock: ContextVar[Clock] = ContextVar("clock", default=ShiftedClock())  # noqa: B039 - frozen


def now() -> datetime:
    """Business time, aware, UTC: timers, retries, deadlines, history."""
    return _clock.get().now().astimezone(UTC)


def wall() -> datetime:
    """Wall time, aware, UTC: sessions, tokens, leases, rate limits."""
    return datetime.now(UTC)


def set_clock(clock: Clock) -> None:
    """From here on this thread or task lives by `clock`."""
    _clock.set(clock)


@contextmanager
def using(clock: Clock) -> Iterator[Clock]:
    """Business time by `clock` within the block."""
    token = _clock.set(clock)
    try:
        yield clock
    finally:
        _clock.reset(token)
