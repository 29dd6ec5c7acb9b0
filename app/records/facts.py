"""Facts of a case in words, as letters, documents, forms and pages show them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Assignment, ReceptionDay
from app.records.appeal_facts import appeal_facts
from app.records.assignment_facts import appeal_number, control_line, monitoring_facts
from app.records.case_rows import CaseRows, case_rows
from app.records.consultations import consultation_facts
from app.records.party import names_with, other_questions, people_of
from app.records.plan_events import event_facts
from app.records.reception_facts import (
    RequestTeller,
    citizens_of_day,
    last_call,
    office_facts,
    positions_of,
    reception_facts,
)


@dataclass(frozen=True, slots=True)
class _Telling:
    """A case that is being told."""

    teller: RequestTeller
    rows: CaseRows
    now: datetime
    instance_id: int | None

    @property
    def answers(self) -> Mapping[str, Any]:
        return self.rows.answers


def case_facts(
    session: Session, case_id: int, language: str, now: datetime, *, instance_id: int | None = None
) -> dict[str, Any]:
    """Everything a letter or document of this case may show, as nested words of `language`.

    Keys as listed in `letters/fields.toml` and `documents/fields.toml`; what is not known yet is an empty text or list.
    Of several refusals of bodies that of the process `instance_id` is told, else the latest.
    """
    return facts_of(session, case_rows(session, case_id), language, now, instance_id=instance_id)


def facts_of(
    session: Session,
    rows: CaseRows,
    language: str,
    now: datetime,
    *,
    instance_id: int | None = None,
    only: Collection[str] | None = None,
) -> dict[str, Any]:
    """As `case_facts`, of rows that are read already; with `only` no more is read than these keys need."""
    telling = _Telling(RequestTeller(session, rows.office, language), rows, now, instance_id)
    return {
        **{name: tell(telling) for name, tell in _FACTS.items() if only is None or name in only},
        **appeal_facts(session, rows, language, only=only),
        **event_facts(rows.event),
        **consultation_facts(rows.consultation),
    }


def _applicant(telling: _Telling) -> dict[str, str]:
    teller, applicant = telling.teller, telling.rows.applicant
    if applicant is None:
        return dict.fromkeys(
            ("full_name", "kind", "represented_person", "iin", "address", "phone", "email", "language"), ""
        )
    return {
        "full_name": applicant.full_name,
        "kind": teller.word(applicant.kind),
        "represented_person": applicant.represented_person or "",
        "iin": applicant.iin or "",
        "address": applicant.address or "",
        "phone": applicant.phone or "",
        "email": applicant.email or "",
        "language": teller.word(applicant.language),
    }


def _request(telling: _Telling) -> dict[str, str]:
    teller, case, request, answers = telling.teller, telling.rows.case, telling.rows.request, telling.answers
    words = {
        key: str(answers.get(key) or "")
        for key in (
            "earlier_reference",
            "information_requested",
            "brief_materials",
            "brief_analysis",
            "answer",
            "meeting_decision",
            "materials_note",
            "extension_conclusion",
            "extension_reason",
            "feedback_text",
            "units_involved",
        )
    }
    extended = str(answers.get("extended_until") or "")
    proposed = answers.get("proposed_day")
    day = teller.session.get(ReceptionDay, int(proposed)) if proposed else None
    return words | {
        "number": appeal_number(teller.session, case) or case.number or "",
        "received_at": teller.moment(request.received_at) if request else "",
        "registered_on": teller.day(request.registered_at) if request else "",
        "channel": teller.channel(request.channel) if request else "",
        "substance": request.substance if request else "",
        "nature": request.nature if request else "",
        "official_requested": request.official_requested if request else "",
        "competent_bodies": teller.names(answers.get("competent_bodies") or []),
        "central_body": teller.central_body(answers.get("central_body")),
        "proposal": teller.word(answers.get("proposal")),
        "proposed_day": teller.day(day.day) if day else "",
        "authority_document": str(answers.get("authority_document") or ""),
        "people_count": str(people_of(answers)),
        "extended_until": teller.day(date.fromisoformat(extended[:10])) if extended else "",
    }


def _refusal(telling: _Telling) -> dict[str, str]:
    """A body's refusal to take part: whose, when it came, why (KRG-22)."""
    teller, refusals = telling.teller, telling.answers.get("refusals") or {}
    latest = max(refusals.values(), key=lambda each: str(each["at"]), default=None)
    told = refusals.get(str(telling.instance_id), latest)
    if told is None:
        return dict.fromkeys(("body", "received_on", "reason"), "")
    received = datetime.fromisoformat(str(told["at"]))
    return {"body": teller.names([told["body"]]), "received_on": teller.day(received), "reason": str(told["reason"])}


