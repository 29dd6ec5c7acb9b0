"""Service tasks of the journal of incoming documents: intake, number, slip, resolution, signatures (SK-01 … SK-09)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from app.domain.names import sort_key
from app.domain.texts import Text
from app.handlers.letters import moment_at
from app.handlers.registry import Step, Variables, service_task
from app.models import Appeal, Applicant, Case, IncomingDocument, Office
from app.records import appeals
from app.records import incoming_documents as incoming
from app.records.group import Group, group_of
from app.records.numbers import enter
from app.records.terms import Terms, keep_term

_SAID: Final = frozenset({"kind", "applicant_kind", "full_name", "organisation", "text"})
"""What a message says of the document itself; of a scan by e-mail the clerk does, when she registers it."""


@service_task(
    "incoming.take_in",
    kind="record",
    label=Text("Тұтынушы құжатын қабылдау", "Принять документ потребителя", "Take in a consumer's document"),
    sample={
        "source": "written",
        "received_at": "2025-06-02T05:00:00+00:00",
        "clerk_id": 1,
        "clerk_group": "ske_clerk@sbyt",
        "branch_head_id": 1,
        "pr_id": 1,
        "feedback": {},
    },
)
def take_in(step: Step, *, source: str, feedback: Mapping[str, Any] | None = None) -> Variables:
    """Begin the document that came by a source of the office, in the company of whoever took it (SKE-1.1, SKE-1.9).

    What a message has brought in `feedback` (kind, full_name, organisation, iin, address, phone, email, text, language,
    external_number, made_at, company; `branch` of a scan that came by e-mail) goes into the records, and nothing of it
    stays in the process. A document that its branch has begun here already stays as it is (SKE-1.10).
    """
    given, group = dict(feedback or {}), group_of(step.session, step.office_id)
    known = step.session.get(IncomingDocument, step.case_id)
    row, document = (
        (step.session.get_one(Appeal, known.case_id), known) if known else _begin(step, group, source, given)
    )
    return {
        "source": row.source,
        "received_at": row.received_at.astimezone(UTC).isoformat(),
        "clerk_id": _registrar(group, document.company, step.now),
        "clerk_group": group.registrars(document.company, step.now),
        "branch_head_id": _branch_head(group, row, document, step.now),
        "pr_id": group.person_in("ske_pr", document.company, step.now),
        "feedback": {},
    }


def _begin(step: Step, group: Group, source: str, given: Mapping[str, Any]) -> tuple[Appeal, IncomingDocument]:
    units = group.units_of(step.by, step.now) if step.by is not None else [str(given.get("branch") or "")]
    branch = next((unit for unit in units if group.branch(unit) is not None), None)
    row = appeals.take_in(
        step.session,
        office_id=step.office_id,
        case_id=step.case_id or 0,
        source=source,
        external_number=str(given.get("external_number") or given.get("number") or ""),
        now=moment_at(step, str(given["made_at"])) if given.get("made_at") else step.now,
    )
    appeals.accept(step.session, row, now=step.now, by=step.by)
    document = IncomingDocument(
        case_id=row.case_id, office_id=step.office_id, company=_company(group, source, units, given), branch=branch
    )
    step.session.add(document)
    step.session.flush()
    if given.keys() & _SAID:
        _fill(step, row, document, given)
    _number_entry(step, row)
    return row, document


def _branch_head(group: Group, row: Appeal, document: IncomingDocument, now: datetime) -> int | None:
    """Who accepted the document in its branch; of one that came by e-mail the head of the branch."""
    if document.branch is None:
        return None
    heads = (group.person_in(role, document.branch, now) for role in ("ske_branch_head", "ske_service_centre_head"))
    return row.accepted_by or next(filter(None, heads), None)


def _number_entry(step: Step, row: Appeal) -> None:
    """What goes by section 2 has a number of its own, R-SKE-BOOK for an entry of the book (SKE-2.1)."""
    register = appeals.source_settings(step.session.get_one(Office, step.office_id), row.source).get("register")
    if register:
        facts = {"made_at": row.received_at.astimezone(UTC).isoformat()}
        entry = enter(
            step.session,
            office_id=step.office_id,
            register=register,
            now=step.now,
            case_id=row.case_id,
            facts=facts,
            by=step.by,
        )
        step.session.get_one(Case, row.case_id).number = entry.label


def _company(group: Group, source: str, units: list[str], given: Mapping[str, Any]) -> str:
    """Where a document belongs: its source says, else it was addressed so, else whoever took it works there."""
    sources = group.office.settings["appeal"]["sources"]
    fixed = next((each.get("subsidiary") for each in sources if each["code"] == source), None)
    codes = [each["code"] for each in group.companies]
    asked = given.get("company") if given.get("company") in codes else None
    hers = next((found for unit in units if (found := group.company_of(unit))), None)
    return str(fixed or asked or hers or codes[0])


def _registrar(group: Group, company: str, now: datetime) -> int | None:
    """Whom letters to those who register for a company reach (SKE-1.9)."""
    return group.person_in(str(group.company(company)["office"]), company, now)


def _fill(step: Step, row: Appeal, document: IncomingDocument, given: Mapping[str, Any]) -> None:
    """What came electronically, as its sender has written it; who filed on the portal is in the records already."""
    case = step.session.get_one(Case, row.case_id)
    known = step.session.get(Applicant, case.applicant_id) if case.applicant_id else None
    applicant = known or _sender(step, case, given)
    household = applicant.kind != "legal_entity"
    document.kind = str(given["kind"]) if given.get("kind") else None
    document.consumer_group = incoming.HOUSEHOLD if household else "nonhousehold"
    row.substance = row.substance or str(given.get("text") or "")
    case.subject = row.substance[:300]


def _sender(step: Step, case: Case, given: Mapping[str, Any]) -> Applicant:
    """Who has sent it, by the fields of the message."""
    household = given.get("applicant_kind", "person") == "person"
    name = str(given.get("full_name") or "") if household else str(given.get("organisation") or given.get("full_name"))
    applicant = Applicant(
        office_id=step.office_id,
        kind="person" if household else "legal_entity",
        full_name=name,
        sort_key=sort_key(name),
        language=case.language,
        **{key: str(given.get(key) or "") or None for key in ("iin", "address", "phone", "email")},
    )
    step.session.add(applicant)
    step.session.flush()
    case.applicant_id = applicant.id
    return applicant


@service_task(
    "incoming.register",
    kind="record",
    label=Text("Кіріс құжаттар журналына тіркеу", "Зарегистрировать входящий", "Register in the journal"),
    sample={
        "incoming_number": "1-С/2025",
        "registered_at": "2025-06-02T05:00:00+00:00",
        "annex": "annex_2",
        "copied": "no",
        "clerk_id": 1,
        "clerk_group": "ske_clerk@sbyt",
        "manager_id": 1,
        "pr_id": 1,
    },
)
def register(step: Step) -> Variables:
    """Give the document the next number of its company's journal, R-SKE-IN, with its date and kind (SKE-1.3, SKE-1.10).

    `copied` is "yes" for a complaint or claim of the company that sends copies to public relations (BR-30); `annex` is
    the form that its kind has (BR-39). Who goes on with it works in that company.
    """
    row, group = incoming.document_of(step.session, step.case_id), group_of(step.session, step.office_id)
    company = group.company(row.company)
    if row.number is None:
        entry = enter(
            step.session,
            office_id=step.office_id,
            register=str(company["register"]),
            now=step.now,
            case_id=row.case_id,
            facts={"kind": row.kind, "signed": row.signed},
            by=step.by,
        )
        row.number, row.registered_at, row.registered_by = entry.label, step.now, step.by
        step.session.get_one(Case, row.case_id).number = entry.label
    kind = incoming.kind_settings(group.office, row.kind)
    return {
        "incoming_number": row.number,
        "registered_at": (row.registered_at or step.now).astimezone(UTC).isoformat(),
        "annex": f"annex_{kind['annex']}",
        "copied": "yes" if company.get("book") and kind.get("annex") == 2 else "no",
        "clerk_id": _registrar(group, row.company, step.now),
        "clerk_group": group.registrars(row.company, step.now),
        "manager_id": group.person_in("ske_management", row.company, step.now),
        "pr_id": group.person_in("ske_pr", row.company, step.now),
    }


@service_task(
    "incoming.issue_slip",
    kind="record",
    label=Text("Талон беру", "Выдать талон", "Issue the slip"),
    sample={},
)
def issue_slip(step: Step) -> Variables:
    """Note that the consumer gets a slip with incoming number and date, R-TALON (SKE-1.4, BR-37)."""
    row = incoming.document_of(step.session, step.case_id)
    enter(
        step.session,
        office_id=step.office_id,
        register="R-TALON",
        now=step.now,
        case_id=row.case_id,
        facts={"incoming": row.number},
        by=step.by,
    )
    step.session.get_one(Appeal, row.case_id).talon = row.number
    return {}


@service_task(
    "incoming.take_resolution",
    kind="record",
    label=Text("Бұрыштаманы журналға жазу", "Внести резолюцию в журнал", "Enter the resolution in the journal"),
    sample={
        "executors": [1],
        "executor_id": 1,
        "reply_due": "2025-06-20T13:00:00+00:00",
        "resolution_day": "2025-06-20T07:00:00+00:00",
        "unit_head_id": 1,
        "to_branch": "no",
    },
)
def take_resolution(step: Step) -> Variables:
    """The resolution stands in the journal: executors in their order, the first controls, and the due day (SKE-1.6).

    `to_branch` is "yes" where the document came from a branch and the first executor works in one (SKE-1.11, SKE-2.10).
    """
    row, group = incoming.document_of(step.session, step.case_id), group_of(step.session, step.office_id)
    if row.due_on is None or not row.executors:
        raise ValueError("the document has no resolution")
    first = row.executors[0]
    outside = any(group.branch(unit) is not None for unit in group.units_of(first, step.now))
    anchor = incoming.closing_of(step.office_id, row.due_on)
    _, term = Terms(step.session, step.office_id).term("resolution.due", anchor)
    return {
        "executors": list(row.executors),
        "executor_id": first,
        "reply_due": keep_term(step.session, step.case_id, term),
        "resolution_day": anchor,
        "unit_head_id": group.person_in("ske_unit_head", row.company, step.now),
        "to_branch": "yes" if row.branch and outside else "no",
    }


@service_task(
    "incoming.record_signature",
    kind="record",
    label=Text("Қолтаңбаны журналға жазу", "Записать роспись в журнал", "Record the signature"),
    sample={},
)
def record_signature(step: Step, *, what: str, paper: str, receiver: object) -> Variables:
    """Write into the journal who got the `paper` (original or copy) under signature and when (BR-31).

    `what`: resolution, original, pr_copy, executor_copy or branch_copy; SKE-1.6, SKE-1.8, SKE-1.13, SKE-2.8, SKE-2.12.
    """
    row = incoming.document_of(step.session, step.case_id)
    incoming.hand_over(step.session, row, what=what, paper=paper, to=int(str(receiver)), now=step.now, by=step.by)
    return {}


@service_task(
    "incoming.look_at_visit",
    kind="record",
    label=Text(
        "Филиал бастығының келетін күнін қарау", "Узнать день приезда", "Look when the head of the branch comes"
    ),
    sample={"visit_at": "2025-06-12T07:00:00+00:00"},
)
def look_at_visit(step: Step) -> Variables:
    """When the head of the branch comes to the report meeting: as entered in the case, else the next known day.

    Nothing known: today, so that nobody forgets to ask (SKE-1.13, SKE-2.12).
    """
    row = incoming.document_of(step.session, step.case_id)
    today = appeals.today(step.office_id, step.now)
    day = row.visit_on or group_of(step.session, step.office_id).next_visit(row.branch, today) or today
    row.visit_on = day
    return {"visit_at": incoming.closing_of(step.office_id, day)}


@service_task(
    "monitoring.enter",
    kind="record",
    label=Text("Мониторинг базасына енгізу", "Внести в базу мониторинга", "Enter in the monitoring base"),
    sample={"monitoring_number": "1"},
)
def enter_in_base(step: Step, *, copied: bool = False) -> Variables:
    """Give the document the mark and the serial number of the base of its kind, R-SKE-MC or R-SKE-MR (SKE-2.4).

    `copied`: it is the copy of a complaint or claim that the office of Севказэнергосбыт passes on (SKE-1.7).
    """
    row = incoming.document_of(step.session, step.case_id)
    entry = incoming.monitor(step.session, row, copied=copied, now=step.now, by=step.by)
    return {"monitoring_number": entry.label if entry else ""}
