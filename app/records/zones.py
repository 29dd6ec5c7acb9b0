"""Time zones of offices, read once per process."""

from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select

from app.models import Office
from app.models.database import engine, reading


def zone_of_office(office_id: str) -> ZoneInfo:
    """The zone on whose clock the office writes and reads moments; a move to another asks for a restart."""
    return _zone(engine(), office_id)


@lru_cache(maxsize=256)
def _zone(_database: Engine, office_id: str) -> ZoneInfo:
    with reading() as session:
        return ZoneInfo(session.execute(select(Office.zone).where(Office.id == office_id)).scalar_one())
