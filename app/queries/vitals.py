"""What an operator's monitoring asks of the installation."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text

from app.domain import clock
from app.models.database import reading

MIGRATIONS: Final = Path(__file__).resolve().parents[2] / "migrations"

_numbers = text(
    """
    SELECT
        (SELECT count(*) FROM user_task WHERE status = 'open') AS open_tasks,
        (SELECT count(*) FROM user_task WHERE status = 'open' AND due_at < :now) AS late_tasks,
        (SELECT count(*) FROM job WHERE status IN ('waiting', 'leased')) AS waiting_jobs,
        (SELECT count(*) FROM job WHERE status = 'suspended') AS suspended_jobs,
        (SELECT count(*) FROM job WHERE status = 'failed') AS failed_jobs,
        (SELECT count(*) FROM incident WHERE resolved_at IS NULL) AS open_incidents,
        (SELECT count(*) FROM process_instance WHERE status = 'running') AS running_instances,
        (SELECT min(due_at) FROM job WHERE status = 'waiting' AND due_at <= :now) AS oldest_due
    """
)
_revision = text("SELECT version_num FROM alembic_version")
_lag = text("SELECT min(due_at) FROM job WHERE status = 'waiting' AND due_at <= :now")


@dataclass(frozen=True, slots=True)
class Vitals:
    """Counts over the whole installation; `oldest_due_seconds` is how long the worker is behind."""

    open_tasks: int
    late_tasks: int
    waiting_jobs: int
    suspended_jobs: int
    failed_jobs: int
    open_incidents: int
    running_instances: int
    oldest_due_seconds: float


def vitals() -> Vitals:
    """The numbers of this moment, in one statement."""
    now = clock.now()
    with reading() as session:
        row: dict[str, Any] = dict(session.execute(_numbers, {"now": now}).mappings().one())
    return Vitals(
        **{key: value for key, value in row.items() if key != "oldest_due"},
        oldest_due_seconds=_age(row["oldest_due"], now),
    )


def worker_lag() -> float:
    """Seconds since the oldest due job should have been done; 0 when nothing is due."""
    now = clock.now()
    with reading() as session:
        return _age(session.execute(_lag, {"now": now}).scalar(), now)


def _age(due: datetime | None, now: datetime) -> float:
    return max(0.0, (now - due).total_seconds()) if due is not None else 0.0


def at_head() -> bool:
    """Whether the database has every migration of this release and no other."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with reading() as session:
        applied = set(session.scalars(_revision))
    return applied == set(ScriptDirectory.from_config(config).get_heads())
