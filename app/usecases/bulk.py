"""One act on several requests at once, told beforehand and taken back afterwards: notify, invite, print, reassign."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.handlers.registry import Step, handler
from app.models import BulkAction, Job, Letter, MaterialsPack, Person, ProcessInstance, UserTask
from app.models.database import reading
from app.queries.bulk import MOST, NOTICES, Chosen, look, recipients, roles_of, templates_of
from app.records.facts import case_facts
from app.records.letters import Desk, Recipient, write
from app.records.second_thoughts import WAIT, TooLateError
from app.usecases import tasks
from app.usecases.access import Actor
from app.usecases.advance import lock
from app.usecases.held_tasks import TaskAlreadyCompletedError, TaskWithdrawnError
from app.usecases.history import Event, record
from app.usecases.leases import Held, lease_of
from app.usecases.packs import ask_for_pack
from app.usecases.published import NotFoundError
from app.usecases.transaction import transaction

REASSIGNED: Final = timedelta(minutes=10)
INVITE: Final = "bulk_invite"
CHASE: Final = "bulk_chase"
REMINDERS: Final = ("position_reminder", "invitation")
_LETTER_JOBS: Final = text(
    """
    SELECT id, (payload ->> 'letter')::bigint AS letter FROM job
    WHERE kind = 'letter' AND status = 'waiting' AND office_id = :office
      AND (payload ->> 'letter')::bigint = ANY(:letters)
    FOR UPDATE SKIP LOCKED
    """
)
_PLANNED_JOBS: Final = text(
    """
    DELETE FROM job WHERE id IN (
        SELECT id FROM job WHERE kind = 'system' AND name IN ('bulk_invite', 'bulk_chase') AND status = 'waiting'
          AND office_id = :office AND (payload ->> 'bulk')::bigint = :bulk FOR UPDATE SKIP LOCKED
    ) RETURNING case_id
    """
)


class NothingChosenError(AutomationError):
    """None of the chosen requests can be done anything with."""

    status: ClassVar[int] = 422
    message = Text(
        kk="Таңдалғандардың ешқайсысымен бұл әрекетті жасауға болмайды. Себептері әр жолда көрсетілген.",
        ru="Ни с одной из выбранных просьб это сделать нельзя. Причины стоят в строках.",
        en="None of the chosen requests can be done this with. The reasons stand in the lines.",
    )


class NoWordsError(AutomationError):
    """A notice in one's own words has none in one of the languages."""

    status: ClassVar[int] = 422
    message = Text(
        kk="Хабарламаны қазақша және орысша жазыңыз: әркім өз тілінде алады.",
        ru="Напишите сообщение по-казахски и по-русски: каждый получит его на своём языке.",
        en="Write the notice in Kazakh and in Russian: everybody gets it in his own language.",
    )


