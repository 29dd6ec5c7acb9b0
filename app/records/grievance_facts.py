"""What is known of a complaint to KTEK, as forms, letters and the reply show it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.records.case_rows import CaseRows
from app.records.grievances import STATES, states_of

GRIEVANCE_FACTS: Final = frozenset({"grievance", "grievance_states"})


def grievance_facts(session: Session, rows: CaseRows, language: str) -> dict[str, Any]:
    """Number, category, nature and states of a complaint in words; nothing of other cases."""
    row, appeal = rows.grievance, rows.appeal
    if row is None or appeal is None:
        return {}
    settings = rows.office.settings.get("appeal", {})
    zone = ZoneInfo(rows.office.zone)

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
            for each in states_of(session, rows.case.id)
        ],
    }


def worded(rows: Sequence[Mapping[str, Any]], code: str | None, language: str) -> str:
    """The office's word for a code of one of its lists; the code itself for one that it does not list any more."""
    found: Mapping[str, str] = next((each["name"] for each in rows if each["code"] == code), {})
    return str(found.get(language) or found.get("ru") or code or "")
