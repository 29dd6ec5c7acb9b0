"""Through numbers: taken in the caller's transaction, no gaps, no doubles (KST-JRN-2)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import Office, RegisterEntry

_take = text(
    """
    INSERT INTO register_counter (office_id, register, period, value) VALUES (:office, :register, :period, 1)
    ON CONFLICT (office_id, register, period) DO UPDATE SET value = register_counter.value + 1
    RETURNING value
    """
)


class UnknownRegisterError(AutomationError):
    """The office keeps no such register."""

    status = 422
    message = Text(
        kk="Кеңседе «{register}» тізілімі жоқ.",
        ru="В организации нет реестра «{register}».",
        en="The office keeps no register “{register}”.",
    )


def enter(
    session: Session,
    *,
    office_id: str,
    register: str,
    now: datetime,
    case_id: int | None,
    facts: Mapping[str, Any] | None = None,
    by: int | None = None,
) -> RegisterEntry:
    """The next entry of a register; its row is held until the commit, so take it late and in a fixed order.

    The register's `format` in office.toml gives the label ({number}, {year}), its `period` "year", "day" or "none"
    says when counting starts anew. Raises `UnknownRegisterError`.
    """
    office = session.get_one(Office, office_id)
    settings = office.settings.get("registers", {}).get(register)
    if settings is None:
        raise UnknownRegisterError(register=register)
    today = now.astimezone(ZoneInfo(office.zone)).date()
    period = {"year": f"{today.year}", "day": f"{today}"}.get(settings.get("period", "year"), "")
    number = session.execute(_take, {"office": office_id, "register": register, "period": period}).scalar_one()
    entry = RegisterEntry(
        office_id=office_id,
        register=register,
        period=period,
        number=number,
        label=settings["format"].format(number=number, year=today.year, date=today),
        case_id=case_id,
        entered_at=now,
        entered_by=by,
        facts=dict(facts or {}),
    )
    session.add(entry)
    session.flush()
    return entry


def void(session: Session, entry_id: int, *, reason: str, now: datetime) -> None:
    """Mark a wrong entry; it keeps its number."""
    entry = session.get_one(RegisterEntry, entry_id)
    entry.voided_at, entry.void_reason = now, reason
