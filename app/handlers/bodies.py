"""Service tasks around state bodies: reminders, requests to central bodies, refusals to take part."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any, Final

from app.domain.errors import AutomationError
from app.domain.notices import BY_HAND
from app.domain.texts import Text
from app.handlers.letters import asked_facts, desk_of, link_for, moment_at, write_body
from app.handlers.registry import Step, Variables, service_task
from app.models import Applicant, BodyPosition, Case, CentralRequest, ReceptionRequest, StateBody
from app.records.facts import case_facts
from app.records.letters import Recipient, applicant_of, write
from app.records.numbers import enter
from app.records.positions import open_round

REGISTER: Final = "R-CENTRAL"


class NoBodyError(AutomationError):
    """The case names no body to write to."""

    status = 422
    message = Text(
        kk="Істе қай органға жазу керегі көрсетілмеген.",
        ru="В деле не указано, какому органу писать.",
        en="The case does not say which body to write to.",
    )


@service_task(
    "bodies.remind",
    kind="record",
    label=Text("Органдарға мерзімді еске салу", "Напомнить органам о сроке", "Remind the bodies of the term"),
)
def remind(step: Step, *, template: str = "position_reminder", since: str = "") -> Variables:
    """Remind every body whose position has not come, with its link (KST-S05.2).

    Bodies that were asked at or after `since` (the moment at which the reminder was to go) have just been written to
    and are passed over.
    """
    moment = moment_at(step, since) if since else step.now
    for row in open_round(step.session, step.case_id or 0):
        if row.submitted_at is None and row.asked_at < moment:
            body = step.session.get_one(StateBody, row.body_id)
            facts = asked_facts(step, row, body)
            write_body(step, template, body, facts, link=link_for(step, template, body, row))
    return {}


@service_task(
    "bodies.register_central_request",
    kind="record",
    label=Text("Орталық органға сұранысты тіркеу", "Внести запрос в реестр", "Register the request to a central body"),
    sample={"central_request": {"central_request_id": 1, "body_id": 1}},
)
def register_central_request(step: Step) -> Variables:
    """Enter the request to the central body that the case names in R-CENTRAL (KRG-20)."""
    request = step.session.get_one(ReceptionRequest, step.case_id)
    body = _body(step, request.answers.get("central_body"))
    entry = enter(
        step.session,
        office_id=step.office_id,
        register=REGISTER,
        now=step.now,
        case_id=step.case_id,
        facts={"kind": "request", "body": body.id},
        by=step.by,
    )
    row = CentralRequest(
        office_id=step.office_id,
        case_id=step.case_id,
        body_id=body.id,
        number=entry.label,
        question=str(request.answers.get("central_question") or request.substance),
        sent_at=step.now,
    )
    step.session.add(row)
    step.session.flush()
    return {"central_request": {"central_request_id": row.id, "body_id": body.id}}


def _body(step: Step, chosen: object) -> StateBody:
    body = step.session.get(StateBody, int(str(chosen))) if str(chosen or "").isdigit() else None
    if body is None or body.office_id != step.office_id:
        raise NoBodyError
    return body


@service_task(
    "bodies.send_central_request",
    kind="record",
    label=Text("Орталық органға сұраныс жіберу", "Направить запрос центральному органу", "Send the request"),
    sample={"central_sent_at": "2026-11-16T10:00:00+05:00"},
)
def send_central_request(step: Step, *, central_request: Mapping[str, Any]) -> Variables:
    """Write the first head of the central body, with the document and the body's link; the term of the applicant's
    notice runs from here (KRG-20, KRG-21).
    """
    row = step.own(CentralRequest, central_request["central_request_id"])
    body = step.session.get_one(StateBody, row.body_id)
    row.sent_at = step.now
    facts = asked_facts(step, None, body)
    for told in facts.values():
        told["request"] = {**told["request"], "substance": row.question}
    link = link_for(step, "central_request", body, row)
    write_body(step, "central_request", body, facts, document="central_request", link=link)
    return {"central_sent_at": step.now.astimezone(UTC).isoformat()}


@service_task(
    "bodies.tell_of_central_request",
    kind="record",
    label=Text(
        "Сұраныс пен ұзартуды хабарлау", "Сообщить о запросе и продлении", "Tell of the request and the extension"
    ),
    sample={"applicant_reached": "yes"},
)
def tell_of_central_request(step: Step, *, template: str = "central_notice") -> Variables:
    """Tell the applicant of the request and that the consideration is prolonged (KRG-21).

    `applicant_reached` is "no" when there is neither e-mail nor telephone, or she asked to be called or written to on
    paper: then somebody must tell her.
    """
    case = step.session.get_one(Case, step.case_id)
    applicant = step.session.get_one(Applicant, case.applicant_id)
    facts = {applicant.language: case_facts(step.session, case.id, applicant.language, step.now)}
    recipient = applicant_of(step.session, case.id, applicant)
    if set(recipient.channels()) & set(BY_HAND):
        recipient = Recipient(recipient.name, None, None, recipient.language)  # by the task that follows
    written = write(desk_of(step), template, recipient, facts)
    return {"applicant_reached": "yes" if any(each.channel != "post" for each in written) else "no"}


@service_task(
    "bodies.take_refusal",
    kind="record",
    label=Text("Қатысудан бас тартуды есепке алу", "Учесть отказ от участия", "Take a refusal to take part"),
    sample={"refused_at": "2026-11-16T10:00:00+05:00"},
)
def take_refusal(
    step: Step, *, central_request: Mapping[str, Any] | None = None, position_id: int | None = None
) -> Variables:
    """Keep who refused, when and why, for the report; its term runs from the receipt of the refusal (KRG-22).

    The refusal is that of a central body's request, or of a body invited to the reception.
    """
    row: CentralRequest | BodyPosition
    if central_request is not None:
        row = step.own(CentralRequest, central_request["central_request_id"])
        refused_at = row.answered_at or step.now
    elif position_id is not None:
        row = step.own(BodyPosition, position_id)
        refused_at = row.refused_at or step.now
        row.refusal_told_at = step.now
    else:
        raise NoBodyError
    if row.case_id != step.case_id:
        raise NoBodyError
    refusal = {"body": row.body_id, "at": refused_at.astimezone(UTC).isoformat(), "reason": row.refusal_reason or ""}
    request = step.session.get_one(ReceptionRequest, step.case_id, with_for_update=True)
    known = dict(request.answers.get("refusals") or {})
    request.answers = {**request.answers, "refusals": {**known, str(step.instance_id): refusal}}
    return {"refused_at": refusal["at"]}


@service_task(
    "bodies.register_refusal",
    kind="record",
    label=Text("Бас тартуды тіркеу", "Внести отказ в реестр", "Register a refusal"),
)
def register_refusal(step: Step) -> Variables:
    """Enter the refusal of this process in R-CENTRAL (KRG-22)."""
    refusal = _refusal(step)
    enter(
        step.session,
        office_id=step.office_id,
        register=REGISTER,
        now=step.now,
        case_id=step.case_id,
        facts={"kind": "refusal", "body": refusal["body"], "refused_at": refusal["at"]},
        by=step.by,
    )
    return {}


def _refusal(step: Step) -> Mapping[str, Any]:
    request = step.session.get_one(ReceptionRequest, step.case_id)
    found: Mapping[str, Any] = request.answers["refusals"][str(step.instance_id)]
    return found


@service_task(
    "bodies.send_refusal_report",
    kind="record",
    label=Text("Бас тарту туралы ақпарат жіберу", "Сообщить об отказе", "Report a refusal"),
)
def send_refusal_report(step: Step) -> Variables:
    """Send the report on the refusal, with its document, to the addressee chosen in the form (KRG-22)."""
    request = step.session.get_one(ReceptionRequest, step.case_id)
    body = _body(step, request.answers.get("refusal_addressee"))
    write_body(step, "refusal_report", body, asked_facts(step, None, body), document="refusal_report")
    return {}
