"""The registry of service tasks: a handler is one function in one file of this package."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlalchemy.orm import Session

from app.domain.errors import AutomationError
from app.domain.files import ProducedFile
from app.domain.texts import Text

Kind = Literal["record", "compute", "outside"]
Variables = dict[str, object]
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Step:
    """Where in which case a service task stands, and what it may work with.

    `session` is the transaction of the step for a `record` handler, a reading session for the other kinds.
    `letters` and `documents` map template names such as "appointment.kk" to their source in the running version.
    `job_id` is the idempotency key of `compute` and `outside` handlers.
    """

    session: Session
    office_id: str
    case_id: int | None
    instance_id: int
    element: str
    now: datetime
    by: int | None = None
    letters: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    job_id: int | None = None
    tell: Callable[[str, Mapping[str, object], str], None] = lambda _kind, _facts, _reason: None
    """Enters something in the history of the case: kind, facts, and the reason in words (a `record` handler's)."""

    def own(self, model: type[Row], key: object) -> Row:
        """A row of this office by its id, which may have come with a message.

        Raises `LookupError` for one of another office, `NoResultFound` for none.
        """
        row = self.session.get_one(model, key)
        owned: Any = row
        if owned.office_id != self.office_id:
            raise LookupError(f"{model.__name__} {key} belongs to another office")
        return row


@dataclass(frozen=True, slots=True)
class Produced:
    """What a `compute` handler made: files to store as documents of the case, and variables for the process."""

    files: tuple[ProducedFile, ...] = ()
    variables: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Handler:
    """A registered service task; `parameters` are the names that a diagram may give, with their defaults."""

    name: str
    kind: Kind
    label: Text
    call: Callable[..., Any]
    parameters: Mapping[str, inspect.Parameter]
    sample: Mapping[str, object]
    everywhere: bool = False

    @property
    def help(self) -> str:
        """The docstring, as the process owner reads it."""
        return inspect.getdoc(self.call) or ""


class UnknownHandlerError(AutomationError):
    """A diagram names a handler that is not installed."""

    status = 422
    message = Text(
        kk="«{name}» деген қызметтік тапсырма орнатылмаған.",
        ru="Служебная задача «{name}» не установлена.",
        en="The service task “{name}” is not installed.",
    )


class BusinessError(Exception):
    """A handler's answer that the diagram knows by its error code (an error boundary event takes it)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


_handlers: dict[str, Handler] = {}


def service_task(
    name: str,
    *,
    kind: Kind,
    label: Text,
    sample: Mapping[str, object] | None = None,
    everywhere: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function as the service task `name`.

    It takes `step` first and its parameters by keyword, and returns the variables that go on in the process.
    `sample` is what a simulation answers in its place; its names are the variables that lint takes as set. The answer
    of a `record` handler with `everywhere` holds in every running branch of the instance: waiting timers and due
    moments that mention its variables move.
    """

    def register(call: Callable[..., Any]) -> Callable[..., Any]:
        parameters = {key: value for key, value in inspect.signature(call).parameters.items() if key != "step"}
        _handlers[name] = Handler(name, kind, label, call, parameters, sample or {}, everywhere)
        return call

    return register


@cache
def _discover() -> None:
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.name != "registry":
            importlib.import_module(f"{__package__}.{module.name}")


def handler(name: str) -> Handler:
    """The handler called `name`; raises `UnknownHandlerError`."""
    _discover()
    found = _handlers.get(name)
    if found is None:
        raise UnknownHandlerError(name=name)
    return found


def all_handlers() -> Iterator[Handler]:
    """Every installed handler, by name."""
    _discover()
    return iter(sorted(_handlers.values(), key=lambda each: each.name))