class BadTermError(AutomationError):
    """The moment by which positions are asked for is missing or over."""

    status: ClassVar[int] = 422
    message = Text(
        kk="Ұстаным қашанға дейін керек екенін жазыңыз: кейінгі күн мен уақыт.",
        ru="Напишите, к какому сроку нужна позиция: день и время впереди.",
        en="Write by when the positions are needed: a day and hour to come.",
    )


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done: `template` and `words` by language for letters, `due_at` for positions, `to` a colleague."""

    template: str = ""
    words: Mapping[str, str] | None = None
    due_at: datetime | None = None
    to: int | None = None
    reason: str = ""


def notify_all(case_ids: Iterable[int], order: Order, *, by: Actor) -> int:
    """Write every applicant the letter, leaving in a minute; returns the bulk act. KST-S04.2, KST-S07.1.

    Raises `NoWordsError`, `NothingChosenError`.
    """
    by.demand("booking.move")
    words = {language: (order.words or {}).get(language, "").strip() for language in ("kk", "ru")}
    if order.template not in NOTICES:
        raise NothingChosenError
    if order.template == "notice" and not all(words.values()):
        raise NoWordsError
    now = clock.now()
    with transaction() as session:
        bulk, rows = _begin(session, "notify", case_ids, by, until=now + WAIT)
        chosen = [row.case_id for row in rows if row.refusal is None]
        people, versions = recipients(session, chosen), templates_of(session, chosen)
        told = [_letters(session, row, people, versions, order.template, words, now, by) for row in rows]
        return _close(session, bulk, told, by, template=order.template)


def invite_all(case_ids: Iterable[int], order: Order, *, by: Actor) -> int:
    """Complete the invitation of each request in a minute, with its competent bodies and one term; KST-S05.1.

    Raises `BadTermError`, `NothingChosenError`.
    """
    by.demand("booking.move")
    now = clock.now()
    if order.due_at is None or order.due_at <= now + WAIT:
        raise BadTermError
    with transaction() as session:
        bulk, rows = _begin(session, "invite", case_ids, by, until=now + WAIT)
        told = []
        for row in rows:
            told.append(_said(row))
            if row.refusal is not None:
                continue
            answers = {
                "bodies": list(row.bodies),
                "position_due_at": order.due_at.strftime("%Y-%m-%dT%H:%M"),
                "participants": [],
            }
            payload = {"bulk": bulk.id, "task": row.tasks[0], "answers": answers, "by": by.id}
            session.add(_planned(INVITE, row, payload, now, by))
        return _close(session, bulk, told, by, due=order.due_at.isoformat())


def reassign_all(case_ids: Iterable[int], order: Order, *, by: Actor) -> int:
    """Hand the open tasks of the requests to a colleague who holds their roles; refusals are told one by one.

    Raises `NothingChosenError`.
    """
    by.demand("task.delegate_any")
    if order.to is None:
        raise NothingChosenError
    with reading() as session:
        rows = look(session, by.office_id, "reassign", list(case_ids)[:MOST]).rows
    told = [_handed(row, order, by) for row in rows]
    if not any(each["tasks"] for each in told):
        raise NothingChosenError
    with transaction() as session:
        bulk = _new(session, "reassign", by, until=clock.now() + REASSIGNED)
        return _close(session, bulk, told, by, to=order.to)


def chase_all(case_ids: Iterable[int], order: Order, *, by: Actor) -> int:  # noqa: ARG001 - as the other acts
    """Remind, in a minute, every body whose position has not come; KST-S05.2. Raises `NothingChosenError`."""
    by.demand("booking.move")
    now = clock.now()
    with transaction() as session:
        bulk, rows = _begin(session, "chase", case_ids, by, until=now + WAIT)
        for row in rows:
            if row.refusal is None:
                session.add(_planned(CHASE, row, {"bulk": bulk.id, "case": row.case_id, "by": by.id}, now, by))
        return _close(session, bulk, [_said(row) for row in rows], by)


def chase_now(job: Held, payload: Mapping[str, Any]) -> None:
    """Write the reminders of one case as they are due now: a body that has answered meanwhile is left alone.

    The job ends in the same commit, so nobody is reminded twice.
    """
    with transaction() as session:
        if session.scalar(delete(Job).where(*lease_of(job)).returning(Job.id)) is None:
            return
        instance_id = session.scalar(
            select(ProcessInstance.id)
            .where(ProcessInstance.case_id == payload["case"], ProcessInstance.status == "running")
            .order_by(ProcessInstance.id)
            .limit(1)
        )
        if instance_id is None:
            return
        instance = lock(session, instance_id)
        letters = instance.version.letters
        step = Step(
            session=session,
            office_id=instance.office_id,
            case_id=instance.case_id,
            instance_id=instance.id,
            element="record_position",
            now=clock.now(),
            by=payload["by"],
            letters=letters,
            documents=instance.version.documents,
        )
        template = next(name for name in REMINDERS if f"{name}.ru" in letters)
        handler("bodies.remind").call(step, template=template)
        event = Event("bodies_reminded", "record_position", {"bulk": payload["bulk"]})
        record(
            session, [event], at=clock.now(), office_id=instance.office_id, case_id=instance.case_id, by=payload["by"]
        )


def _planned(name: str, row: Chosen, payload: dict[str, Any], now: datetime, by: Actor) -> Job:
    """A job that does its part of the act when the minute is over."""
    return Job(
        office_id=by.office_id, kind="system", name=name, case_id=row.case_id, payload=payload, due_at=now + WAIT
    )


def print_all(case_ids: Iterable[int], order: Order, *, by: Actor) -> int:
    """Make one folder of the materials of the requests; raises `NothingChosenError`."""
    by.demand("booking.move")
    with reading() as session:
        found = look(session, by.office_id, "print", list(case_ids)[:MOST])
    if not found.willing:
        raise NothingChosenError
    pack = ask_for_pack(case_ids=[row.case_id for row in found.willing], language=order.template or by.language, by=by)
    with transaction() as session:
        bulk = _new(session, "print", by, until=clock.now() + WAIT)
        return _close(session, bulk, [_said(row) for row in found.rows], by, pack=pack)


def take_back(bulk_id: int, *, by: Actor) -> int:
    """Undo what has not left yet; returns for how many requests. Raises `TooLateError`, `NotFoundError`.

    A letter that a worker holds already goes out; the history says which were kept back.
    """
    now = clock.now()
    with transaction() as session:
        bulk = session.get(BulkAction, bulk_id, with_for_update=True)
        if bulk is None or bulk.office_id != by.office_id or bulk.made_by != by.id:
            raise NotFoundError
        if bulk.taken_back_at is not None or bulk.undo_until <= now:
            raise TooLateError
        bulk.taken_back_at = now
        match bulk.act:
            case "notify":
                back = _letters_back(session, bulk)
            case "invite" | "chase":
                back = [
                    row.case_id for row in session.execute(_PLANNED_JOBS, {"office": by.office_id, "bulk": bulk.id})
                ]
            case "reassign":
                back = _tasks_back(session, bulk)
            case _:
                session.execute(
                    update(MaterialsPack).where(MaterialsPack.id == bulk.facts["pack"]).values(status="cancelled")
                )
                back = [each["case"] for each in bulk.facts["cases"] if not each["refusal"]]
        for case_id in back:
            event = Event("bulk_taken_back", None, {"bulk": bulk.id, "act": bulk.act})
            record(session, [event], at=now, office_id=by.office_id, case_id=case_id, by=by.id)
        return len(back)


def invite_now(payload: Mapping[str, Any], *, office_id: str) -> None:
    """Do one planned invitation as the person who planned it; one that is done already stays as it is."""
    with reading() as session:
        person = session.get_one(Person, payload["by"])
        roles = roles_of(session, office_id, person.id)
    actor = Actor(person.id, office_id, person.full_name, person.language, roles)
    try:
        tasks.complete_user_task(payload["task"], answers=payload["answers"], by=actor)
    except (TaskAlreadyCompletedError, TaskWithdrawnError):
        return


def _begin(
    session: Session, act: str, case_ids: Iterable[int], by: Actor, *, until: datetime
) -> tuple[BulkAction, Sequence[Chosen]]:
    found = look(session, by.office_id, act, list(case_ids)[:MOST])
    if not found.willing:
        raise NothingChosenError
    return _new(session, act, by, until=until), found.rows


def _new(session: Session, act: str, by: Actor, *, until: datetime) -> BulkAction:
    bulk = BulkAction(office_id=by.office_id, act=act, made_by=by.id, made_at=clock.now(), undo_until=until, facts={})
    session.add(bulk)
    session.flush()
    return bulk


def _close(session: Session, bulk: BulkAction, told: Sequence[dict[str, Any]], by: Actor, **facts: Any) -> int:
    """Keep what came of each request, and say it in the history of each that something was done with."""
    done = [each for each in told if not each.get("refusal")]
    bulk.facts = {"count": len(done), "cases": list(told), **facts}
    for each in done:
        event = Event("bulk_done", None, {"bulk": bulk.id, "act": bulk.act, **facts})
        record(session, [event], at=bulk.made_at, office_id=by.office_id, case_id=each["case"], by=by.id)
    return bulk.id


def _said(row: Chosen, **more: Any) -> dict[str, Any]:
    return {"case": row.case_id, "refusal": row.refusal.as_dict() if row.refusal else None, **more}


def _letters(
    session: Session,
    row: Chosen,
    people: Mapping[int, Recipient],
    versions: Mapping[int, tuple[int, Mapping[str, str]]],
    template: str,
    words: Mapping[str, str],
    now: datetime,
    by: Actor,
) -> dict[str, Any]:
    if row.refusal is not None:
        return _said(row)
    recipient = people[row.case_id]
    instance_id, letters = versions.get(row.case_id, (None, {}))
    if f"{template}.{recipient.language}" not in letters:
        return {**_said(row), "refusal": NO_TEMPLATE.as_dict()}
    facts = {**case_facts(session, row.case_id, recipient.language, now), "remarks": words[recipient.language]}
    desk = Desk(session, by.office_id, row.case_id, instance_id, None, letters, now)
    written = write(desk, template, recipient, {recipient.language: facts}, due_at=now + WAIT)
    return _said(row, letters=[letter.id for letter in written])


NO_TEMPLATE: Final = Text(
    "Істің процесс нұсқасында мұндай хат жоқ",
    "В версии процесса этого дела нет такого письма",
    "The case's version of the process has no such letter",
)


def _letters_back(session: Session, bulk: BulkAction) -> list[int]:
    """Delete the jobs that no worker holds; mark their letters, and those that a person sends or says, as not sent."""
    of_case = {letter: each["case"] for each in bulk.facts["cases"] for letter in each.get("letters", ())}
    jobs = session.execute(_LETTER_JOBS, {"office": bulk.office_id, "letters": list(of_case)}).all()
    session.execute(delete(Job).where(Job.id.in_([row.id for row in jobs])))
    by_hand = select(Letter.id).where(Letter.id.in_(of_case), Letter.status.in_(("to_post", "to_call")))
    kept = {*(row.letter for row in jobs), *session.scalars(by_hand)}
    session.execute(update(Letter).where(Letter.id.in_(kept)).values(status="skipped"))
    return sorted({of_case[letter] for letter in kept})


def _handed(row: Chosen, order: Order, by: Actor) -> dict[str, Any]:
    """Hand over each open task of a request that may be; what was before is kept for taking it back."""
    moved: list[dict[str, Any]] = []
    refusal: Text | None = row.refusal
    for task_id in row.tasks:
        with reading() as session:
            before = session.scalar(select(UserTask.assignee_id).where(UserTask.id == task_id))
        if before == order.to:
            continue
        try:
            tasks.delegate(task_id, to=order.to or 0, reason=order.reason, by=by)
        except AutomationError as refused:
            refusal = refused.text
            continue
        moved.append({"task": task_id, "before": before})
    return {"case": row.case_id, "refusal": None if moved or refusal is None else refusal.as_dict(), "tasks": moved}


def _tasks_back(session: Session, bulk: BulkAction) -> list[int]:
    """Give tasks that nobody has touched since back to whom they were before."""
    back = []
    for each in bulk.facts["cases"]:
        for moved in each["tasks"]:
            changed = session.execute(
                update(UserTask)
                .where(
                    UserTask.id == moved["task"],
                    UserTask.status == "open",
                    UserTask.assignee_id == bulk.facts["to"],
                )
                .values(assignee_id=moved["before"])
                .returning(UserTask.id)
            ).first()
            if changed is not None:
                back.append(each["case"])
    return sorted(set(back))
