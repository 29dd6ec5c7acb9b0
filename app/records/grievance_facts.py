"""What is known of a complaint to KTEK, as forms, letters and the reply show it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.models import Appeal, Case, Grievance, Office
from app.records.grievances import STATES, states_of


def grievance_facts(session: Session, case: Case, language: str) -> dict[str, Any]:
    """Number, category, nature and states of a complaint in words; nothing of other cases."""
    row = session.get(Grievance, case.id)
    if row is None:
        return {}
    office = session.get_one(Office, case.office_id)
    appeal = session.get_one(Appeal, case.id)
    settings = office.settings.get("appeal", {})
    zone = ZoneInfo(office.zone)

    def moment(value: datetime | None) -> str:
        return f"{value.astimezone(zone):%d.%m.%Y, %H:%M}" if value else ""

    return {
        "grievance": {
            "number": row.incoming_number or "",
            "registered_on": moment(row.registered_at)[:10],
            "substance": appeal.substance,
            "category": worded(settings.get("categories", []), row.category, language),
            "nature": worded(settings.get("question_natures", []), appeal.nature, language),
            "measures": row.measures,
            "acquainted": row.acquainted,
        },
        "grievance_states": [
            " · ".join(filter(None, (moment(each.entered_at), STATES[each.state].in_(language), each.document)))
            for each in states_of(session, case.id)
        ],
    }


def worded(rows: Sequence[Mapping[str, Any]], code: str | None, language: str) -> str:
    """The office's word for a code of one of its lists; the code itself for one that it does not list any more."""
    found: Mapping[str, str] = next((each["name"] for each in rows if each["code"] == code), {})
    return str(found.get(language) or found.get("ru") or code or "")
