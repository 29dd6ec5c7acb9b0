"""Service tasks that write about an assignment: to its executors, and to those who must know that it is late."""

from typing import Any

from app.domain.texts import LANGUAGES, Text
from app.handlers.letters import desk_of
from app.handlers.records import holders, within_office_hours
from app.handlers.registry import Step, Variables, service_task
from app.models import Assignment, Letter, Person, StateBody
from app.records.assignment_facts import assignment_facts, extension_facts
from app.records.assignments import executors_of
from app.records.facts import case_facts
from app.records.letters import Recipient, write

OPEN = ("under_control", "rework")


@service_task(
    "assignments.notify_executors",
    kind="record",
    label=Text("Орындаушыларға хабарлау", "Известить исполнителей", "Notify the executors"),
    sample={"letters_written": [1]},
)
def notify_executors(step: Step, *, assignment_id: int, template: str, extension_id: int = 0) -> Variables:
    """Write every executor the letter `template`: people in their language, state bodies in Kazakh and Russian.

    The responsible one stands first; KST-S11.2, KST-TASK-1.5, KST-S12.
    """
    return _sent(_to_executors(step, assignment_id, template, extension_id))


@service_task(
    "assignments.remind",
    kind="record",
    label=Text("Мерзім туралы еске салу", "Напомнить о сроке", "Remind of the due date"),
    sample={"letters_written": [1]},
)
def remind(step: Step, *, assignment_id: int) -> Variables:
    """Remind the executors before the date that holds, once for each date and only while it is not executed."""
    row = step.own(Assignment, assignment_id)
    if row.state not in OPEN or row.reminded_for == row.due_on:
        return _sent([])
    row.reminded_for = row.due_on
    return _sent(_to_executors(step, assignment_id, "assignment_reminder"))


@service_task(
    "assignments.escalate",
    kind="record",
    label=Text("Тапсырма мерзімінің өткенін хабарлау", "Сообщить о просрочке поручения", "Escalate a late assignment"),
    sample={"letters_written": [1]},
)
def escalate(step: Step, *, assignment_id: int, role: str) -> Variables:
    """Tell everybody in `role` that the assignment was not executed by its date, once a date (KST-S12, KRG-34)."""
    row = step.own(Assignment, assignment_id)
    if row.state not in OPEN or row.escalated_for == row.due_on:
        return _sent([])
    row.escalated_for = row.due_on
    when = within_office_hours(step)
    written: list[Letter] = []
    for person in holders(step, role):
        language = _language(person)
        recipient = Recipient(person.full_name, person.email, None, language)
        facts = {language: _facts(step, row, language, person.full_name)}
        written += write(desk_of(step), "assignment_overdue", recipient, facts, due_at=when)
    step.tell("assignment_overdue", {"assignment": row.id, "due_on": row.due_on.isoformat()}, "")
    return _sent(written)


def _to_executors(step: Step, assignment_id: int, template: str, extension_id: int = 0) -> list[Letter]:
    row = step.own(Assignment, assignment_id)
    written: list[Letter] = []
    for executor in executors_of(step.session, assignment_id):
        if executor.person_id is not None:
            person = step.session.get_one(Person, executor.person_id)
            recipient = Recipient(person.full_name, person.email, None, _language(person))
        else:
            body = step.session.get_one(StateBody, executor.body_id)
            recipient = Recipient(executor.official or body.name_ru, body.email, None, "kk+ru")
        facts = {
            language: _facts(step, row, language, recipient.name, extension_id)
            for language in recipient.language.split("+")
        }
        written += write(desk_of(step), template, recipient, facts)
    return written


def _facts(step: Step, row: Assignment, language: str, who: str, extension_id: int = 0) -> dict[str, Any]:
    said = assignment_facts(step.session, row.id, language)
    return {
        **case_facts(step.session, row.case_id, language, step.now),
        "assignment": {key: "; ".join(each) if isinstance(each, list) else each for key, each in said.items()},
        "extension": extension_facts(step.session, extension_id, language) if extension_id else {},
        "person": {"full_name": who},
    }


def _language(person: Person) -> str:
    return person.language if person.language in LANGUAGES[:2] else "ru"


def _sent(letters: list[Letter]) -> Variables:
    return {"letters_written": [letter.id for letter in letters]}
