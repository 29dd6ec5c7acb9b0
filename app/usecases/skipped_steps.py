"""A step that an operator skips: what it is, what the choices after it need, what she has given for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy.orm import Session

from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.engine.operating import Alive
from app.engine.run import Run
from app.forms import Form
from app.queries.choices import choices_for
from app.usecases.advance import Locked
from app.usecases.instances import refuse_reserved
from app.usecases.published import Published
from app.usecases.tasks import InvalidAnswersError, Submitted

LONGEST_ANSWER: Final = 4000
MORE: Final = "_more_data"
"""Under this name a browser sends further variables."""


class StepGoneError(AutomationError):
    """What should be skipped does not wait any more."""

    status = 409
    message = Text(
        kk="Бұл қадам енді күтіп тұрған жоқ. Бетті жаңартыңыз.",
        ru="Этот шаг уже не ждёт. Обновите страницу.",
        en="This step no longer waits. Reload the page.",
    )


class NotAnObjectError(AutomationError):
    """Further data must be a JSON object."""

    status = 422
    message = Text(
        kk='Қосымша деректерді {{"айнымалы": мән}} түрінде жазыңыз.',
        ru='Напишите дополнительные данные в виде {{"переменная": значение}}.',
        en='Write the further data as {{"variable": value}}.',
    )


@dataclass(frozen=True, slots=True)
class Step:
    """Something that waits, by engine id and element; `skippable` says whether it can be passed by."""

    task_id: UUID
    element: str
    name: Text
    kind: str
    beside: bool
    skippable: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What a skipped step is asked for: the form of the answers that the next choices read, and other variables."""

    step: Step
    form: Form | None
    variables: Mapping[str, object]
    others: Sequence[str]


def asked_at(run: Run, version: Published, task_id: UUID, element: str) -> Asked:
    """What a step that waits would need to be skipped. Raises `StepGoneError`."""
    waiting = next((each for each in run.alive() if (each.task_id, each.element) == (task_id, element)), None)
    if waiting is None:
        raise StepGoneError
    step = step_of(version, waiting)
    needed = run.needed_after(task_id) if step.skippable and not step.beside else []
    form = _form(version, element, needed) if step.kind == "task" else None
    keys = {each.key for each in form.fields} if form is not None else set()
    return Asked(step, form, run.data, [name for name in needed if name not in keys])


def _form(version: Published, element: str, needed: Sequence[str]) -> Form | None:
    """Of the task's form what the next choices need; None if it has none, as a manual task."""
    key = version.definition.elements[element].properties.get("formKey", element)
    return version.form_of(element).only(needed) if key in version.forms else None


def answers_given(
    session: Session, instance: Locked, asked: Asked, submitted: Submitted | None, answers: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What was given for the choices, checked by the form of the step where that asks for it."""
    given = dict(answers or {})
    if submitted is not None:
        others = {name: _typed(submitted, f"_{name}") for name in asked.others}
        given = _more(submitted) | {name: value for name, value in others.items() if value != ""}
    refuse_reserved(given)
    if asked.form is None or not asked.form.fields:
        return given
    choices = choices_for(session, instance.office_id, instance.case_id, asked.form.choice_keys)
    if submitted is not None:
        checked = asked.form.check(submitted, choices, asked.variables)
    else:
        checked = asked.form.check_json(given, choices, asked.variables)
    if checked.errors:
        raise InvalidAnswersError(checked.errors)
    return {**given, **checked.variables}


def _more(submitted: Submitted) -> dict[str, Any]:
    """Whatever else the operator gives, as a JSON object. Raises `NotAnObjectError`."""
    text = text_of(submitted, MORE)
    try:
        given = orjson.loads(text) if text else {}
    except orjson.JSONDecodeError:
        given = None
    if not isinstance(given, dict):
        raise NotAnObjectError
    return given


def _typed(submitted: Submitted, name: str) -> Any:
    """A variable that no form describes: JSON if it is such, else the text."""
    text = text_of(submitted, name)
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def text_of(submitted: Submitted, name: str) -> str:
    """What was typed under a name, cut to `LONGEST_ANSWER`."""
    values = submitted.get(name)
    return (values if isinstance(values, str) else values[0] if values else "").strip()[:LONGEST_ANSWER]


def shown_again(value: object) -> str:
    """A variable as it can be typed again."""
    return "" if value is None else value if isinstance(value, str) else orjson.dumps(value).decode()


def step_of(version: Published, each: Alive) -> Step:
    """A step that waits, as pages show it."""
    return Step(
        task_id=each.task_id,
        element=each.element,
        name=name_of(version, each.element),
        kind=each.kind,
        beside=each.beside,
        skippable=each.kind != "join",
    )


def name_of(version: Published, element: str) -> Text:
    """The name of an element in three languages."""
    found = version.definition.elements.get(element)
    return found.name if found is not None and found.name.ru else Text(element, element, element)
