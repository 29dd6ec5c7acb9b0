"""Bring the tables of the database to this release."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from app.models.database import engine

ROOT = Path(__file__).resolve().parents[2]
_LOCK = 7_304_511


def migrate(target: str = "head") -> None:
    """Run the migrations up to `target`; two starters at once wait for each other."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with engine().connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        connection.commit()
        try:
            config.attributes["connection"] = connection
            command.upgrade(config, target)
            connection.commit()
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
            connection.commit()
