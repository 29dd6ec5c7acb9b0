"""What a bulk act would do with each of the chosen requests, and what one has done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.templates import render_letter
from app.domain.texts import Text
from app.models import Applicant, BulkAction, Case, ReceptionRequest, role_held
from app.models.database import reading
from app.queries.reception_rows import CaseRows, case_rows
from app.records.bundles import unpack
from app.records.facts import case_facts
from app.records.letters import Recipient, applicant_of
from app.records.zones import today_of

ACTS: Final = ("notify", "invite", "chase", "print", "reassign")
NOTICES: Final = ("appointment", "reminder", "notice")
MOST: Final = 200
NO_APPOINTMENT: Final = Text("Қабылдауға жазылмаған", "Не записан на приём", "Not booked")
ON_PAPER: Final = Text(
    "Хатты қағазбен жіберу керек",
    "Письмо нужно отправить на бумаге",
    "The letter goes on paper",
)
ALREADY_INVITED: Final = Text("Органдар шақырылып қойған", "Органы уже приглашены", "The bodies are invited already")
NO_BODIES: Final = Text(
    "Құзыретті органдар таңдалмаған: істің ішінде шақырыңыз",
    "Компетентные органы не указаны: пригласите из дела",
    "No competent bodies are named: invite from the case",
)
NOT_YET: Final = Text("Шақыру әлі күтілмейді", "Приглашать ещё рано", "Inviting does not wait yet")
NOTHING_AWAITED: Final = Text(
    "Бұл іс бойынша ұстаным күтілмейді", "По этому делу позиций не ждут", "No position is awaited in this case"
)
NO_TASKS: Final = Text("Ашық тапсырма жоқ", "Открытых задач нет", "No open task")

_VERSIONS: Final = text(
    """
    SELECT process_instance.id AS instance_id, process_instance.case_id, process_version.bundle
    FROM process_instance JOIN process_version ON process_version.id = process_instance.version_id
    WHERE process_instance.case_id = ANY(:cases) AND process_version.process_key = 'personal_reception'
      AND process_instance.status = 'running'
    ORDER BY process_instance.id
    """
)
_COLLEAGUES: Final = text(
    """
    SELECT person.id, person.full_name, person.sort_key FROM person
    WHERE person.office_id = :office AND person.active AND EXISTS (
        SELECT 1 FROM role_held WHERE role_held.person_id = person.id AND role_held.office_id = :office
          AND role = ANY(:roles) AND valid_from <= :today AND (valid_to IS NULL OR valid_to >= :today))
    ORDER BY person.sort_key, person.id
    """
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A chosen request: what the act would do (`channels`, `task`), or why it does nothing (`refusal`)."""

    case_id: int
    number: str | None
    applicant: str
    language: str
    starts_at: datetime | None
    channels: Sequence[str] = ()
    tasks: Sequence[int] = ()
    bodies: Sequence[str] = ()
    refusal: Text | None = None
    remark: Text | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen; `samples` are the letters as the first of the chosen would get them."""

    act: str
    rows: Sequence[Chosen]
    samples: Mapping[str, tuple[str, str, str]]
    colleagues: Sequence[tuple[int, str]]

    @property
    def willing(self) -> Sequence[Chosen]:
        """Those with whom something happens."""
        return [row for row in self.rows if row.refusal is None]


@dataclass(frozen=True, slots=True)
class Recent:
    """An act of hers that can still be taken back."""

    id: int
    act: str
    count: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Done:
    """A bulk act as its page shows it; `open` says that it can still be taken back."""

    id: int
    act: str
    made_by: int
    made_at: datetime
    until: datetime
    taken_back_at: datetime | None
    rows: Sequence[tuple[Chosen, Text | None]]
    count: int
    open: bool
    pack_id: int | None


def preview(office_id: str, act: str, case_ids: Iterable[int]) -> Preview:
    """What `act` would do with these requests of the office, one line each; nothing changes."""
    with reading() as session:
        return look(session, office_id, act, list(case_ids)[:MOST])


def look(session: Session, office_id: str, act: str, case_ids: Sequence[int]) -> Preview:
    """`preview` inside the caller's transaction."""
    cases = case_rows(session, office_id, case_ids)
    match act:
        case "notify":
            people = recipients(session, case_ids)
            rows = [_to_notify(case, people.get(case.case_id)) for case in cases]
        case "invite":
            bodies = _competent(session, case_ids)
            rows = [_to_invite(case, bodies.get(case.case_id, [])) for case in cases]
        case "chase":
            rows = [_to_chase(case) for case in cases]
        case "reassign":
            rows = [_to_reassign(case) for case in cases]
        case _:
            rows = [_line(case, refusal=None if case.starts_at else NO_APPOINTMENT) for case in cases]
    samples = _samples(session, [row for row in rows if row.refusal is None]) if act == "notify" else {}
    colleagues = _colleagues(session, office_id, cases) if act == "reassign" else []
    return Preview(act, rows, samples, colleagues)


