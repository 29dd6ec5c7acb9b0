"""Service tasks that write letters: to the applicant, to state bodies."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.domain.texts import LANGUAGES, Text
from app.handlers.registry import Step, Variables, service_task
from app.models import (
    Applicant,
    Assignment,
    BodyLink,
    BodyPosition,
    Case,
    CentralRequest,
    Document,
    File,
    Letter,
    Office,
    StateBody,
)
from app.records.body_links import MARK, issue, item_of
from app.records.bookings import active_booking
from app.records.calendar_files import stored_appointment
from app.records.facts import case_facts
from app.records.letters import Desk, Recipient, applicant_of, write
from app.records.visit_links import link_of_case, links_given, mark_of

WITHDRAWN: Final = "withdrawn"
ABOUT_APPOINTMENT: Final = ("appointment", "schedule_changed", "reminder", WITHDRAWN)


@service_task(
    "letters.notify_applicant",
    kind="record",
    label=Text("Өтініш берушіге хат жіберу", "Известить заявителя", "Notify the applicant"),
    sample={"letters_written": [1]},
)
def notify_applicant(step: Step, *, template: str, document: str = "") -> Variables:
    """Write the applicant the letter `template` in the language of the case, by the way she asked for when the request
    was recorded, else by e-mail and SMS as she can be reached, else by post.

    The newest PDF of the kind `document` goes with it, and with letters about her appointment its calendar file and
    her link to it. The letter is in the journal and on its way when the step is done, or waits among the notices that
    the coordinator sends or says; KST-S04.2, KST-S07.2, KST-BOOK-3, KST-S02.1, KRG-5, KRG-31, KRG-32.
    """
    case = step.session.get_one(Case, step.case_id)
    applicant = step.session.get_one(Applicant, case.applicant_id)
    facts = case_facts(step.session, case.id, applicant.language, step.now)
    recipient = applicant_of(step.session, case.id, applicant)
    papers, files = _made(step, document, recipient), list[int]()
    booking = active_booking(step.session, case.id)
    if booking is not None and template in ABOUT_APPOINTMENT:
        if "email" in recipient.channels(papers=bool(papers)):
            files.append(stored_appointment(step.session, booking, now=step.now, cancelled=template == WITHDRAWN))
        if template != WITHDRAWN and links_given(step.session, step.office_id):
            facts["link"] = mark_of(link_of_case(step.session, case.id, step.now))
    return _sent(write(desk_of(step), template, recipient, {applicant.language: facts}, files=files, papers=papers))


@service_task(
    "letters.notify_bodies",
    kind="record",
    label=Text("Мемлекеттік органдарға хат жіберу", "Известить государственные органы", "Notify state bodies"),
    sample={"letters_written": [1]},
)
def notify_bodies(
    step: Step,
    *,
    template: str,
    bodies: Sequence[Any] = (),
    positions: Sequence[Mapping[str, Any]] = (),
    position_due_at: str = "",
    document: str = "",
) -> Variables:
    """Write state bodies the letter `template` in Kazakh and Russian: the bodies given, those of `positions`,
    or else those that this case has given assignments to, before that those invited.

    `position_due_at` is when an answer is due that is no position. The newest PDFs of the kind `document` go with the
    letter; KST-S02.2, KST-S05.1, KST-S06.2, KST-S11.2.
    """
    answer_due = moment_at(step, position_due_at) if position_due_at else None
    written: list[Letter] = []
    for body, position in _addressees(step, bodies, positions):
        facts = asked_facts(step, position, body, answer_due)
        written += write_body(
            step, template, body, facts, document=document, link=link_for(step, template, body, position)
        )
    return _sent(written)


def asked_facts(
    step: Step, position: BodyPosition | None, body: StateBody, answer_due: datetime | None = None
) -> dict[str, dict[str, Any]]:
    """The facts of the case with what this body is asked, by language (kk and ru)."""
    return {
        language: {
            **case_facts(step.session, step.case_id or 0, language, step.now, instance_id=step.instance_id),
            **_asked(step, position, body, language, answer_due),
        }
        for language in LANGUAGES[:2]
    }


def link_for(step: Step, template: str, body: StateBody, row: BodyPosition | CentralRequest | None) -> BodyLink | None:
    """The body's link to the task about `row`, where the letter has a place for it and an answer is awaited."""
    if (
        row is None
        or not body.email
        or not any("{{link}}" in step.letters.get(f"{template}.{each}", "") for each in LANGUAGES)
    ):
        return None
    due, answered = (row.due_at, row.submitted_at) if isinstance(row, BodyPosition) else (None, row.answered_at)
    if answered is not None or step.case_id is None:
        return None
    return issue(
        step.session,
        office_id=step.office_id,
        case_id=step.case_id,
        body_id=body.id,
        item=item_of(row),
        due_at=due,
        now=step.now,
        by=step.by,
    )


