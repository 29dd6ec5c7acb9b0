"""Whether this installation can serve requests now."""

from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError

from app.queries.vitals import at_head, worker_lag
from app.usecases.demo_clock import follow


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether the database answers, whether it has this release's tables, and the worker's lag in seconds if known."""

    database: bool
    at_head: bool
    lag: float | None


def readiness() -> Readiness:
    """Ask the database; never raises for what it cannot answer."""
    try:
        migrated = at_head()
    except DBAPIError as refused:
        # A database without our tables answers, it only does not know the question.
        return Readiness(
            database=not refused.connection_invalidated and refused.statement is not None, at_head=False, lag=None
        )
    if not migrated:
        return Readiness(database=True, at_head=False, lag=None)
    follow()
    return Readiness(database=True, at_head=True, lag=worker_lag())
