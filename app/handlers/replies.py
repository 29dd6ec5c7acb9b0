"""Service tasks of replies to appeals: opened, reminded of, numbered, sent."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any, Final

from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.handlers.letters import desk_of, moment_at, zone_of
from app.handlers.records import holders, with_substitutes, within_office_hours
from app.handlers.registry import Step, Variables, service_task
from app.models import Case, Office, Person, Reply
from app.records.appeal_turns import registered_at
from app.records.facts import case_facts
from app.records.group import group_of
from app.records.letters import Recipient, write
from app.records.numbers import enter
from app.records.replies import OWN, dispatch_of, nearest, newest_reply, open_reply

REGISTER: Final = "R-OUT"


class NotSentError(AutomationError):
    """A reply counts as sent when its dispatch is recorded (SKE-3.7)."""

    status = 422
    message = Text(
        kk="Жауаптың қалай жіберілгені жазылмаған.",
        ru="Не записано, как отправлен ответ.",
        en="It is not recorded how the reply was sent.",
    )


@service_task(
    "replies.open",
    kind="record",
    label=Text("Жауапты бастау", "Начать ответ", "Begin the reply"),
    sample={
        "reply_id": 1,
        "responsible_id": None,
        "co_executors": [],
        "head_id": None,
        "manager_id": None,
        "dispatcher_id": None,
        "dispatcher_group": "",
        "legal_partner": "",
        "statutory_check": "no",
        "appeal_registered_at": "2025-06-02T05:00:00+00:00",
    },
)
def begin(
    step: Step,
    *,
    executors: Sequence[Any] = (),
    reply_due: str = "",
    head_role: str = "",
    manager_role: str = "",
    dispatch_roles: Sequence[str] = (),
) -> Variables:
    """Begin the office's own reply to the appeal of the case in the appeal's language.

    `executors` are people in the order of the resolution: the first is responsible and gathers the parts of the others
    (`co_executors`); none: whoever holds the role takes it. `legal_partner` is who checks statutory requirements,
    `replies.legal_partner` of the office: empty where nobody does. Where these roles are named, the head, the manager
    and whoever dispatches are those nearest to the responsible executor in the tree of units; else whoever holds the
    role of the task (SKE-3.1, SKE-3.3.2, SKE-3.5, SKE-3.7, KST-TASK-1.6, BR-26). `dispatcher_group` are all who send
    for the company of the responsible executor, in an office that is a group of companies.
    """
    due = moment_at(step, reply_due) if reply_due else None
    case = step.session.get_one(Case, step.case_id)
    row = open_reply(step.session, case, executors=[int(each) for each in executors], due_at=due, now=step.now)
    first, *others = row.executors or [None]
    settings = step.session.get_one(Office, step.office_id).settings.get("replies", {})

    def near(roles: Sequence[str]) -> int | None:
        return nearest(step.session, step.office_id, roles, first, step.now) if first and any(roles) else None

    return {
        "reply_id": row.id,
        "head_id": near([head_role]),
        "manager_id": near([manager_role]),
        "dispatcher_id": near(dispatch_roles),
        "dispatcher_group": _senders(step, first),
        "appeal_registered_at": registered_at(step.session, case).astimezone(UTC).isoformat(),
        "responsible_id": first,
        "co_executors": [{"person_id": each} for each in others],
        "legal_partner": settings.get("legal_partner", ""),
        "statutory_check": "no",
    }


def _senders(step: Step, executor: int | None) -> str:
    """Who sends for the company in which a person works, as a role there; "" where there are no companies."""
    group = group_of(step.session, step.office_id)
    units = group.units_of(executor, step.now) if executor is not None and group.companies else []
    company = next((found for unit in units if (found := group.company_of(unit))), None)
    return group.registrars(company, step.now) if company else ""


@service_task(
    "replies.remind",
    kind="record",
    label=Text("Жауап мерзімі туралы еске салу", "Напомнить о сроке ответа", "Remind of the reply's term"),
)
def remind(step: Step, *, role: str) -> Variables:
    """Remind the responsible executor that the reply falls due, once a due moment; without one whoever holds `role`.

    She controls the term herself (SKE-3.3.1, SKE-3.3.2). Nobody is reminded of a reply that is prepared.
    """
    row = _own(step)
    if row.prepared_at is not None or row.due_at is None or row.reminded_for == row.due_at:
        return {}
    row.reminded_for = row.due_at
    named = [step.session.get_one(Person, each) for each in row.executors[:1]]
    due = f"{row.due_at.astimezone(zone_of(step)):%d.%m.%Y, %H:%M}"
    for person in with_substitutes(step, named or holders(step, role)):
        language = person.language if person.language in ("kk", "ru") else "ru"
        facts = {
            **case_facts(step.session, row.case_id, language, step.now),
            "person": {"full_name": person.full_name},
            "task": {"name": "", "due": due},
        }
        recipient = Recipient(person.full_name, person.email, None, language)
        write(desk_of(step), "reply_reminder", recipient, {language: facts}, due_at=within_office_hours(step))
    return {}


@service_task(
    "replies.register",
    kind="record",
    label=Text("Шығыс нөмірін беру", "Присвоить исходящий номер", "Give the outgoing number"),
    sample={
        "reply_number": "И-00001/2025",
        "reply_prepared_at": "2025-06-11T05:00:00+00:00",
        "reply_language": "ru",
    },
)
def register(step: Step) -> Variables:
    """Give the agreed reply its outgoing number and date, R-OUT; from now on it is prepared (SKE-3.6, SKE-3.8)."""
    row = _own(step)
    if row.outgoing_number is None:
        entry = enter(
            step.session,
            office_id=step.office_id,
            register=REGISTER,
            now=step.now,
            case_id=row.case_id,
            facts={"reply": row.id, "letterhead": row.letterhead},
            by=step.by,
        )
        row.outgoing_number = entry.label
        row.outgoing_on = row.outgoing_on or step.now.astimezone(zone_of(step)).date()
    row.state, row.prepared_at = "prepared", row.prepared_at or step.now
    return {
        "reply_number": row.outgoing_number,
        "reply_prepared_at": row.prepared_at.astimezone(UTC).isoformat(),
        "reply_language": row.language,
    }


@service_task(
    "replies.send",
    kind="record",
    label=Text("Жіберілгенін белгілеу", "Отметить отправку", "Mark the dispatch"),
    sample={"reply_sent_at": "2025-06-11T05:00:00+00:00", "reply_method": "kazpost", "reply_outcome": "explained"},
)
def send(step: Step) -> Variables:
    """The reply is sent as its dispatch says: method, moment, employee (SKE-3.7). Raises `NotSentError`."""
    row = _own(step)
    sent = dispatch_of(step.session, row.id)
    if sent is None:
        raise NotSentError
    row.state, row.sent_at = "sent", sent.sent_at
    facts = {"reply": row.id, "number": row.outgoing_number, "method": sent.method, "barcode": sent.barcode}
    step.tell("reply_sent", facts, "")
    return {
        "reply_sent_at": sent.sent_at.astimezone(UTC).isoformat(),
        "reply_method": sent.method,
        "reply_outcome": row.outcome or "",
    }


def _own(step: Step) -> Reply:
    row = newest_reply(step.session, step.case_id or 0, source=OWN)
    if row is None:
        raise LookupError("the case has no reply of the office's own")
    return row
