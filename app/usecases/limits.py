"""Rate limits: attempts under a key within a window, counted in the database by wall time."""

import threading
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import text

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.usecases.transaction import transaction

_count = text(
    """
    INSERT INTO rate_limit (key, window_start, attempts) VALUES (:key, :wall, :step)
    ON CONFLICT (key) DO UPDATE SET
        attempts = CASE WHEN rate_limit.window_start <= :wall - :window THEN :step
            ELSE rate_limit.attempts + :step END,
        window_start = CASE WHEN rate_limit.window_start <= :wall - :window THEN :wall ELSE rate_limit.window_start END
    RETURNING attempts, window_start
    """
)


class TooManyAttemptsError(AutomationError):
    """The limit of attempts is reached for now."""

    status = 429
    message = Text(
        kk="Әрекет тым көп. {minutes} минуттан кейін қайталаңыз.",
        ru="Слишком много попыток. Повторите через {minutes} мин.",
        en="Too many attempts. Try again in {minutes} minutes.",
    )


def count_attempt(key: str, *, most: int, window: timedelta) -> None:
    """Count one attempt under `key`; raises `TooManyAttemptsError` beyond `most` within `window`."""
    attempts, _begun = _add(key, 1, window)
    if attempts > most:
        raise _too_many(window)


def count_often(key: str, *, most: int, window: timedelta) -> None:
    """As `count_attempt`, for what happens many times a minute: written down by sixtieths of `most`.

    Between two writes a process counts by itself, so each process may let up to a sixtieth too many through.
    """
    step = max(1, most // 60)
    wall = clock.wall()
    with _lock:
        if _refused.get(key, wall) > wall:
            raise _too_many(window)
        _pending[key] = _pending.get(key, 0) + 1
        if _pending[key] < step:
            return
        del _pending[key]
    attempts, begun = _add(key, step, window)
    if attempts > most:
        with _lock:
            _refused[key] = begun + window
        raise _too_many(window)


_lock: Final = threading.Lock()
_pending: Final[dict[str, int]] = {}
_refused: Final[dict[str, datetime]] = {}


def _add(key: str, step: int, window: timedelta) -> tuple[int, datetime]:
    with transaction() as session:
        values = {"key": key, "wall": clock.wall(), "window": window, "step": step}
        row = session.execute(_count, values).one()
        return row.attempts, row.window_start


def _too_many(window: timedelta) -> TooManyAttemptsError:
    return TooManyAttemptsError(minutes=max(1, int(window.total_seconds() // 60)))