def recent(person_id: int) -> list[Recent]:
    """What this person may still take back, the newest first."""
    now = clock.now()
    with reading() as session:
        rows = session.scalars(
            select(BulkAction)
            .where(BulkAction.made_by == person_id, BulkAction.undo_until > now, BulkAction.taken_back_at.is_(None))
            .order_by(BulkAction.id.desc())
            .limit(3)
        )
        return [Recent(row.id, row.act, row.facts["count"], row.undo_until) for row in rows]


def done(office_id: str, bulk_id: int) -> Done | None:
    """A bulk act of the office with what came of each request."""
    now = clock.now()
    with reading() as session:
        row = session.get(BulkAction, bulk_id)
        if row is None or row.office_id != office_id:
            return None
        told = {each["case"]: each for each in row.facts["cases"]}
        cases = case_rows(session, office_id, told)
    return Done(
        id=row.id,
        act=row.act,
        made_by=row.made_by,
        made_at=row.made_at,
        until=row.undo_until,
        taken_back_at=row.taken_back_at,
        rows=[(_line(case), _refusal(told[case.case_id])) for case in cases],
        count=row.facts["count"],
        open=row.taken_back_at is None and row.undo_until > now,
        pack_id=row.facts.get("pack"),
    )


def templates_of(session: Session, case_ids: Sequence[int]) -> dict[int, tuple[int, Mapping[str, str]]]:
    """The running instance of each case with its letters."""
    rows = session.execute(_VERSIONS, {"cases": list(case_ids)})
    return {row.case_id: (row.instance_id, unpack(row.bundle)["letters"]) for row in rows}


def _refusal(told: Mapping[str, Any]) -> Text | None:
    words = told.get("refusal")
    return Text(words["kk"], words["ru"], words.get("en", "")) if words else None


def _line(case: CaseRows, **more: Any) -> Chosen:
    return Chosen(case.case_id, case.number, case.applicant, case.language, case.starts_at, **more)


def _to_notify(case: CaseRows, recipient: Recipient | None) -> Chosen:
    if recipient is None or case.starts_at is None or case.booking_status not in ("booked", "confirmed"):
        return _line(case, refusal=NO_APPOINTMENT)
    channels = recipient.channels()
    return _line(case, channels=channels, remark=ON_PAPER if channels == ["post"] else None)


def _to_invite(case: CaseRows, bodies: Sequence[str]) -> Chosen:
    task = case.open_task("invite_state_bodies")
    if task is None:
        invited = any(each.element == "invite_state_bodies" for each in case.tasks)
        return _line(case, refusal=ALREADY_INVITED if invited else NOT_YET)
    return _line(case, tasks=[task.id], bodies=bodies, refusal=None if bodies else NO_BODIES)


def _to_chase(case: CaseRows) -> Chosen:
    late = [each.body.ru for each in case.positions if each.submitted_at is None]
    return _line(case, bodies=late, refusal=None if late and case.running else NOTHING_AWAITED)


def _to_reassign(case: CaseRows) -> Chosen:
    tasks = [task.id for task in case.open_tasks]
    return _line(case, tasks=tasks, refusal=None if tasks else NO_TASKS)


def recipients(session: Session, case_ids: Sequence[int]) -> dict[int, Recipient]:
    """Who is written to in each case."""
    rows = session.execute(
        select(Case.id, Applicant).join(Applicant, Applicant.id == Case.applicant_id).where(Case.id.in_(case_ids))
    )
    return {key: applicant_of(session, key, each) for key, each in rows}


def _competent(session: Session, case_ids: Sequence[int]) -> dict[int, list[str]]:
    """The bodies that the clarification of each case has named."""
    rows = session.scalars(select(ReceptionRequest).where(ReceptionRequest.case_id.in_(case_ids)))
    return {row.case_id: [str(each) for each in row.answers.get("competent_bodies") or []] for row in rows}


def _samples(session: Session, rows: Sequence[Chosen]) -> dict[str, tuple[str, str, str]]:
    """The letters that need no words of ours, as the first applicant would get them: language, subject, body."""
    if not rows:
        return {}
    first = rows[0]
    _, letters = templates_of(session, [first.case_id]).get(first.case_id, (0, {}))
    facts = case_facts(session, first.case_id, first.language, clock.now())
    found = {}
    for name in ("appointment", "reminder"):
        source = letters.get(f"{name}.{first.language}")
        if source:
            letter = render_letter(source, facts)
            found[name] = (first.language, letter.subject, letter.body)
    return found


def _colleagues(session: Session, office_id: str, cases: Iterable[CaseRows]) -> list[tuple[int, str]]:
    roles = sorted({task.role for case in cases for task in case.open_tasks if task.role})
    values = {"office": office_id, "roles": roles, "today": today_of(office_id)}
    return [(row.id, row.full_name) for row in session.execute(_COLLEAGUES, values)]


def roles_of(session: Session, office_id: str, person_id: int) -> frozenset[str]:
    """The roles that a person holds today."""
    today, held = today_of(office_id), role_held.c
    rows = session.scalars(
        select(held.role).where(
            held.office_id == office_id,
            held.person_id == person_id,
            held.valid_from <= today,
            (held.valid_to.is_(None)) | (held.valid_to >= today),
        )
    )
    return frozenset(rows)
