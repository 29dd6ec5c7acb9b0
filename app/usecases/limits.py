"""Rate limits: attempts under a key within a window, counted in the database by wall time."""

from datetime import timedelta

from sqlalchemy import text

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.usecases.transaction import transaction

_count = text(
    """
    INSERT INTO rate_limit (key, window_start, attempts) VALUES (:key, :wall, 1)
    ON CONFLICT (key) DO UPDATE SET
        attempts = CASE WHEN rate_limit.window_start <= :wall - :window THEN 1 ELSE rate_limit.attempts + 1 END,
        window_start = CASE WHEN rate_limit.window_start <= :wall - :window THEN :wall ELSE rate_limit.window_start END
    RETURNING attempts
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
    with transaction() as session:
        attempts = session.execute(_count, {"key": key, "wall": clock.wall(), "window": window}).scalar_one()
    if attempts > most:
        raise TooManyAttemptsError(minutes=max(1, int(window.total_seconds() // 60)))
