"""What has happened in a case, the latest first."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.models import File, History, HistoryPayload, Letter, Person, ProcessInstance, StateBody
from app.models.database import brought
from app.queries.documents import body_of
from app.queries.elements import elements_of_version

SHOWN: Final = 300


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """Something that happened; `elements` names what it was about, `detail` what was said."""

    at: datetime
    kind: str
    element: Text | None
    step: int | None
    who: str | Text | None
    detail: str
    instead_of: str | None = None
    """Who was away while `who` stood for her."""


def timeline_of(session: Session, case_id: int) -> list[TimelineRow]:
    """The latest events of a case."""
    rows = session.execute(
        select(History, HistoryPayload.payload, Person.full_name, ProcessInstance.version_id)
        .outerjoin(HistoryPayload, HistoryPayload.history_id == History.id)
        .outerjoin(Person, Person.id == History.person_id)
        .outerjoin(ProcessInstance, ProcessInstance.id == History.instance_id)
        .where(History.case_id == case_id)
        .order_by(History.id.desc())
        .limit(SHOWN)
    ).all()
    named = _named(session, [row.facts for row, *_ in rows])
    found = [_row(session, row, payload or {}, who, version) for row, payload, who, version in rows]
    del named
    return found


def _named(session: Session, facts: Sequence[Mapping[str, Any]]) -> list[object]:
    """The rows that the events name: as long as they are kept, the session knows them."""
    return [
        *brought(session, Letter, (each.get("letter") for each in facts)),
        *brought(session, File, (each.get("file") for each in facts)),
        *brought(session, Person, (each.get("for") for each in facts)),
        *brought(session, StateBody, (each.get("outside", {}).get("body") for each in facts)),
    ]


def _row(
    session: Session, row: History, payload: Mapping[str, Any], who: str | None, version: int | None
) -> TimelineRow:
    element = elements_of_version(version).get(row.element or "") if version is not None else None
    absent = session.get(Person, row.facts["for"]) if row.facts.get("for") else None
    return TimelineRow(
        at=row.at,
        kind=row.kind,
        element=element.name if element else None,
        step=element.step if element else None,
        who=who or _outside(session, row.facts),
        detail=_detail(session, row, payload),
        instead_of=absent.full_name if absent else None,
    )


def _outside(session: Session, facts: Mapping[str, Any]) -> Text | None:
    """The state body that acted by its link."""
    return body_of(session, {"body_id": facts["outside"]["body"]}) if "outside" in facts else None


def _detail(session: Session, row: History, payload: Mapping[str, Any]) -> str:
    """What a person wants to know besides: the reason given, whom a letter went to, the name of a file."""
    if row.kind == "letter_sent":
        letter = session.get(Letter, row.facts["letter"])
        return letter.recipient if letter else ""
    if row.kind == "document_added":
        file = session.get(File, row.facts["file"])
        return file.name if file else ""
    if row.kind == "decision_made":
        return "; ".join(_decided(step) for step in row.facts["steps"] if step["rules"]) or _shown(row.facts["value"])
    return str(payload.get("reason") or "")


def _decided(step: Mapping[str, Any]) -> str:
    """`Term: № 2 (the note of the rule) → 20`: the rules that matched, and what came out."""
    rules = (f"№ {rule['number']}" + (f" ({rule['note']})" if rule["note"] else "") for rule in step["rules"])
    return f"{step['name']}: {', '.join(rules)} → {_shown(step['value'])}"


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