def write_body(
    step: Step,
    template: str,
    body: StateBody,
    facts: Mapping[str, Mapping[str, Any]],
    *,
    document: str = "",
    link: BodyLink | None = None,
) -> list[Letter]:
    """Write a state body in its language; the letter carries `link` where its template says `{{link}}`."""
    told = {language: {**each, "link": MARK if link else ""} for language, each in facts.items()}
    recipient = Recipient(body.name_ru, body.email, None, body.language)
    files = _made(step, document, recipient)
    return write(desk_of(step), template, recipient, told, files=files, link_id=link.id if link else None)


def desk_of(step: Step) -> Desk:
    """The desk of a step's letters."""
    return Desk(step.session, step.office_id, step.case_id, step.instance_id, step.element, step.letters, step.now)


def _made(step: Step, kind: str, recipient: Recipient) -> list[int]:
    """The newest PDF of a kind of document in each language of the recipient."""
    if not kind:
        return []
    made = step.session.execute(
        select(Document.language, Document.file_id)
        .join(File, File.id == Document.file_id)
        .where(Document.case_id == step.case_id, Document.kind == kind, File.media_type == "application/pdf")
        .order_by(Document.id)
    )
    newest: dict[str | None, int] = {row.language: row.file_id for row in made}
    return [newest[language] for language in recipient.language.split("+") if language in newest]


def _addressees(
    step: Step, bodies: Sequence[Any], positions: Sequence[Mapping[str, Any]]
) -> list[tuple[StateBody, BodyPosition | None]]:
    if positions:
        rows = [step.own(BodyPosition, each["position_id"]) for each in positions]
        return [(step.session.get_one(StateBody, row.body_id), row) for row in rows]
    wanted = [int(each) for each in bodies] or _executors(step) or _invited(step)
    found = step.session.scalars(
        select(StateBody).where(StateBody.id.in_(wanted), StateBody.office_id == step.office_id).order_by(StateBody.id)
    )
    return [(body, _position_of(step, body)) for body in found]


def _executors(step: Step) -> list[int]:
    rows = step.session.scalars(select(Assignment.body_id).where(Assignment.case_id == step.case_id))
    return sorted(set(rows))


def _invited(step: Step) -> list[int]:
    rows = step.session.scalars(select(BodyPosition.body_id).where(BodyPosition.case_id == step.case_id))
    return sorted(set(rows))


def _position_of(step: Step, body: StateBody) -> BodyPosition | None:
    return step.session.scalars(
        select(BodyPosition)
        .where(BodyPosition.case_id == step.case_id, BodyPosition.body_id == body.id)
        .order_by(BodyPosition.round.desc())
        .limit(1)
    ).first()


def _asked(
    step: Step, position: BodyPosition | None, body: StateBody, language: str, answer_due: datetime | None
) -> dict[str, Any]:
    if position is not None:
        answer_due = None if position.submitted_at else position.due_at
    return {
        "body": {"name": getattr(body, f"name_{language}"), "head": body.head},
        "position_due": f"{answer_due.astimezone(zone_of(step)):%d.%m.%Y, %H:%M}" if answer_due else "",
        "remarks": (position.remarks or "") if position else "",
    }


def _sent(letters: Sequence[Letter]) -> Variables:
    return {"letters_written": [letter.id for letter in letters]}


def moment_at(step: Step, value: str) -> datetime:
    """A moment of the process (ISO); without a zone it is on the office's clock."""
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone_of(step))


def zone_of(step: Step) -> ZoneInfo:
    """The zone of the step's office."""
    return ZoneInfo(step.session.get_one(Office, step.office_id).zone)
