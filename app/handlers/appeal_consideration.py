"""Service tasks of the consideration of an appeal: begun, reminded of, extended, redirected, withdrawn, archived."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from app.domain.texts import Text
from app.handlers.letters import asked_facts, write_body, zone_of
from app.handlers.records import escalate
from app.handlers.registry import Step, Variables, service_task
from app.models import AppealCard, AppealTurn, Case, Office, StateBody
from app.records.appeal_turns import (
    REDIRECTS,
    REPLY_RULE,
    add_turn,
    keep_reply_due,
    newest_turn,
    registered_at,
    reply_due,
    turns,
)
from app.records.numbers import enter


@service_task(
    "appeals.begin_consideration",
    kind="record",
    label=Text("Қарауды бастау", "Начать рассмотрение", "Begin the consideration"),
    sample={
        "own": "no",
        "control": "no",
        "executors": [],
        "registered_at": "2025-06-03T05:00:00+00:00",
        "reply_due": "2025-06-25T13:30:00+00:00",
        "extended_until": "",
    },
)
def begin_consideration(step: Step) -> Variables:
    """Begin to follow an appeal that was routed: whose it is, whether it is under control, by when it is answered.

    `own` is "yes" for the office's own body (`appeal.own_body` in office.toml): it replies itself (KST-TASK-1.6).
    """
    case = step.session.get_one(Case, step.case_id)
    card = step.session.get_one(AppealCard, case.id)
    case.status, case.closed_at = "running", None
    body = step.session.get(StateBody, card.executor_id) if card.executor_id else None
    return {
        "own": "yes" if body is not None and _is_own(step, body) else "no",
        "control": "yes" if card.control else "no",
        "executors": [],
        "registered_at": registered_at(step.session, case).astimezone(UTC).isoformat(),
        "reply_due": keep_reply_due(step.session, case),
        "extended_until": "",
    }


@service_task(
    "appeals.remind_body",
    kind="record",
    label=Text("Органға мерзім туралы еске салу", "Напомнить органу о сроке", "Remind the body of the term"),
)
def remind_body(step: Step) -> Variables:
    """Remind the body that considers the appeal that its reply falls due, once for each term (KST-TASK-1.3).

    The office's own body gets no letter: the process of its reply reminds the executor.
    """
    case = step.session.get_one(Case, step.case_id)
    card = step.session.get_one(AppealCard, case.id)
    body = step.session.get_one(StateBody, card.executor_id)
    if _is_own(step, body) or not _first_of_its_term(step, case, "reminder"):
        return {}
    write_body(step, "appeal_reminder", body, asked_facts(step, None, body))
    return {}


@service_task(
    "appeals.deem_refused",
    kind="record",
    label=Text("Мерзімнің өткенін белгілеу", "Отметить истечение срока", "Mark that the term has passed"),
)
def deem_refused(step: Step, *, role: str) -> Variables:
    """The term passed without a reply, which the law takes for a refusal: enter it and tell `role`, once for each term.

    The consideration goes on: a late reply is better than none (KST-TASK-1.3; the Code, article 91).
    """
    case = step.session.get_one(Case, step.case_id)
    if not _first_of_its_term(step, case, "deemed_refusal"):
        return {}
    due = reply_due(step.session, case)
    step.tell("appeal_deemed_refused", {"due": due.isoformat()}, "")
    escalate(step, rule=REPLY_RULE, role=role, due=due.isoformat())
    return {}


def _first_of_its_term(step: Step, case: Case, kind: str) -> bool:
    """Enter a turn that each term has once; whether it is new."""
    day = reply_due(step.session, case).astimezone(zone_of(step)).date()
    if any(each.kind == kind and each.due_on == day for each in turns(step.session, case.id)):
        return False
    add_turn(step.session, case, kind, now=step.now, by=None, due_on=day)
    return True


@service_task(
    "appeals.extend",
    kind="record",
    label=Text("Қарау мерзімін ұзарту", "Продлить срок рассмотрения", "Extend the term of consideration"),
    sample={"extended_until": "2025-07-10", "reply_due": "2025-07-10T13:30:00+00:00"},
    everywhere=True,
)
def extend(step: Step) -> Variables:
    """Let the extension that was agreed hold: due moments and timers follow it; both terms stay in the case."""
    case = step.session.get_one(Case, step.case_id)
    row = _newest(step, "extend")
    step.tell("appeal_extended", {"new": f"{row.due_on}"}, row.reason)
    return {"extended_until": f"{row.due_on}", "reply_due": keep_reply_due(step.session, case)}


@service_task(
    "appeals.redirect",
    kind="record",
    label=Text("Өтінішті қайта жолдау", "Перенаправить обращение", "Redirect the appeal"),
    sample={"redirected_to": []},
)
def redirect(step: Step) -> Variables:
    """Record where the appeal goes, whole or in part; `redirected_to` is the body, for its letter."""
    row = _newest(step, *REDIRECTS)
    facts = {"body": row.body_id, "part": row.kind == "redirect_part", "late": row.late}
    step.tell("appeal_redirected", facts, row.reason)
    return {"redirected_to": [row.body_id]}


@service_task(
    "appeals.withdraw",
    kind="record",
    label=Text("Өтініштің қайтарып алынғанын жазу", "Записать отзыв обращения", "Record the withdrawal"),
)
def withdraw(step: Step, *, withdrawal: Mapping[str, Any] | None = None) -> Variables:
    """The applicant takes the appeal back; `withdrawal` may bring the reason."""
    case = step.session.get_one(Case, step.case_id)
    reason = str((withdrawal or {}).get("reason") or "")
    add_turn(step.session, case, "withdraw", now=step.now, by=step.by, reason=reason)
    step.tell("appeal_withdrawn", {}, reason)
    return {}


@service_task(
    "appeals.archive",
    kind="record",
    label=Text("Өтінішті мұрағатқа жазу", "Списать обращение в архив", "Write the appeal off to the archive"),
    sample={"outcome": "answered"},
)
def archive(step: Step, *, outcome: str) -> Variables:
    """Write the appeal off to the archive, R-ARCHIVE, with its outcome: answered, redirected, withdrawn or
    left_without_consideration (KST-TASK-1.7).
    """
    enter(
        step.session,
        office_id=step.office_id,
        register="R-ARCHIVE",
        now=step.now,
        case_id=step.case_id,
        facts={"outcome": outcome},
        by=step.by,
    )
    return {"outcome": outcome}


def _is_own(step: Step, body: StateBody) -> bool:
    """Whether the office itself is meant: `appeal.own_body` of office.toml."""
    own: str | None = step.session.get_one(Office, step.office_id).settings.get("appeal", {}).get("own_body")
    return body.code == own


def _newest(step: Step, *kinds: str) -> AppealTurn:
    row = newest_turn(step.session, step.case_id or 0, *kinds)
    if row is None:
        raise LookupError(f"the appeal has no turn of {kinds}")
    return row
