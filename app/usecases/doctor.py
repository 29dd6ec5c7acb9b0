"""A check-up of the installation, for its operator."""

from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text

from app.domain import clock
from app.models import Incident, Job, Office, Person, ProcessVersion, RoleGrant
from app.models.database import reading
from app.records.zones import today_of
from app.usecases.roles import ADMIN


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    ok: bool
    what: str


def examine() -> list[Finding]:
    """Database, migrations, offices and who administers them, processes, zone data, jobs and incidents."""
    with reading() as session:
        server = str(session.execute(text("SHOW server_version")).scalar_one())
        head = session.execute(text("SELECT version_num FROM alembic_version")).scalar()
        offices = session.scalar(select(func.count()).select_from(Office)) or 0
        versions = session.scalar(select(func.count()).select_from(ProcessVersion)) or 0
        failed = session.scalar(select(func.count()).where(Job.status == "failed").select_from(Job)) or 0
        late = clock.now() - timedelta(minutes=5)
        waiting = session.scalar(
            select(func.count()).where(Job.status == "waiting", Job.due_at < late).select_from(Job)
        )
        open_incidents = session.scalar(
            select(func.count()).where(Incident.resolved_at.is_(None)).select_from(Incident)
        )
        grants = session.execute(
            select(RoleGrant.office_id, RoleGrant.valid_from, RoleGrant.valid_to)
            .join(Person, Person.id == RoleGrant.person_id)
            .where(RoleGrant.role == ADMIN, Person.active)
        )
        kept = {office for office, first, last in grants if first <= today_of(office) <= (last or date.max)}
        alone = [each for each in session.scalars(select(Office.id).order_by(Office.id)) if each not in kept]
    offset = clock.wall().astimezone(ZoneInfo("Asia/Almaty")).utcoffset()
    return [
        Finding(int(server.split(".", maxsplit=1)[0]) >= 15, f"PostgreSQL {server}"),
        Finding(head is not None, f"migrations at {head}"),
        Finding(offices > 0, f"{offices} offices, {versions} process versions"),
        Finding(not alone, f"offices without an administrator: {', '.join(alone) or 'none'} (qabyldau admin)"),
        Finding(offset == timedelta(hours=5), f"Asia/Almaty is UTC+{offset}, tzdata {version('tzdata')}"),
        Finding(not waiting, f"{waiting} jobs more than 5 minutes late"),
        Finding(not failed and not open_incidents, f"{failed} failed jobs, {open_incidents} open incidents"),
    ]
