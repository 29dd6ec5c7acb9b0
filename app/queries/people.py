"""Who is signed in, and who else there is."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import text

from app.domain import clock
from app.domain.texts import Text
from app.models.database import ask
from app.models.person import titled

HELD: Final = """coalesce((
    SELECT jsonb_agg(jsonb_build_array(role, valid_from, valid_to)) FROM role_held
    WHERE role_held.person_id = person.id AND role_held.office_id = person.office_id
), '[]')"""
"""The roles of a `person` of a query, for `roles_on`."""
_by_session = text(
    f"""
    SELECT person.id, person.office_id, person.login, person.full_name, person.language, person.preferences,
           person.position, person.position_kk, person.position_en,
           person.totp_confirmed, web_session.second_factor, web_session.seen_at,
           office.name_kk, office.name_ru, office.name_en, office.zone, office.settings -> 'footer' AS footer,
           jsonb_exists(office.settings, 'reports') AS has_reports,
           jsonb_exists(office.settings, 'appeal') AS has_appeals,
           jsonb_exists(office.settings, 'reception') AS has_receptions,
           (SELECT value -> 'shift' FROM installation WHERE key = 'clock') AS shift,
           {HELD} AS held
    FROM web_session
    JOIN person ON person.id = web_session.person_id AND person.active
    JOIN office ON office.id = person.office_id
    WHERE web_session.id = :session AND web_session.expires_at > :wall
    """  # noqa: S608 - our own words
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person behind a browser's session, her office and the roles she holds today."""

    id: int
    office_id: str
    login: str
    full_name: str
    position: Text
    language: str
    roles: frozenset[str]
    second_factor: bool
    totp_confirmed: bool
    seen_at: datetime
    office_name: Mapping[str, str]
    zone: str
    clock_shift: float | None
    has_reports: bool = False
    has_appeals: bool = False
    has_receptions: bool = False
    preferences: Mapping[str, Any] = field(default_factory=dict)


def session_key(secret: str) -> str:
    """The row that a session cookie's secret opens: its SHA-256."""
    return hashlib.sha256(secret.encode()).hexdigest()


def roles_on(day: date, held: Iterable[tuple[str, str, str | None]]) -> frozenset[str]:
    """Which of the roles of `HELD` are held on a day of the office's clock."""
    written = day.isoformat()
    return frozenset(role for role, first, last in held if first <= written and (last is None or last >= written))


def signed_in(secret: str) -> SignedIn | None:
    """Who holds this session now; None when it is unknown, over, or the person is not active."""
    row = ask(_by_session, {"session": session_key(secret), "wall": clock.wall()})
    if row is None:
        return None
    now = clock.now() if row["shift"] is None else clock.wall() + timedelta(seconds=row["shift"])
    return SignedIn(
        id=row["id"],
        office_id=row["office_id"],
        login=row["login"],
        full_name=row["full_name"],
        position=titled(row["position_kk"], row["position"], row["position_en"]),
        language=row["language"],
        roles=roles_on(now.astimezone(ZoneInfo(row["zone"])).date(), row["held"]),
        second_factor=row["second_factor"],
        totp_confirmed=row["totp_confirmed"],
        seen_at=row["seen_at"],
        office_name={"kk": row["name_kk"], "ru": row["name_ru"], "en": row["name_en"]},
        zone=row["zone"],
        clock_shift=row["shift"],
        has_reports=bool(row["has_reports"]),
        has_appeals=bool(row["has_appeals"]),
        has_receptions=bool(row["has_receptions"]),
        preferences=row["preferences"],
    )
