"""Service tasks on our own records: registration, journal, positions, protocol, archive, escalation."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.domain.deadlines import compute
from app.domain.texts import Text
from app.domain.working_time import add_working_time
from app.handlers.letters import WITHDRAWN, desk_of, moment_at, notify_applicant, zone_of
from app.handlers.registry import Step, Variables, service_task
from app.models import (
    Applicant,
    Assignment,
    BodyPosition,
    Case,
    DeadlineRule,
    Office,
    Person,
    ReceptionDay,
    ReceptionRequest,
    Slot,
    StateBody,
    role_held,
)
from app.records.bookings import active_booking, end_booking
from app.records.facts import case_facts
from app.records.letters import Recipient, write
from app.records.numbers import enter
from app.records.positions import open_round
from app.records.substitutes import in_whose_hands
from app.records.terms import Terms, office_calendar, rule_on


@service_task(
    "records.register_request",
    kind="record",
    label=Text("Өтінішті тіркеу", "Зарегистрировать заявку", "Register the request"),
    sample={
        "registered_at": "2026-11-16T10:00:00+05:00",
        "received_at": "2026-11-16T10:00:00+05:00",
        "language": "ru",
    },
)
def register_request(step: Step) -> Variables:
    """Give the request its number in R-EDMS and the case its own; the clock of the terms starts now (PR-02)."""
    case = step.session.get_one(Case, step.case_id)
    request = step.session.get_one(ReceptionRequest, case.id)
    applicant = step.session.get_one(Applicant, case.applicant_id)
    request.registered_at = step.now
    entry = enter(
        step.session,
        office_id=step.office_id,
        register="R-EDMS",
        now=step.now,
        case_id=case.id,
        facts={"kind": case.kind, "channel": request.channel},
        by=step.by,
    )
    case.number = entry.label
    return {
        "registered_at": step.now.isoformat(),
        "received_at": request.received_at.astimezone(UTC).isoformat(),
        "language": applicant.language,
    }


@service_task(
    "records.enter_in_journal",
    kind="record",
    label=Text("Журналға енгізу", "Внести в журнал приёма", "Enter in the reception journal"),
    sample={"reception_at": "2026-11-27T10:00:00+05:00", "reception_day_id": 1, "official_id": 1},
)
def enter_in_journal(step: Step) -> Variables:
    """Enter the appointment in the electronic journal of persons to be received, R-RECEPTION (KST-S04.1)."""
    booking = active_booking(step.session, step.case_id or 0)
    if booking is None:
        raise ValueError("the case has no appointment")
    slot = step.session.get_one(Slot, booking.slot_id)
    day = step.session.get_one(ReceptionDay, slot.day_id)
    enter(
        step.session,
        office_id=step.office_id,
        register="R-RECEPTION",
        now=step.now,
        case_id=step.case_id,
        facts={"booking": booking.id, "reception_at": slot.starts_at.astimezone(UTC).isoformat()},
        by=step.by,
    )
    return {
        "reception_at": slot.starts_at.astimezone(UTC).isoformat(),
        "reception_day_id": str(day.id),
        "official_id": str(day.official_id),
    }


@service_task(
    "records.open_positions",
    kind="record",
    label=Text("Ұстанымдарды күтуді ашу", "Открыть позиции органов", "Open the bodies' positions"),
    sample={"positions": [], "position_refused": False},
)
def open_positions(step: Step, *, bodies: Sequence[Any], position_due_at: str, demanded: bool = False) -> Variables:
    """A position to wait for from each invited body, due when the invitation says (KST-S05.1, KST-S05.2).

    `demanded`: the Department demands materials of them, which some may not refuse (KRG-33). A case that is prepared
    again asks again: the body's next round.
    """
    due = moment_at(step, position_due_at)
    rounds = {row.body_id: row.round for row in open_round(step.session, step.case_id or 0)}
    rows = [_position(step, int(body), due, round_=rounds.get(int(body), 0) + 1) for body in bodies]
    return _as_variables(step, rows, due, demanded=demanded)


@service_task(
    "records.return_positions",
    kind="record",
    label=Text("Материалдарды қайтару", "Вернуть материалы органам", "Return the materials to the bodies"),
    sample={"positions": [], "position_refused": False},
)
def return_positions(step: Step, *, poor_positions: Sequence[Any]) -> Variables:
    """Ask the bodies whose materials were poor again (KST-S06.2).

    The source names no term for this: one working day, or what the invitation named if that is later (inferred).
    """
    poor = {int(each) for each in poor_positions}
    returned = [row for row in open_round(step.session, step.case_id or 0) if row.id in poor]
    calendar = office_calendar(step.session, step.office_id)
    due = max([compute("1 working day after event", step.now, calendar).due, *(row.due_at for row in returned)])
    rows = []
    for row in returned:
        again = _position(step, row.body_id, due, round_=row.round + 1)
        again.remarks = row.remarks
        rows.append(again)
    return _as_variables(step, rows, due, demanded=True)


def _position(step: Step, body_id: int, due: datetime, *, round_: int) -> BodyPosition:
    row = BodyPosition(
        office_id=step.office_id, case_id=step.case_id, body_id=body_id, asked_at=step.now, due_at=due, round=round_
    )
    step.session.add(row)
    step.session.flush()
    return row


def _as_variables(step: Step, rows: Sequence[BodyPosition], due: datetime, *, demanded: bool) -> Variables:
    """The positions with what their forms need to know of the body's kind (KRG-33).

    `mandatory`: it may refuse nothing; `materials_mandatory`: it may refuse to take part, but not the materials.
    """
    reception = step.session.get_one(Office, step.office_id).settings.get("reception", {})
    bound, gives = reception.get("mandatory_kinds", []), reception.get("materials_kinds", []) if demanded else []
    kinds = {row.id: step.session.get_one(StateBody, row.body_id).kind for row in rows}
    return {
        "positions": [
            {
                "position_id": row.id,
                "body_id": row.body_id,
                "round": row.round,
                **({"mandatory": True} if kinds[row.id] in bound else {}),
                **({"materials_mandatory": True} if kinds[row.id] in gives else {}),
            }
            for row in rows
        ],
        "position_due_at": due.astimezone(UTC).isoformat(),
        "position_refused": False,
    }


@service_task(
    "records.register_protocol",
    kind="record",
    label=Text("Хаттаманы тіркеу", "Зарегистрировать протокол", "Register the protocol"),
    sample={"has_assignments": "no", "assignments_due_at": "", "assignment_ids": []},
)
def register_protocol(step: Step) -> Variables:
    """Give the protocol its number and bring its assignments under control, R-PROTOCOL (KST-S11.1, KRG-25).

    `assignment_ids` are those of this protocol: each is controlled by a process of its own.
    """
    entry = enter(
        step.session,
        office_id=step.office_id,
        register="R-PROTOCOL",
        now=step.now,
        case_id=step.case_id,
        by=step.by,
    )
    request = step.session.get_one(ReceptionRequest, step.case_id)
    today = step.now.astimezone(zone_of(step)).date()
    request.answers = {
        **request.answers,
        "protocol_number": entry.label,
        "protocol_date": f"{today:%d.%m.%Y}",
    }
    rows = step.session.scalars(
        select(Assignment).where(Assignment.case_id == step.case_id, Assignment.protocol.is_(None))
    ).all()
    for row in rows:
        row.protocol, row.state = entry.label, "under_control"
    step.session.flush()
    calendar = office_calendar(step.session, step.office_id)
    last = max((row.due_on for row in rows), default=None)
    return {
        "has_assignments": "yes" if rows else "no",
        "assignments_due_at": calendar.closing(last).astimezone(UTC).isoformat() if last else "",
        "assignment_ids": sorted(row.id for row in rows),
    }


@service_task(
    "records.archive_case",
    kind="record",
    label=Text("Мұрағатқа жазу", "Списать в архив", "Write off to the archive"),
)
def archive_case(step: Step) -> Variables:
    """Write the case off to the archive, R-ARCHIVE, with the decision and who agreed (KST-S13).

    Assignments that an earlier version of the diagram controlled in one task go off control with it.
    """
    request = step.session.get_one(ReceptionRequest, step.case_id)
    today = step.now.astimezone(zone_of(step)).date()
    for row in step.session.scalars(
        select(Assignment).where(
            Assignment.case_id == step.case_id, Assignment.instance_id.is_(None), Assignment.protocol.is_not(None)
        )
    ):
        row.state, row.off_control_on, row.off_control_by = "off_control", today, step.by
    enter(
        step.session,
        office_id=step.office_id,
        register="R-ARCHIVE",
        now=step.now,
        case_id=step.case_id,
        facts={"agreed_by": step.by, "decided": bool(request.answers.get("closing_decision"))},
        by=step.by,
    )
    return {}


@service_task(
    "records.close_case",
    kind="record",
    label=Text("Істі жабу", "Закрыть дело", "Close the case"),
)
def close_case(step: Step, *, outcome: str) -> Variables:
    """Close the case with its outcome: archived, refused, left_without_consideration, withdrawn, declined_booking,
    received_same_day.

    A place in a slot that is still ahead goes back to the schedule, and the applicant gets the letter `withdrawn` where
    the office has it; a reception that was missed stays marked so.
    """
    case = step.session.get_one(Case, step.case_id)
    case.status, case.closed_at = outcome, step.now
    booking = active_booking(step.session, case.id)
    if booking is not None and booking.status in ("booked", "confirmed"):
        if f"{WITHDRAWN}.kk" in step.letters:
            notify_applicant(step, template=WITHDRAWN)
        end_booking(step.session, case.id, status="withdrawn", now=step.now)
    return {}


@service_task(
    "records.escalate",
    kind="record",
    label=Text("Мерзімнің өткенін хабарлау", "Сообщить о просрочке", "Escalate a missed term"),
)
def escalate(step: Step, *, rule: str, role: str, due: str = "") -> Variables:
    """Tell everybody in `role` that the term `rule`, due at `due`, has passed on this case.

    In their language, delivered within office hours; whoever stands for one of them who is away is told, too.
    """
    case = step.session.get_one(Case, step.case_id)
    row = rule_on(step.session, step.office_id, rule, step.now)
    passed = moment_at(step, due).astimezone(zone_of(step)) if due else step.now.astimezone(zone_of(step))
    when = within_office_hours(step)
    for person in with_substitutes(step, holders(step, role)):
        language = _written(person.language)
        facts = {
            **case_facts(step.session, case.id, language, step.now),
            "person": {"full_name": person.full_name},
            "task": {"name": _name(row, language), "due": f"{passed:%d.%m.%Y, %H:%M}"},
        }
        recipient = Recipient(person.full_name, person.email, None, language)
        write(desk_of(step), "escalation", recipient, {language: facts}, due_at=when)
    return {}


def _name(row: DeadlineRule, language: str) -> str:
    return str(getattr(row, f"name_{language}") or row.name_ru)


def _written(language: str) -> str:
    """Letters exist in Kazakh and Russian."""
    return language if language in ("kk", "ru") else "ru"


def holders(step: Step, role: str) -> Sequence[Person]:
    """Active people who hold a role in the office today, or "role@unit" in that unit."""
    today = step.now.astimezone(zone_of(step)).date()
    return step.session.scalars(
        select(Person)
        .join(role_held, role_held.c.person_id == Person.id)
        .where(
            role_held.c.office_id == step.office_id,
            role_held.c.role == role,
            role_held.c.valid_from <= today,
            (role_held.c.valid_to.is_(None)) | (role_held.c.valid_to >= today),
            Person.active,
        )
        .order_by(Person.id)
    ).all()


def with_substitutes(step: Step, people: Sequence[Person]) -> Sequence[Person]:
    """These people, and whoever does the tasks of those among them who are away."""
    hands = in_whose_hands(step.session, step.office_id, step.now)
    more = {hands[each.id] for each in people if each.id in hands} - {each.id for each in people}
    return [*people, *(step.session.get_one(Person, each) for each in sorted(more))]


def within_office_hours(step: Step) -> datetime:
    """Now, or the next start of office hours: mail to staff keeps quiet hours."""
    calendar = office_calendar(step.session, step.office_id)
    return add_working_time(step.now, 1, calendar) - timedelta(minutes=1)


@service_task(
    "records.look_at_appointment",
    kind="record",
    label=Text("Жазылуды қарау", "Посмотреть на запись", "Look at the appointment"),
    sample={"reception_at": "2026-11-27T10:00:00+05:00", "reminder_ahead": "yes"},
)
def look_at_appointment(step: Step, *, rule: str) -> Variables:
    """When the case is received, and in `reminder_ahead` whether the moment at which `rule` opens is still to come."""
    booking = active_booking(step.session, step.case_id) if step.case_id is not None else None
    if booking is None:
        return {"reception_at": "", "reminder_ahead": "no"}
    at = step.session.get_one(Slot, booking.slot_id).starts_at.astimezone(UTC).isoformat()
    opens = datetime.fromisoformat(Terms(step.session, step.office_id).opens(rule, at))
    return {"reception_at": at, "reminder_ahead": "yes" if opens > step.now else "no"}