def _representative(teller: RequestTeller, row: Mapping[str, Any]) -> dict[str, str]:
    notes = {
        "kk": "келісім бойынша, расталмаған",
        "ru": "по согласованию, не подтверждено",
        "en": "by agreement, not confirmed",
    }
    unconfirmed = row.get("by_agreement") and not row.get("confirmed")
    return {
        "full_name": str(row.get("full_name", "")),
        "body": str(row.get("body", "")),
        "note": notes[teller.language] if unconfirmed else "",
    }


def _collected(telling: _Telling) -> list[dict[str, str]]:
    return [
        {
            "source": row["source"],
            "content": row["content"],
            "received_on": telling.teller.day(date.fromisoformat(str(row["received_on"])[:10])),
        }
        for row in telling.answers.get("collected") or []
    ]


def _documents(telling: _Telling) -> list[dict[str, Any]]:
    return [
        {"n": n, "name": row["name"], "quantity": row.get("quantity", "")}
        for n, row in enumerate(telling.answers.get("documents") or [], 1)
    ]


def _citizens(telling: _Telling) -> list[dict[str, str]]:
    """Everybody booked for the day of this case, in the order of time (KST-S05.1)."""
    slot, teller = telling.rows.slot, telling.teller
    return citizens_of_day(teller.session, slot.day_id, teller.language) if slot else []


def _assignments(telling: _Telling) -> list[dict[str, str]]:
    teller, case = telling.teller, telling.rows.case
    query = select(Assignment).where(Assignment.case_id == case.id).order_by(Assignment.number)
    rows = teller.session.scalars(query).all()
    teller.meet(bodies=(row.body_id for row in rows))
    return [
        {
            "n": str(row.number),
            "text": row.text,
            "executor": teller.body(row.body_id),
            "due": teller.day(row.due_on),
            "state": control_line(row, teller.language),
        }
        for row in rows
    ]


def _protocol(telling: _Telling) -> dict[str, str]:
    teller, case, answers = telling.teller, telling.rows.case, telling.answers
    row = teller.session.scalars(
        select(Assignment)
        .where(Assignment.case_id == case.id, Assignment.protocol.is_not(None))
        .order_by(Assignment.number)
    ).first()
    return {
        "number": (row.protocol if row else None) or str(answers.get("protocol_number") or ""),
        "date": str(answers.get("protocol_date") or teller.day(telling.now)),
    }


_FACTS: Final[Mapping[str, Callable[[_Telling], Any]]] = {
    "office": lambda it: office_facts(it.teller),
    "applicant": _applicant,
    "request": _request,
    "reception": lambda it: reception_facts(it.teller, it.rows),
    "refusal": _refusal,
    "refusal_reason": lambda it: it.answers.get("refusal_reason") or "",
    "people": lambda it: [{"n": n, "name": name} for n, name in enumerate(names_with(it.answers), 1)],
    "other_questions": lambda it: [{"n": n, "text": text} for n, text in enumerate(other_questions(it.answers), 1)],
    "missing": lambda it: [{"n": n, "name": row["name"]} for n, row in enumerate(it.answers.get("missing") or [], 1)],
    "documents": _documents,
    "collected": _collected,
    "representatives": lambda it: [_representative(it.teller, row) for row in it.answers.get("participants") or []],
    "citizens": _citizens,
    "call": lambda it: {"remarks": last_call(it.teller.session, it.rows.case.id)},
    "positions": lambda it: positions_of(it.teller, it.rows.case.id),
    "assignments": _assignments,
    "monitoring": lambda it: monitoring_facts(it.teller.session, it.rows.case.id, it.teller.language),
    "protocol": _protocol,
    "position_due": lambda _: "",
    "remarks": lambda _: "",
    "made_on": lambda it: it.teller.moment(it.now),
    "person": lambda _: {"full_name": ""},
    "link": lambda _: "",
}
