"""Time zones of offices, read once per process."""

from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select

from app.domain import clock
from app.models import Office
from app.models.database import engine, reading


def zone_of_office(office_id: str) -> ZoneInfo:
    """The zone on whose clock the office writes and reads moments; a move to another asks for a restart."""
    return _zone(engine(), office_id)


def today_of(office_id: str) -> date:
    """Today on the office's clock: while UTC has its evening, Kazakhstan has tomorrow's night."""
    return clock.now().astimezone(zone_of_office(office_id)).date()


@lru_cache(maxsize=256)
def _zone(_database: Engine, office_id: str) -> ZoneInfo:
    with reading() as session:
        return ZoneInfo(session.execute(select(Office.zone).where(Office.id == office_id)).scalar_one())
