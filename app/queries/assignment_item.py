"""What the page of a task shows of the assignment it is about."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.forms import Choice
from app.models import Assignment, UserTask
from app.queries.executors import Possible, bodies, candidates, possible_executors
from app.records.assignment_facts import assignment_facts, extension_facts
from app.records.assignments import executors_of

CANDIDATES: Final = "executor_candidates"
_JUDGED: Final = frozenset({"assignment.excluded", "assignment.earlier"})


def possible_for(
    session: Session, item: Mapping[str, Any] | None, asked: Collection[str], now: datetime
) -> Possible | None:
    """Who may have the assignment of a task whose form offers or shows that; None for any other form."""
    wanted = CANDIDATES in asked or not _JUDGED.isdisjoint(asked)
    return possible_executors(session, item["assignment_id"], now) if wanted and item and _given(item) else None


def _given(item: Mapping[str, Any] | None) -> bool:
    return item is not None and "assignment_id" in item


def facts_of_item(
    session: Session,
    item: Mapping[str, Any] | None,
    language: str,
    possible: Possible | None,
    *,
    asked: Collection[str],
) -> dict[str, Any]:
    """Facts of the assignment that a task is about, its lists if they are `asked` for; empty for any other task.

    `assignment.excluded` names the candidates who may not have it, with the reason of each (KRG-37).
    """
    if not item or not _given(item):
        return {}
    told = {each.removeprefix("assignment.") for each in asked}
    found = assignment_facts(session, item["assignment_id"], language, only=told)
    if possible is not None:
        earlier = possible.matter.earlier
        found["excluded"] = [block.reason.in_(language) for block in possible.barred]
        found["earlier"] = [f"{each.who.name}, {each.on:%d.%m.%Y}, {each.ground}" for each in earlier]
    facts: dict[str, Any] = {"assignment": found}
    if "extension_id" in item:
        facts["extension"] = extension_facts(session, item["extension_id"], language)
    return facts


def values_of_item(session: Session, item: Mapping[str, Any] | None) -> dict[str, Any]:
    """Record path → what is known of the assignment that a task is about, as first values of its form."""
    if not item or "assignment_id" not in item:
        return {}
    row = session.get_one(Assignment, item["assignment_id"])
    values: dict[str, Any] = {
        "assignment.report": row.report or None,
        "reply_kind": row.reply_kind,
        "assignment.reply_number": row.reply_number or None,
        "assignment.reply_on": row.reply_on.isoformat() if row.reply_on else None,
        "assignment.responsible": f"b{row.body_id}",
    }
    chosen = executors_of(session, row.id)
    if chosen:
        codes = [f"p{each.person_id}" if each.person_id else f"b{each.body_id}" for each in chosen]
        values["assignment.responsible"], values["assignment.co_executors"] = codes[0], codes[1:]
        values["assignment.official"] = chosen[0].official or None
    return {path: value for path, value in values.items() if value is not None}


def about_item(session: Session, item: Mapping[str, Any] | None) -> Text | None:
    """The number and the beginning of the assignment that a task is about; None for any other task."""
    if not item or "assignment_id" not in item:
        return None
    row = session.get(Assignment, item["assignment_id"])
    if row is None:
        return None
    words = row.text if len(row.text) <= 60 else row.text[:59].rstrip() + "…"
    said = f"№ {row.register_number or row.number}: {words}"
    return Text(said, said, said)


def executor_choices(
    session: Session, office_id: str, task_id: int | None, now: datetime, possible: Possible | None
) -> list[Choice]:
    """People ("p12") and state bodies ("b3") that may carry out the assignment of a task: without those who decided the
    matter before (KRG-37, AC-12). `possible` is what is known of them already."""
    if possible is None:
        item = session.scalar(select(UserTask.item).where(UserTask.id == task_id)) if task_id else None
        possible = possible_for(session, item, (CANDIDATES,), now)
    people = possible.open if possible else candidates(session, office_id, now)
    found = [
        Choice(f"p{each.id}", Text(*(_titled(each.full_name, words) for words in _words(each.position))))
        for each in people
    ]
    return found + [
        Choice(f"b{each.id}", Text(each.name_kk, each.name_ru, each.name_en)) for each in bodies(session, office_id)
    ]


def assignments_of_case(session: Session, case_id: int | None) -> list[Choice]:
    """The assignments of a case, to be put back under control."""
    rows = session.scalars(
        select(Assignment)
        .where(Assignment.case_id == case_id, Assignment.state != "draft")
        .order_by(Assignment.number, Assignment.id)
    )
    found = []
    for row in rows:
        said = f"{row.register_number or row.number}. {row.text}"[:200]
        found.append(Choice(str(row.id), Text(said, said, said)))
    return found


def _words(text: Text) -> tuple[str, str, str]:
    return text.kk, text.ru, text.en


def _titled(name: str, position: str) -> str:
    return f"{name}, {position}" if position else name
